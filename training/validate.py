"""Validation on held-out records: whole recordings, first lead and both leads, never the test sets."""
import numpy as np

from . import scoring
from .progress import Progress


def validate(model, sets, leads=1, quiet=True, device="cpu"):
    """sets: name -> records. -> flat dict of figures (beats of mitdb, seconds of mitdb and vfdb, calls of cinc2017, diagnoses)."""
    figures = {}
    for name, records in sets.items():
        bar = Progress(len(records), f"validate {name}", quiet)
        outputs = []
        for record in records:
            used = np.arange(len(record.leads) if record.classes.max(initial=-1) >= 0 else min(leads, len(record.leads)))
            outputs.append((used, scoring.run_record(model, record, used, device=device)))
            bar.step()
        bar.done()
        figures.update({f"{name}.{k}": v for k, v in _score(records, outputs).items()})
    return figures


def _score(records, outputs):
    if any(r.abnormal >= 0 for r in records):
        return scoring.score_diagnoses(records, outputs)
    figures = {}
    if any(r.label for r in records):
        calls, table = scoring.score_calls(records, outputs)
        figures = {**{k: float(v) for k, v in calls.items()}, "callTable": table.tolist(), "afOffsets": scoring.af_offsets(records, outputs)}
    else:
        seconds, table = scoring.score_seconds(records, outputs)
        figures = {**_flat("second", seconds), "secondTable": table.tolist()}
        if any(r.beats_known.all() and r.beats.size for r in records):
            beats, table = scoring.score_beats(records, outputs)
            figures |= {**_flat("beat", beats), "beatTable": table.tolist()}
    use = [(r.anomaly >= 0) & r.present[leads].any(0) for r, (leads, _) in zip(records, outputs)]
    truth = np.concatenate([r.anomaly[u] for r, u in zip(records, use)])
    return {**figures, "anomalyAuroc": scoring.auroc(truth, np.concatenate([out["anomaly"][u] for u, (_, out) in zip(use, outputs)]))}


def _flat(prefix, figures):
    return {f"{prefix}.{k}.{m}": v[m] for k, v in figures.items() for m in ("se", "ppv")}


def headline(figures):
    """One number to pick a checkpoint by: QRS, V, seconds of AF and record calls; what is missing counts nothing."""
    def get(key):
        value = figures.get(key, float("nan"))
        return 0.0 if value != value else value

    def f1(prefix):
        se, ppv = get(prefix + ".se"), get(prefix + ".ppv")
        return 2 * se * ppv / (se + ppv) if se + ppv > 0 else 0.0

    ventricular = f1("vfdb.second.vf") + f1("vfdb.second.vt")
    return 4 * f1("mitdb.beat.qrs") + f1("mitdb.beat.V") + f1("mitdb.second.af") + 3 * get("cinc2017.f1") + ventricular
