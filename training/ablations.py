"""What each part is worth: short runs of equal length that differ in one thing, and one table of their validation figures. All but
`context` go without the context features, so that the network alone is compared."""
import json
from pathlib import Path

from .finetune import FinetuneLoop
from .tokenizer import TokenizerLoop

STEPS, STAGE_STEPS = 250, 300

# Trained from nothing, every layer open: no pre-training, and what it is compared with.
OPEN = {"none": {}, "ownLead": {"variant": "ownLead"}, "recurrent": {"variant": "recurrent"}, "context": {}}

# Heads over the frozen tokenizer of the given checkpoints.
STARTED = ("tokenizer", "both")

# A short stage 1 with one thing changed, then the heads.
STAGED = {
    "full": {}, "noCodebookUpdate": {"codebook": {"update": "none"}},
    "gradientCodebook": {"codebook": {"update": "gradient"}, "lossWeights": {"codebook": 1.0}},
    "noMorphology": {"views": ["frequency", "demography"]}, "noFrequency": {"views": ["morphology", "demography"]},
    "noDemography": {"views": ["morphology", "frequency"]},
}

SHOWN = ("cinc2017.f1", "cinc2017.f1A", "cinc2017.anomalyAuroc", "mitdb.beat.qrs.se", "mitdb.beat.qrs.ppv", "mitdb.beat.V.se", "mitdb.beat.V.ppv",
         "mitdb.second.af.se", "mitdb.second.af.ppv", "vfdb.anomalyAuroc", "ptbxl.abnormalAuroc", "ptbxl.diagnosisAuroc")


def run(name, configs, shards, out, starts, quiet=False):
    """Runs one of the names, unless its figures are there already. `configs`: of tokenizer and finetune; `starts`: checkpoints by name."""
    folder = Path(out) / name
    if (folder / "validation.jsonl").exists():
        return
    stage, tune = (json.loads(json.dumps(c)) for c in configs)
    tune["network"]["contextFeatures"] = tune["network"]["contextFeatures"] if name == "context" else 0
    tune.update(steps=STEPS, validateEvery=STEPS, warmUpSteps=50, average=0.99)
    start = starts.get(name)
    if name in OPEN:
        tune.update(freezeTokenizer=False, **OPEN[name])
    elif name in STAGED:
        for key, value in STAGED[name].items():
            stage[key] = {**stage[key], **value} if isinstance(value, dict) else value
        stage.update(steps=STAGE_STEPS, validateEvery=STAGE_STEPS)
        TokenizerLoop(stage, shards, folder / "stage1", quiet=quiet).train()
        start = folder / "stage1" / "latest.pt"
    elif start is None:
        raise ValueError(f"{name} needs a checkpoint to start from")
    FinetuneLoop(tune, shards, folder, start=start, quiet=quiet).train()


def table(out):
    """Markdown: a row per run that has figures."""
    lines = ["| run | " + " | ".join(SHOWN) + " |", "| --- |" + " --- |" * len(SHOWN)]
    for name in (*OPEN, *STARTED, *STAGED):
        path = Path(out) / name / "validation.jsonl"
        if path.exists():
            figures = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
            lines.append(f"| {name} | " + " | ".join(f"{figures.get(key, float('nan')):.3f}" for key in SHOWN) + " |")
    return "\n".join(lines) + "\n"
