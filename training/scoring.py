"""From network outputs to figures: beats, rhythm seconds, record calls. For validation; the published evaluation is
`anyecg evaluate`, which scores what the worker does."""
import numpy as np
import torch

from .data import BEAT_LEAD, BEATS, BIN, PATCH, RHYTHMS, STRIPS, WARM_UP
from .network import RECORD_HEADS

TOLERANCE = 45        # 150 ms at 300 Hz
REFRACTORY = 60       # 200 ms


HEADS = ("rhythm", "anomaly", "beats", *RECORD_HEADS)


@torch.no_grad()
def run_record(model, record, leads, seconds=256, warm_up=64, batch=8, device="cpu"):
    """Outputs of one recording, computed in overlapping pieces: rhythm [T, 9], anomaly [T], beats [L, T, 30, 6], offset; and
    those of the record heads at its last second (a recording of one piece only)."""
    model.eval()
    seconds = min(seconds, record.seconds)
    starts = list(range(0, max(record.seconds - warm_up, 1), seconds - warm_up)) if seconds > warm_up else [0]
    parts = {"rhythm": [], "anomaly": [], "beats": [], "beat_offset": []}
    for at in range(0, len(starts), batch):
        pieces = [_piece(record, leads, s, seconds) for s in starts[at:at + batch]]
        patches, present, context = (torch.from_numpy(np.stack(x)).to(device) for x in zip(*pieces))
        ids = torch.from_numpy(record.leads[leads])[None].expand(len(pieces), -1).to(device)
        result = {k: v.float().cpu() for k, v in model(patches, present, ids, heads=HEADS, context=context).items()}
        for row, start in enumerate(starts[at:at + batch]):
            skip = 0 if start == 0 else warm_up
            stop = min(seconds, record.seconds - start)
            for name, kept in parts.items():
                value = result[name][row]
                kept.append(value[:, skip:stop] if name.startswith("beat") else value[skip:stop])
    return {
        "rhythm": torch.cat(parts["rhythm"]).softmax(-1).numpy(), "anomaly": torch.cat(parts["anomaly"]).sigmoid().numpy(),
        "beats": torch.cat(parts["beats"], 1).softmax(-1).numpy(), "offset": torch.cat(parts["beat_offset"], 1).sigmoid().numpy(),
        **{name: result[name][0, record.seconds - 1].numpy() for name in (RECORD_HEADS if len(starts) == 1 else ())}}


def _piece(record, leads, start, seconds):
    patches = np.zeros((len(leads), seconds, PATCH), np.float32)
    present = np.zeros((len(leads), seconds), bool)
    context = np.zeros((seconds, record.context.shape[2]), np.float32)
    stop = min(start + seconds, record.seconds)
    patches[:, :stop - start] = record.patches[leads, start:stop]
    present[:, :stop - start] = record.present[leads, start:stop]
    context[:stop - start] = record.context[1 + leads[0] if len(leads) == 1 else 0, start:stop]
    return patches, present, context


def find_beats(beats, offset, present, threshold=0.5):
    """The engine's rule: leads joined by the mean of their average and their maximum; a beat where the mass of three
    neighbouring positions reaches the threshold, at least 200 ms apart, greatest first.
    -> samples [n], classes [n], scores [n]"""
    weight = present[:, :, None].astype(np.float32)
    say = (1 - beats[..., 0]) * weight
    joined = (0.5 * (say.sum(0) / np.maximum(weight.sum(0), 1) + say.max(0))).reshape(-1)
    place = ((say * offset).sum(0) / np.maximum(say.sum(0), 1e-9)).reshape(-1)
    near, within = np.pad(joined, 1), np.pad(place, 1)
    mass = near[:-2] + near[1:-1] + near[2:]
    kept = _apart(mass, mass + joined, threshold)
    at = sum(near[kept + i] * (kept - 1 + i + within[kept + i]) for i in range(3)) / np.maximum(mass[kept], 1e-9)
    kinds = np.pad((beats[..., 1:] * weight[..., None]).sum(0).reshape(-1, beats.shape[-1] - 1), ((1, 1), (0, 0)))
    kinds = (kinds[:-2] + kinds[1:-1] + kinds[2:]).argmax(-1)
    return np.round(at * BIN).astype(np.int64) - BEAT_LEAD, kinds[kept], np.minimum(mass[kept], 1)


def _apart(mass, order, threshold):
    reach = REFRACTORY // BIN
    candidates = np.flatnonzero(mass >= threshold)
    taken = np.zeros(mass.size + 2 * reach, bool)
    kept = []
    for at in candidates[np.argsort(-order[candidates], kind="stable")]:
        if not taken[at + reach]:
            kept.append(at)
            taken[at + 1:at + 2 * reach] = True
    return np.array(sorted(kept), np.int64)


def match_beats(truth, found, first=0):
    """Greedy in time, nearest within 150 ms. -> pairs (index of truth or -1, index of found or -1), from sample `first`."""
    pairs, j = [], 0
    used = np.zeros(len(found), bool)
    for i, sample in enumerate(truth):
        while j < len(found) and found[j] < sample - TOLERANCE:
            j += 1
        near = [n for n in range(j, min(j + 4, len(found))) if not used[n] and abs(found[n] - sample) <= TOLERANCE]
        best = min(near, key=lambda n: abs(found[n] - sample), default=-1)
        if best >= 0:
            used[best] = True
        if sample >= first:
            pairs.append((i, best))
    return pairs + [(-1, n) for n in range(len(found)) if not used[n] and found[n] >= first]


def score_beats(records, outputs, threshold=0.5, skip_seconds=300):
    """AAMI-style counts over records: QRS, and each class against the rest."""
    table = np.zeros((6, 6), np.int64)          # truth x found, index 5 is "no beat"
    for record, (leads, out) in zip(records, outputs):
        found, kinds, _ = find_beats(out["beats"], out["offset"], record.present[leads], threshold)
        for i, n in match_beats(record.beats[:, 0], found, skip_seconds * PATCH):
            table[record.beats[i, 1] if i >= 0 else 5, kinds[n] if n >= 0 else 5] += 1
    figures = {"qrs": ratios(table[:5, :5].sum(), table[5].sum(), table[:, 5].sum())}
    for c, name in enumerate(BEATS[:4]):
        figures[name] = ratios(table[c, c], table[:, c].sum() - table[c, c], table[c].sum() - table[c, c])
    return figures, table


def ratios(tp, fp, fn):
    return {"tp": int(tp), "fp": int(fp), "fn": int(fn), "se": _share(tp, tp + fn), "ppv": _share(tp, tp + fp)}


def _share(part, whole):
    return float(part) / float(whole) if whole else float("nan")


def score_seconds(records, outputs):
    """Per rhythm class, over seconds with a label and a token: table truth x found and Se / PPV."""
    table = np.zeros((9, 9), np.int64)
    for record, (leads, out) in zip(records, outputs):
        use = (record.rhythm >= 0) & record.present[leads].any(0)
        np.add.at(table, (record.rhythm[use], out["rhythm"][use].argmax(-1)), 1)
    figures = {}
    for c, name in enumerate(RHYTHMS):
        if table[c].sum() or table[:, c].sum():
            figures[name] = ratios(table[c, c], table[:, c].sum() - table[c, c], table[c].sum() - table[c, c])
    return figures, table


def score_calls(records, outputs):
    """CinC 2017: the call of a record is the strip head's largest at its last second."""
    table = np.zeros((4, 4), np.int64)
    for record, (_, out) in zip(records, outputs):
        table[STRIPS.index(record.label), out["strip"].argmax()] += 1
    f1 = [2 * table[c, c] / max(table[c].sum() + table[:, c].sum(), 1) for c in range(3)]
    return {"f1N": f1[0], "f1A": f1[1], "f1O": f1[2], "f1": float(np.mean(f1))}, table


def af_offsets(records, outputs):
    """Se, PPV and F1 of atrial fibrillation by seconds of labelled strips after the warm-up, for offsets added to its logit: training draws it more
    often than it comes. A config's "rhythmOffsets" takes the one with the best F1 into the exported weights."""
    known = [(r.label == "A", np.log(out["rhythm"][WARM_UP:] + 1e-9)) for r, (_, out) in zip(records, outputs) if r.label != "~"]
    curve = []
    for offset in np.arange(0, -2.1, -0.25):
        shift = np.eye(len(RHYTHMS))[1] * offset
        found = [(af, ((logits + shift).argmax(-1) == 1).sum(), len(logits)) for af, logits in known]
        tp, fp = (sum(n for af, n, _ in found if af is kind) for kind in (True, False))
        row = ratios(tp, fp, sum(total - n for af, n, total in found if af))
        curve.append({"offset": float(offset), "se": row["se"], "ppv": row["ppv"], "f1": 2 * tp / max(2 * tp + row["fp"] + row["fn"], 1)})
    return curve


def auroc(truth, score):
    """Area under the ROC curve by ranks (ties in the order given); nan with one class only."""
    positives = int((truth == 1).sum())
    if positives in (0, truth.size):
        return float("nan")
    ranks = np.empty(truth.size)
    ranks[np.argsort(score, kind="stable")] = np.arange(1, truth.size + 1)
    return float((ranks[truth == 1].sum() - positives * (positives + 1) / 2) / (positives * (truth.size - positives)))


def score_diagnoses(records, outputs):
    """12-lead records: area under the ROC curve of "abnormal", and its mean over the classes that can be judged."""
    abnormal = np.array([r.abnormal for r in records])
    score = np.array([out["anomaly_record"] for _, out in outputs])
    figures = {"abnormalAuroc": auroc(abnormal[abnormal >= 0], score[abnormal >= 0])}
    truth, given = np.stack([r.classes for r in records]), np.stack([out["arrhythmia"] for _, out in outputs])
    areas = [auroc(truth[truth[:, c] >= 0, c], given[truth[:, c] >= 0, c]) for c in range(truth.shape[1])]
    return {**figures, "diagnosisAuroc": float(np.nanmean(areas)) if np.isfinite(areas).any() else float("nan")}
