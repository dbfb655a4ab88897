"""Writes weights as one safetensors file and a JSON manifest, the two files that the engines read."""
import hashlib
import json
import struct
from pathlib import Path

import torch

from .network import BEAT_CLASSES, PATCH, RHYTHM_CLASSES, AnyEcgNet, NetworkConfig
from .reconstruction import describe

FORMAT_VERSION = 2
CONTEXT_VERSION = 1     # of AnyEcg.Signal's context features
SAMPLE_RATE_HZ = 300
BEAT_WINDOW_LEAD_SAMPLES = 60

LEAD_LABELS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6", "modifiedLimb", "precordialUnknown", "unknown")
RHYTHM_LABELS = ("sinus", "atrialFibrillation", "atrialFlutter", "supraventricularTachycardia", "ventricularTachycardia",
                 "ventricularFibrillation", "paced", "other", "unreadable")
BEAT_LABELS = ("none", "N", "S", "V", "F", "Q")
STRIP_LABELS = ("N", "A", "O", "~")

# Heads of the engines, as the manifest names them; "surprise" is next_code and code together.
EXPORTED_HEADS = ("rhythm", "beats", "anomaly", "surprise", "arrhythmia", "recordAnomaly", "strip", "reconstruction")

# Sections of the manifest for files that are made apart from the network.
COMPANIONS = ("beatJudge", "reconstruction")

# Needed while training only.
NOT_EXPORTED = ("mask_token", "masked_code.", "context_mean", "context_scale")

_TYPES = {torch.float32: "F32", torch.int32: "I32", torch.int64: "I64", torch.uint8: "U8"}


def write_safetensors(path, tensors: dict, metadata: dict | None = None):
    """8 bytes header length (little endian), JSON header, then the tensors' bytes, in the order of their names."""
    header, chunks, offset = {}, [], 0
    if metadata:
        header["__metadata__"] = metadata
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        data = tensor.numpy().tobytes()
        header[name] = {"dtype": _TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def exported_tensors(net: AnyEcgNet) -> dict:
    """What the engines need; the scaling of the context features is folded into the layer that reads them."""
    tensors = {name: value.float() for name, value in net.state_dict().items() if not name.startswith(NOT_EXPORTED)}
    scaled = tensors["row_hidden.weight"][:, net.config.dim:] * net.context_scale
    tensors["row_hidden.weight"] = torch.cat((tensors["row_hidden.weight"][:, :net.config.dim], scaled), 1)
    tensors["row_hidden.bias"] = tensors["row_hidden.bias"] - scaled.matmul(net.context_mean)
    return tensors


def export(net: AnyEcgNet, folder, name: str, trained_heads, training_data: str, arrhythmia_labels=(),
           weights_file=None, manifest_file=None) -> Path:
    """Writes NAME.safetensors and NAME.json (or the files named) into the folder; returns the manifest's path. The manifest names the weights
    by their SHA-256, so that an alert can say exactly which network judged."""
    unknown = set(trained_heads) - set(EXPORTED_HEADS)
    if unknown:
        raise ValueError(f"no such heads: {sorted(unknown)}; there are {EXPORTED_HEADS}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / (weights_file or f"{name}.safetensors")
    write_safetensors(weights, exported_tensors(net))
    manifest = {
        "formatVersion": FORMAT_VERSION,
        "name": name,
        "weightsFile": weights.name,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "sampleRateHz": SAMPLE_RATE_HZ,
        "patchSamples": PATCH,
        "beatWindowLeadSamples": BEAT_WINDOW_LEAD_SAMPLES,
        "contextVersion": CONTEXT_VERSION,
        "config": net.config.to_json(),
        "trainedHeads": sorted(trained_heads),
        "leadLabels": list(LEAD_LABELS),
        "rhythmLabels": list(RHYTHM_LABELS),
        "beatLabels": list(BEAT_LABELS),
        "arrhythmiaLabels": list(arrhythmia_labels),
        "stripLabels": list(STRIP_LABELS),
        "trainingData": training_data,
    }
    path = folder / (manifest_file or f"{name}.json")
    if path.exists():          # what stands beside the network has its own commands and stays
        before = json.loads(path.read_text(encoding="utf-8"))
        manifest |= {section: before[section] for section in COMPANIONS if section in before}
    assert len(RHYTHM_LABELS) == RHYTHM_CLASSES and len(BEAT_LABELS) == BEAT_CLASSES
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    describe(folder)
    return path


def load_exported(manifest_path) -> AnyEcgNet:
    """The network of a manifest and its weights, in evaluation mode; the tensors needed for training only keep their start values."""
    manifest_path = Path(manifest_path)
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    net = AnyEcgNet(NetworkConfig.from_json(manifest["config"]))
    tensors = read_safetensors(manifest_path.with_name(manifest["weightsFile"]))
    missing = net.load_state_dict(tensors, strict=False)
    if missing.unexpected_keys or any(not name.startswith(NOT_EXPORTED) for name in missing.missing_keys):
        raise ValueError(f"{manifest_path}: tensors do not fit the network: {missing}")
    return net.eval()


def read_safetensors(path) -> dict:
    """The tensors of a file that this module wrote."""
    raw = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + length])
    types = {name: kind for kind, name in _TYPES.items()}
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            data = bytearray(raw[8 + length + start:8 + length + end])
            kind = types[entry["dtype"]]
            tensors[name] = (torch.frombuffer(data, dtype=kind) if data else torch.empty(0, dtype=kind)).view(entry["shape"])
    return tensors
