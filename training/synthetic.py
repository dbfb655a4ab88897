"""Tiny made-up shards in the format of `anyecg prepare`: spikes for beats, so that a few steps can be trained in a test."""
import json
from pathlib import Path

import numpy as np

PATCH = 300


def write_shard(folder, name, source, seconds, seed, *, leads=(12, 6), label="", split="train", annotated=True, features=5, **about):
    rng = np.random.default_rng(seed)
    samples = np.arange(rng.integers(40, 250), seconds * PATCH - 40, 240) + 0
    kinds = np.where(rng.random(samples.size) < 0.15, 2, 0)
    signal = rng.normal(0, 0.02, (len(leads), seconds * PATCH)).astype(np.float32)
    shape = np.exp(-0.5 * (np.arange(-20, 21) / 4.0) ** 2)
    for sample, kind in zip(samples, kinds):
        wide = np.exp(-0.5 * (np.arange(-20, 21) / 12.0) ** 2)
        signal[:, sample - 20:sample + 21] += -1.2 * wide if kind else shape
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / f"{name}.patches.npy", signal.reshape(len(leads), seconds, PATCH).astype(np.float16))
    np.save(folder / f"{name}.present.npy", np.ones((len(leads), seconds), np.uint8))
    beats = np.stack([samples, kinds], 1).astype(np.int32) if annotated else np.zeros((0, 2), np.int32)
    np.save(folder / f"{name}.beats.npy", beats)
    found = np.stack([samples, np.zeros_like(samples)], 1).astype(np.int32)
    np.save(folder / f"{name}.qrs.npy", found)
    rhythm = np.full(seconds, {"A": 1, "O": 7, "~": 8}.get(label, 0), np.int8)
    np.save(folder / f"{name}.rhythm.npy", rhythm)
    np.save(folder / f"{name}.context.npy", rng.normal(0, 1, (len(leads) + 1, seconds, features)).astype(np.float32))
    about = {"name": name, "source": source, "leads": list(leads), "label": label, "split": split,
             "seconds": seconds, "beatsAnnotated": annotated, **about}
    (folder / f"{name}.json").write_text(json.dumps(about), encoding="utf-8")


def write_sets(root):
    """A set of long two-lead records with beats, sets of short labelled ones of one lead and of twelve, and a noise record."""
    root = Path(root)
    for index, name in enumerate(("a", "b", "c")):
        write_shard(root / "mitdb", name, "mitdb", 90, index)
    for index, label in enumerate("NAO~NA"):
        split = "validation" if index > 3 else "train"
        write_shard(root / "cinc2017", f"s{index}", "cinc2017", 20, 10 + index, leads=(14,), label=label, split=split, annotated=False)
    for index in range(4):
        write_shard(root / "ptbxl", f"t{index}", "ptbxl", 10, 30 + index, leads=range(12), annotated=False, labels=["b"][:index % 2],
                    anomaly=index % 2, age=40 + 10 * index, sex="fm"[index % 2], split="validation" if index > 1 else "train")
    write_shard(root / "nstdb", "bw", "nstdb", 60, 99, annotated=False)
