"""The beat judge: two small perceptrons that read the rows of `anyecg candidates`. The gate says whether a candidate is a beat, the other
which class it has; docs/model.md has the formulae. Trained on whole records, judged on records left out."""
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .export import BEAT_LABELS, write_safetensors

FIRST_SCORED = 300 * 300  # EC57 leaves out five minutes
REFRACTORY = 60
QUIET, FIBRILLATION = "quiet", "fibrillation"


class Perceptron(nn.Module):
    """Rows [n, leads, features] -> logits [n, outputs]: leads are joined by the softmax of a weight that each gives itself."""

    def __init__(self, features, hidden, outputs, dropout):
        super().__init__()
        self.first, self.second = nn.Linear(features, hidden[0]), nn.Linear(hidden[0], hidden[1])
        self.last, self.drop = nn.Linear(hidden[1], outputs + 1), nn.Dropout(dropout)

    def forward(self, rows):
        out = self.last(self.drop(self.second(self.drop(self.first(rows).relu())).relu()))
        return (out[..., :-1] * out[..., -1:].softmax(1)).sum(1)


class Part:
    """One of the two perceptrons with its view of the features: columns, mean and spread."""

    def __init__(self, config, own, names, outputs, seed):
        self.config, self.own = config, own
        self.columns = [i for i, name in enumerate(names) if name not in own["without"]]
        torch.manual_seed(seed)
        self.net = Perceptron(len(self.columns), config["hidden"], outputs, config["dropout"])

    def train(self, rows, truth, weight, rng):
        rows = rows[:, :, self.columns]
        flat = rows.reshape(-1, rows.shape[-1])
        self.mean, self.spread = flat.mean(0), flat.std(0) + 1e-3
        rows, truth, weight = self._scaled(rows), torch.from_numpy(truth), torch.from_numpy(weight)
        config, size = self.config, self.config["batch"]
        optimiser = torch.optim.AdamW(self.net.parameters(), lr=config["learningRate"], weight_decay=config["weightDecay"])
        steps = max(1, self.own["epochs"] * (len(truth) // size))
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda k: min(1, k / 50) * 0.5 * (1 + np.cos(np.pi * k / steps)))
        self.net.train()
        for _ in range(steps):
            at = torch.from_numpy(rng.integers(0, len(truth), size))
            x = rows[at]
            loss = nn.functional.cross_entropy(self.net(x + config["jitter"] * torch.randn_like(x)), truth[at], reduction="none")
            optimiser.zero_grad()
            ((loss * weight[at]).sum() / weight[at].sum()).backward()
            optimiser.step()
            schedule.step()
        self.net.eval()
        return self

    @torch.no_grad()
    def __call__(self, rows):
        return self.net(self._scaled(rows[:, :, self.columns])).numpy()

    def _scaled(self, rows):
        return torch.from_numpy(((rows - self.mean) / self.spread).astype(np.float32))

    def tensors(self, features):
        """The weights for whole rows: scaling folded in, columns that are not read at 0."""
        weight = torch.zeros(self.net.first.out_features, features, dtype=torch.float64)
        scaled = self.net.first.weight.detach().double() / torch.from_numpy(self.spread.astype(np.float64))
        weight[:, self.columns] = scaled
        shift = self.net.first.bias.detach().double() - scaled @ torch.from_numpy(self.mean.astype(np.float64))
        return {"first.weight": weight.float(), "first.bias": shift.float(), "second.weight": self.net.second.weight, "second.bias": self.net.second.bias,
                "last.weight": self.net.last.weight, "last.bias": self.net.last.bias}


class Judge:
    """Gates and classes, trained on some records from several seeds; their logits are averaged."""

    def __init__(self, config, data, records):
        self.gates, self.classes = [], []
        for seed in range(config["seed"], config["seed"] + config["members"]):
            rng = np.random.default_rng(seed)
            rows, truth, weight = _chosen(config["gate"], data, records, rng)
            self.gates.append(Part(config, config["gate"], data["names"], 2, seed).train(rows, np.minimum(truth, 1), weight, rng))
            rows, truth, weight = _chosen(config["classes"], data, records, rng)
            self.classes.append(Part(config, config["classes"], data["names"], 5, seed).train(rows, truth - 1, weight, rng))

    def __call__(self, rows):
        """-> probability of a beat [n], logits of N S V F Q [n, 5]."""
        gate = np.mean([part(rows) for part in self.gates], 0)
        return 1 / (1 + np.exp(gate[:, 0] - gate[:, 1])), np.mean([part(rows) for part in self.classes], 0)


def _chosen(own, data, records, rng):
    """Rows, truth and weights of a part's training: at most perRecord rows of the commonest class of each stream, weighted back."""
    rows, truth, weight = [], [], []
    for name in records:
        for stream in sorted(data[name].keys() - {"beats"}):
            x, _, t = data[name][stream]
            share = np.zeros(len(t), np.float32)
            for kind in range(6):
                at = np.flatnonzero(t == kind - 1)
                kept = rng.permutation(at)[:own["perRecord"]]
                share[kept] = own["weights"][kind] * min(1, (100 / max(1, len(at))) ** 0.5) * len(at) / max(1, len(kept))
            kept = share > 0
            rows.append(_two_leads(x[kept]))
            truth.append(t[kept] + 1)
            weight.append(share[kept] * (1 if stream == "all" else 0.5))
    if own.get("fibrillation"):
        at = rng.permutation(len(data[FIBRILLATION]))[:own["fibrillation"]]
        rows.append(data[FIBRILLATION][at])
        truth.append(np.zeros(len(at), np.int64))
        weight.append(np.full(len(at), own["fibrillationWeight"], np.float32))
    for x, count in zip(data[QUIET], own.get("quiet", ())):
        rows.append(_two_leads(x[rng.permutation(len(x))[:count]]))
        truth.append(np.ones(len(rows[-1]), np.int64))
        weight.append(np.full(len(rows[-1]), own["quietWeight"], np.float32))
    return np.concatenate(rows), np.concatenate(truth).astype(np.int64), np.concatenate(weight)


def _two_leads(rows):
    """A lead beside itself changes nothing, and makes all streams one shape."""
    return rows if rows.shape[1] == 2 else np.repeat(rows[:, :1], 2, 1)


def load(config, folder):
    """{record: {stream: (rows, samples, truth), "beats": annotations}, "names", "quiet": [irregular rows, regular rows],
    "fibrillation": rows}."""
    folder = Path(folder)
    data = {"names": json.loads((folder / config["sets"]["beats"] / "features.json").read_text())}
    for path in sorted((folder / config["sets"]["beats"]).glob("*.rows.npy")):
        name, stream, *_ = path.name.split(".")
        at = np.load(path.with_name(f"{name}.{stream}.candidates.npy"))
        record = data.setdefault(name, {"beats": np.load(path.with_name(f"{name}.beats.npy"))})
        record[stream] = (np.load(path), at[:, 0], at[:, 1])
    sets = config["sets"]
    data[QUIET] = _quiet(data["names"], folder / sets["quiet"]) if sets.get("quiet") else []
    data[FIBRILLATION] = _fibrillation(folder / sets["fibrillation"]) if sets.get("fibrillation") else []
    return data


def _fibrillation(folder):
    """Candidates within annotated fibrillation: none of them is a beat."""
    paths = sorted(folder.glob("*.rows.npy"))
    return np.concatenate([_two_leads(np.load(p)[np.load(p.with_name(p.name.replace("rows", "candidates")))[:, 1] == -1]) for p in paths])


def _quiet(names, folder):
    """Surely normal beats of recordings that have only a label: look like the others, and come early only where all are irregular."""
    column = {name: i for i, name in enumerate(names)}
    rows = []
    for path in sorted(folder.glob("*.all.rows.npy")):
        x, at = np.load(path), np.load(path.with_name(path.name.replace("rows", "candidates")))
        irregular = x[:, 0, column["steps32"]] >= 0.08
        rows.append(x[(at[:, 1] == 0) & (x[:, 0, column["likeness"]] > 0.85) & (irregular | (x[:, 0, column["rrAnchor"]] > -0.2))])
    rows = np.concatenate(rows)
    irregular = rows[:, 0, column["steps32"]] >= 0.08
    return [rows[irregular], rows[~irregular]]


def tally(found, classes, truth, samples, beats):
    """Counts after EC57: QRS, V, S as [true positive, missed, false]."""
    scored = samples >= FIRST_SCORED
    beats = beats[beats[:, 0] >= FIRST_SCORED, 1]
    hit = scored & found & (truth >= 0)
    counts = [[hit.sum(), len(beats) - hit.sum(), (scored & found & (truth == -1)).sum()]]
    for kind, forgiven in ((2, (3, 4)), (1, (4,))):
        claimed = scored & found & (classes == kind)
        right = (claimed & (truth == kind)).sum()
        counts.append([right, (beats == kind).sum() - right, (claimed & (truth != kind) & (truth != -2) & ~np.isin(truth, forgiven)).sum()])
    return np.array(counts)


def decide(judge_output, samples, threshold=0.5):
    """The engine's rule: a beat from the threshold on, 200 ms after the one before; its class is the largest logit."""
    chance, logits = judge_output
    found, last = chance >= threshold, -10 ** 9
    for i in np.flatnonzero(found):
        found[i] = samples[i] - last >= REFRACTORY
        last = samples[i] if found[i] else last
    return found, logits.argmax(1)


def cross_validate(config, data):
    """{(record, stream): what a judge says that saw other records}."""
    outputs = {}
    records = [name for fold in config["folds"] for name in fold]
    for fold in config["folds"]:
        seen = [name for name in records if name not in fold]
        judge = Judge(config, data, seen)
        outputs |= {(name, stream): judge(data[name][stream][0]) for name in fold for stream in data[name] if stream != "beats"}
    return outputs


def score(data, outputs):
    return {(name, stream): tally(*decide(output, data[name][stream][1]), data[name][stream][2], data[name][stream][1], data[name]["beats"])
            for (name, stream), output in outputs.items()}


def table(counts):
    """One line a record and stream, and the gross figures of each stream."""
    lines = [f"{name:6} {stream:6} {_figures(c)}" for (name, stream), c in sorted(counts.items())]
    for kind in sorted({stream for _, stream in counts}):
        lines.append(f"gross  {kind:6} {_figures(sum(c for (_, stream), c in counts.items() if stream == kind))}")
    return "\n".join(lines)


def _figures(counts):
    return "   ".join(f"{name} {_ratio(tp, fn)}/{_ratio(tp, fp)} ({tp + fn})" for name, (tp, fn, fp) in zip(("QRS", "V", "S"), counts))


def _ratio(part, rest):
    return f"{part / (part + rest):.4f}" if part + rest else "  -   "


def export(judge, config, names, folder):
    """beats.safetensors and beats.json, beside the network's files."""
    folder = Path(folder)
    tensors = {f"{kind}{i}.{name}": value for kind, parts in (("gate", judge.gates), ("classes", judge.classes))
               for i, part in enumerate(parts) for name, value in part.tensors(len(names)).items()}
    write_safetensors(folder / "beats.safetensors", tensors)
    manifest = {"formatVersion": 1, "weightsFile": "beats.safetensors",
                "sha256": hashlib.sha256((folder / "beats.safetensors").read_bytes()).hexdigest(),
                "features": names, "labels": list(BEAT_LABELS[1:]), "trainingData": config["trainingData"]}
    (folder / "beats.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


@torch.no_grad()
def outputs(tensors, kind, rows):
    """What exported weights say of whole rows [n, leads, features], averaged over the members: the reference of the engine."""
    members = sorted({name.split(".")[0] for name in tensors if name.startswith(kind)})
    return sum(_member(tensors, member, rows) for member in members) / len(members)


def _member(tensors, member, rows):
    own = {name.split(".", 1)[1]: value for name, value in tensors.items() if name.startswith(member + ".")}
    net = Perceptron(own["first.weight"].shape[1], [len(own["first.bias"]), len(own["second.bias"])], len(own["last.bias"]) - 1, 0.0)
    net.load_state_dict(own)
    return net.eval()(rows)


def run(config, folder, out=None):
    """Prints the cross-validated figures; with `out` then trains on all records and writes the judge there."""
    torch.set_num_threads(config["threads"])
    data = load(config, folder)
    print(table(score(data, cross_validate(config, data))))
    if out:
        records = [name for fold in config["folds"] for name in fold]
        export(Judge(config, data, records), config, data["names"], out)
