"""python3 -m training finetune | validate | export: see training/README.md."""
import argparse
import json
import sys
from pathlib import Path


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    tune = commands.add_parser("finetune", help="train the heads on labelled shards; goes on where an earlier run stopped")
    tune.add_argument("--config", required=True)
    tune.add_argument("--shards", required=True, help="folder with one folder of shards per set")
    tune.add_argument("--out", required=True, help="folder of the run")
    tune.add_argument("--start", help="checkpoint whose weights a fresh run begins with")
    tune.add_argument("--quiet", action="store_true")
    check = commands.add_parser("validate", help="figures of a checkpoint on the validation records, as JSON")
    check.add_argument("--checkpoint", required=True)
    check.add_argument("--config", required=True)
    check.add_argument("--shards", required=True)
    check.add_argument("--leads", type=int, default=1, help="leads of each record to use at once")
    check.add_argument("--json", help="write the figures here instead of standard output")
    give = commands.add_parser("export", help="a checkpoint as model.safetensors and manifest.json, for the engines")
    give.add_argument("--checkpoint", required=True)
    give.add_argument("--config", required=True, help="the config it was trained with: its word on the training data")
    give.add_argument("--out", required=True)
    give.add_argument("--name", default="anyecg-s")
    given = parser.parse_args(arguments)
    return {"finetune": _finetune, "validate": _validate, "export": _export}[given.command](given)


def _finetune(given):
    from .finetune import Run
    Run(json.loads(Path(given.config).read_text(encoding="utf-8")), given.shards, given.out, given.quiet, given.start).train()
    return 0


def _validate(given):
    import torch
    from . import validate
    from .data import load_set
    config = json.loads(Path(given.config).read_text(encoding="utf-8"))
    torch.set_num_threads(config["threads"])
    model, step = _load(given.checkpoint)
    sets = {n: load_set(Path(given.shards) / n, **c["validation"]) for n, c in config["sets"].items()}
    figures = {"step": step, "leads": given.leads, **validate.validate(model, sets, given.leads, quiet=False)}
    text = json.dumps(figures, indent=2) + "\n"
    if given.json:
        Path(given.json).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _export(given):
    from .export import export
    config = json.loads(Path(given.config).read_text(encoding="utf-8"))
    model, step = _load(given.checkpoint)
    path = export(model, given.out, given.name, config["trainedHeads"], f"{config['trainingData']} Step {step}.",
                  weights_file="model.safetensors", manifest_file="manifest.json")
    print(path)
    return 0


def _load(checkpoint):
    import torch
    from .network import AnyEcgNet, NetworkConfig
    saved = torch.load(checkpoint, map_location="cpu")
    model = AnyEcgNet(NetworkConfig.from_json(saved["network"]))
    model.load_state_dict(saved["model"])
    return model, saved["step"]


if __name__ == "__main__":
    sys.exit(main())
