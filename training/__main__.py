"""python3 -m training tokenizer | pretrain | finetune | validate | codes | ablations | export | beats: see training/README.md."""
import argparse
import json
import sys
from pathlib import Path


STAGES = {
    "tokenizer": "stage 1: tokenizer, codebook and multi-view decoder",
    "pretrain": "stage 2: masked and next rhythm codes",
    "finetune": "the heads, on labelled shards",
}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in STAGES.items():
        stage = commands.add_parser(name, help=what + "; goes on where an earlier run stopped")
        stage.add_argument("--config", required=True)
        stage.add_argument("--shards", required=True, help="folder with one folder of shards per set")
        stage.add_argument("--out", required=True, help="folder of the run")
        stage.add_argument("--start", help="checkpoint whose weights a fresh run begins with")
        stage.add_argument("--quiet", action="store_true")
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
    show = commands.add_parser("codes", help="usage of the rhythm codes and the waveforms of the commonest, as JSON")
    show.add_argument("--config", required=True, help="the config of stage 1, with validation sets")
    show.add_argument("--shards", required=True)
    show.add_argument("--run", required=True, help="folder of the run of stage 1")
    show.add_argument("--count", type=int, default=48)
    show.add_argument("--out", required=True)
    compare = commands.add_parser("ablations", help="short runs that differ in one thing, and the table of their validation figures")
    compare.add_argument("--configs", default="training/configs", help="folder of tokenizer.json and finetune.json")
    compare.add_argument("--shards", required=True)
    compare.add_argument("--out", required=True)
    compare.add_argument("--stage1", help="checkpoint of stage 1, for the run 'tokenizer'")
    compare.add_argument("--stage2", help="checkpoint of stage 2, for the run 'both'")
    compare.add_argument("names", nargs="*", help="which; all that can be run when none is named")
    judge = commands.add_parser("beats", help="the beat judge: cross-validated over whole records, then trained on all and written beside the network")
    judge.add_argument("--config", required=True)
    judge.add_argument("--candidates", required=True, help="folder with one folder of `anyecg candidates` per set")
    judge.add_argument("--out", help="folder of the model; without it only the figures of the cross-validation are printed")
    given = parser.parse_args(arguments)
    return {"validate": _validate, "export": _export, "codes": _codes, "ablations": _ablations, "beats": _beats}.get(given.command, _train)(given)


def _train(given):
    from . import finetune, pretrain, tokenizer
    config = load_config(given.config)
    loop = {"tokenizer": tokenizer.TokenizerLoop, "pretrain": pretrain.PretrainLoop, "finetune": finetune.FinetuneLoop}[given.command]
    loop(config, given.shards, given.out, start=given.start, quiet=given.quiet).train()
    return 0


def load_config(path):
    """A config file; "base" names another, in the same folder, whose entries it changes (one level deep, null takes one away);
    "arrhythmiaLabels" may name the list of classes."""
    config = json.loads(Path(path).read_text(encoding="utf-8"))
    if isinstance(config.get("arrhythmiaLabels"), str):
        listed = Path(path).with_name(config["arrhythmiaLabels"]).read_text(encoding="utf-8")
        config["arrhythmiaLabels"] = [entry["name"] for entry in json.loads(listed)]
    if "base" not in config:
        return config
    merged = load_config(Path(path).with_name(config.pop("base")))
    for key, value in config.items():
        both = {**merged[key], **value} if isinstance(value, dict) and isinstance(merged.get(key), dict) else value
        merged[key] = {k: v for k, v in both.items() if v is not None} if isinstance(both, dict) else both
    return merged


def _validate(given):
    import torch
    from . import validate
    from .data import load_sets
    config = load_config(given.config)
    torch.set_num_threads(config["threads"])
    model, step = _load(given.checkpoint)
    sets = load_sets(config, given.shards, "validation")
    figures = {"step": step, "leads": given.leads, **validate.validate(model, sets, given.leads, quiet=False)}
    text = json.dumps(figures, indent=2) + "\n"
    if given.json:
        Path(given.json).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _ablations(given):
    from . import ablations
    starts = {name: path for name, path in zip(ablations.STARTED, (given.stage1, given.stage2)) if path}
    configs = [load_config(Path(given.configs) / f"{stage}.json") for stage in ("tokenizer", "finetune")]
    for name in given.names or (*ablations.OPEN, *starts, *ablations.STAGED):
        ablations.run(name, configs, given.shards, given.out, starts)
    sys.stdout.write(ablations.table(given.out))
    return 0


def _codes(given):
    from . import codes
    codes.write(load_config(given.config), given.shards, given.run, given.count, given.out)
    return 0


def _beats(given):
    from . import beats
    beats.run(load_config(given.config), given.candidates, given.out)
    return 0


def _export(given):
    from .data import RHYTHMS
    from .export import export
    config = load_config(given.config)
    model, step = _load(given.checkpoint)
    for name, offset in config.get("rhythmOffsets", {}).items():
        model.rhythm.bias.data[RHYTHMS.index(name)] += offset
    path = export(model, given.out, given.name, config["trainedHeads"], f"{config['trainingData']} Step {step}.",
                  config.get("arrhythmiaLabels", ()), weights_file="model.safetensors", manifest_file="manifest.json")
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
