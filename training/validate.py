"""Validation on held-out records: whole recordings, first lead and both leads, never the test sets."""
import numpy as np

from . import scoring
from .progress import Progress


def validate(model, sets, leads=1, quiet=True):
    """sets: name -> records. -> flat dict of figures (beats of mitdb, seconds of mitdb and vfdb, calls of cinc2017)."""
    figures = {}
    for name, records in sets.items():
        bar = Progress(len(records), f"validate {name}", quiet)
        outputs = []
        for record in records:
            used = np.arange(min(leads, len(record.leads)))
            outputs.append((used, scoring.run_record(model, record, used)))
            bar.step()
        bar.done()
        if any(r.beats.size for r in records):
            beats, table = scoring.score_beats(records, outputs)
            figures.update(_flat(f"{name}.beat", beats))
            figures[f"{name}.beatTable"] = table.tolist()
        if any(r.label for r in records):
            calls, table = scoring.score_calls(records, outputs)
            figures.update({f"{name}.{k}": float(v) for k, v in calls.items()})
            figures[f"{name}.callTable"] = table.tolist()
        else:
            seconds, table = scoring.score_seconds(records, outputs)
            figures.update(_flat(f"{name}.second", seconds))
            figures[f"{name}.secondTable"] = table.tolist()
        figures.update(_anomaly(name, records, outputs))
    return figures


def _flat(prefix, figures):
    return {f"{prefix}.{k}.{m}": v[m] for k, v in figures.items() for m in ("se", "ppv")}


def _anomaly(name, records, outputs):
    """Area under the ROC curve of the per-second anomaly score, by ranks."""
    use = [(r.anomaly >= 0) & r.present[leads].any(0) for r, (leads, _) in zip(records, outputs)]
    truth = np.concatenate([r.anomaly[u] for r, u in zip(records, use)])
    score = np.concatenate([out["anomaly"][u] for u, (_, out) in zip(use, outputs)])
    positives = int((truth == 1).sum())
    if positives in (0, truth.size):
        return {}
    order = np.argsort(score, kind="stable")
    ranks = np.empty(truth.size)
    ranks[order] = np.arange(1, truth.size + 1)
    area = (ranks[truth == 1].sum() - positives * (positives + 1) / 2) / (positives * (truth.size - positives))
    return {f"{name}.anomalyAuroc": float(area)}


def headline(figures):
    """One number to pick a checkpoint by: QRS, V, seconds of AF and record calls; what is missing counts nothing."""
    def get(key):
        value = figures.get(key, float("nan"))
        return 0.0 if value != value else value

    def f1(prefix):
        se, ppv = get(prefix + ".se"), get(prefix + ".ppv")
        return 2 * se * ppv / (se + ppv) if se + ppv > 0 else 0.0

    return 4 * f1("mitdb.beat.qrs") + f1("mitdb.beat.V") + f1("mitdb.second.af") + 2 * get("cinc2017.f1") + f1("vfdb.second.vf")
