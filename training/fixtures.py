"""Reference outputs for the tests of the C# engines: `python3 -m training.fixtures FOLDER [MANIFEST...]`.

A small network with random weights, and streams whose samples both sides compute from the same integer hash, so that only
the presence of the leads and the expected outputs are stored. For each manifest of released weights, one stream more.
"""
import sys
from pathlib import Path

import torch

from .beats import outputs
from .export import EXPORTED_HEADS, export, load_exported, read_safetensors, write_safetensors
from .network import HEADS, AnyEcgNet, NetworkConfig

CONFIG = NetworkConfig(dim=48, heads=3, tokenizer_layers=1, encoder_layers=2, window=16, channels=16, codes=50, code_dim=12,
                       row_hidden=32, context_features=7, beat_channels=32, beat_context=16, beat_hidden=16, arrhythmia_classes=26)
ROW_AND_TOKEN_HEADS = ("beats.", "rhythm", "row_hidden", "record_hidden", "strip", "anomaly", "arrhythmia", "next_code")
PRIMES = (73856093, 19349663, 83492791)


def samples(leads: int, seconds: int):
    """[L, T, 300] mV: a hash of (lead, second, sample) as a fraction in [-1, 1), times 2^-(second mod 4). Exact in a float."""
    grid = torch.meshgrid(torch.arange(leads), torch.arange(seconds), torch.arange(300), indexing="ij")
    h = sum(g * p for g, p in zip(grid, PRIMES)) & 0xFFFFFFFF
    for _ in range(2):
        h = ((h ^ (h >> 16)) * 0x45D9F3B) & 0xFFFFFFFF
    h = h ^ (h >> 16)
    return ((h >> 8).float() / (1 << 23) - 1) * torch.pow(2.0, -(grid[1] % 4).float())


def random_network() -> AnyEcgNet:
    """Every tensor moved away from its start value, so that none can be left out unseen."""
    torch.manual_seed(20)
    net = AnyEcgNet(CONFIG).eval()
    with torch.no_grad():
        for name, value in net.named_parameters():
            spread = 0.4 if "scale" in name else 0.2 if name.startswith(ROW_AND_TOKEN_HEADS) else 0.05
            value.add_(torch.randn_like(value) * spread)
    return net


def presence(leads: int, seconds: int, seed: int):
    """[L, T]: leads drop out for one second, for two, for longer than the window; at times all at once."""
    generator = torch.Generator().manual_seed(seed)
    present = torch.ones(leads, seconds, dtype=torch.bool)
    k = 0
    while True:
        k += int(torch.randint(2, 40 // leads, (1,), generator=generator))
        if k >= seconds:
            return present
        length = (1, 2, 3, 1, 2, 3, 1, 20)[int(torch.randint(0, 8, (1,), generator=generator))]
        lead = int(torch.randint(0, leads + 1, (1,), generator=generator))
        present[lead if lead < leads else slice(None), k:k + length] = False
        k += length


def case(net: AnyEcgNet, lead_ids, seconds: int, stored, seed: int, start_second: int = 0) -> dict:
    """Inputs and expected outputs of one stream at the stored seconds, as offsets from start_second."""
    leads = len(lead_ids)
    present = presence(leads, seconds, seed)
    queries = ~present & present.any(0)
    context = 2 * samples(leads + 1, seconds)[leads, :, :net.config.context_features]
    with torch.no_grad():
        out = net(samples(leads, seconds)[None], present[None], torch.tensor([lead_ids]), start_second, HEADS, queries[None],
                  context=context[None])
    at = torch.tensor([k for k in stored if present[:, k].any()])
    asked = queries[:, at].nonzero()[:12]
    return {
        "start_second": torch.tensor([start_second]),
        "leads": torch.tensor(lead_ids, dtype=torch.uint8),
        "present": present.to(torch.uint8),
        "context": context.contiguous(),
        "at": at.int(),
        "rhythm": out["rhythm"][0, at].softmax(-1),
        "anomaly": out["anomaly"][0, at].sigmoid(),
        "arrhythmia": out["arrhythmia"][0, at].sigmoid(),
        "record_anomaly": out["anomaly_record"][0, at].sigmoid(),
        "strip": out["strip"][0, at].softmax(-1),
        "states": out["states"][0, :, at],  # the final states of the tokens: dim floats each
        "beats": out["beats"][0, :, at].softmax(-1),
        "beat_offset": out["beat_offset"][0, :, at].sigmoid(),
        "code": out["code"][0, :, at].int(),
        "surprise": out["surprise"][0, :, at],
        "queries": torch.stack((asked[:, 0], at[asked[:, 1]]), 1).int(),
        "reconstruction": torch.stack([out["reconstruction"][0, j, at[i]] for j, i in asked]) if len(asked) else torch.zeros(0, 300),
    }


def judge_case(weights: dict) -> dict:
    """Rows of three leads and what the released beat judge says of them."""
    generator = torch.Generator().manual_seed(11)
    rows = torch.rand(40, 3, weights["gate0.first.weight"].shape[1], generator=generator) * 2 - 1
    return {"rows": rows, "gate": outputs(weights, "gate", rows).softmax(-1), "classes": outputs(weights, "classes", rows)}


def main(folder: str, *manifests: str):
    folder = Path(folder)
    net = random_network()
    export(net, folder, "random-small", EXPORTED_HEADS, "None: random weights for tests.", [f"class{i}" for i in range(CONFIG.arrhythmia_classes)])
    cases = {
        "one-lead-ten-minutes": case(net, [12], 630, [*range(0, 100, 2), *range(580, 630, 2)], seed=3),
        "three-leads": case(net, [1, 6, 14], 100, range(0, 100, 2), seed=5),
        "two-leads-far": case(net, [0, 10], 60, range(0, 60, 2), seed=7, start_second=10_000_000),
    }
    for manifest in manifests:
        released = case(load_exported(manifest), [12, 9], 630, [*range(0, 60, 5), *range(600, 630, 3)], seed=9)
        cases[f"released-{Path(manifest).stem}"] = released
        if (judge := Path(manifest).with_name("beats.safetensors")).exists():
            cases["judge"] = judge_case(read_safetensors(judge))
    for name, tensors in cases.items():
        write_safetensors(folder / f"{name}.safetensors", tensors)


if __name__ == "__main__":
    main(*sys.argv[1:])
