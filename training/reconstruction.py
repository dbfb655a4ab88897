"""python3 -m training.reconstruction SHARDS MODEL: what the leads go together by, for the reconstruction of a lost one.

Writes MODEL/reconstruction.safetensors and its section of MODEL/manifest.json. `population`: mean over records of the second moments of
I, II, V1 ... V6 at five shifts, each record scaled to the same power. `leastSquares`: the same leads unshifted and unscaled, all samples
alike, PTB-XL alone: the baseline of `anyecg evaluate`. docs/reconstruction.md has the method; `reconstruct` is its reference.
"""
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

BASIS = [0, 1, 6, 7, 8, 9, 10, 11]
SHIFTS = (-6, -3, 0, 3, 6)
MARGIN = 6
NOW = SHIFTS.index(0) * len(BASIS)
POPULATION_SECONDS = 0.1
KEPT = 0.5 ** (1 / 120)
RIDGE = 1e-7
FILE = "reconstruction.safetensors"


def shifted(x, edge=True):
    """[40, n]: the leads at each shift, the last value held beyond the end (and the first before the start), or the inner samples only."""
    if not edge:
        return np.concatenate([x[:, MARGIN + s:x.shape[1] - MARGIN + s] for s in SHIFTS])
    at = np.arange(x.shape[1])
    return np.concatenate([x[:, np.clip(at + s, 0, x.shape[1] - 1)] for s in SHIFTS])


def mean_moments(x, edge=False):
    z = shifted(x, edge)
    return z @ z.T / z.shape[1]


def reconstruct(population, seconds, second, lost):
    """Row `lost` of BASIS in `second` [8, 300] after the seconds before it ([8, 300] each, all of them whole) were learned from."""
    own, count = np.zeros_like(population), 0.0
    for x in seconds:
        own, count = own * KEPT + mean_moments(x), count * KEPT + 1
    now = slice(NOW, NOW + len(BASIS))
    rows = [i for i in range(len(population)) if i % len(BASIS) != lost]
    others = np.diag(population)[now].sum() - population[NOW + lost, NOW + lost]
    scale = np.trace(own[now, now]) / (count * np.trace(population[now, now])) if count else (
        (np.delete(second, lost, 0) ** 2).sum() / second.shape[1] / others)
    moments = (POPULATION_SECONDS * scale * population + own) / (POPULATION_SECONDS + count)
    inner = moments[np.ix_(rows, rows)]
    weights = np.linalg.solve(inner + RIDGE * np.trace(inner) / len(rows) * np.eye(len(rows)), moments[rows, NOW + lost])
    whole = np.concatenate([seconds[-1][:, -MARGIN:] if len(seconds) else np.repeat(second[:, :1], MARGIN, 1), second], 1)
    error = moments[NOW + lost, NOW + lost] - weights @ moments[rows, NOW + lost]
    return weights @ shifted(whole)[rows][:, MARGIN:], np.sqrt(max(error, 0.0))


def records(folder, split="train"):
    for path in sorted(Path(folder).glob("*.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        stem = str(path)[:-5]
        if about["split"] == split and np.load(stem + ".present.npy").all():
            yield np.load(stem + ".patches.npy")[BASIS].astype(np.float64).reshape(len(BASIS), -1)


def statistics(shards):
    sets = {name: list(records(Path(shards) / name)) for name in ("ptbxl", "cinc2020_mix")}
    population = [mean_moments(x) for xs in sets.values() for x in xs]
    population = [m / np.trace(m[NOW:NOW + 8, NOW:NOW + 8]) for m in population]
    mean = np.mean(population, 0)
    samples = sum(x.shape[1] for x in sets["ptbxl"])
    return {"population": (mean + mean.T) / 2, "leastSquares": sum(x @ x.T for x in sets["ptbxl"]) / samples}


def describe(folder):
    """Puts the file's section into the manifest beside it, where there are both."""
    file, manifest = Path(folder) / FILE, Path(folder) / "manifest.json"
    if file.exists() and manifest.exists():
        about = json.loads(manifest.read_text(encoding="utf-8"))
        about["reconstruction"] = {"file": FILE, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        manifest.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def fixture():
    """A made-up heart of twelve sines and a made-up population, both by formula, and what a lost V2 comes to after 0 and 3 seconds."""
    m, b, t = np.arange(1, 13)[:, None, None], np.arange(8)[None, :, None], np.arange(1200)[None, None, :]
    x = (((7 * b + 3 * m) % 11 - 5) / 20 * np.sin(2 * np.pi * (3.1 * m - 1.7) * t / 300 + 0.9 * b * m)).sum(0).astype(np.float32).astype(np.float64)
    i = np.arange(8)
    s = np.array(SHIFTS)
    population = np.kron(np.exp(-np.abs(s[:, None] - s) / 8), 0.9 ** np.abs(i[:, None] - i)).astype(np.float32).astype(np.float64)
    seconds = list(x.reshape(8, 4, 300).transpose(1, 0, 2))
    cases = [reconstruct(population, seconds[:k], seconds[k], 3) for k in (0, 3)]
    return [{"second": k, "errorMv": round(float(e), 6), "v2": [round(float(v), 5) for v in y]} for k, (y, e) in zip((0, 3), cases)]


def main(arguments):
    from .export import write_safetensors
    import torch
    if arguments[0] == "--fixture":
        Path(arguments[1]).write_text(json.dumps(fixture()) + "\n", encoding="utf-8")
        return
    tensors = {name: torch.tensor(value, dtype=torch.float32) for name, value in statistics(arguments[0]).items()}
    write_safetensors(Path(arguments[1]) / FILE, tensors)
    describe(arguments[1])


if __name__ == "__main__":
    main(sys.argv[1:])
