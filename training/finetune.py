"""Supervised training of the heads: resumable, seeded, one process. Step, checkpoint, validation and learning rate run on
counts of steps, so that the same seed and data give the same weights on the same machine and thread count."""
import csv
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from . import losses, validate
from .augment import augment
from .data import Sampler, load_set
from .network import AnyEcgNet, NetworkConfig
from .progress import Progress


class Run:
    """One training run in a folder: state.pt (resume), best.pt, latest.pt (weights), metrics.csv, validation.jsonl."""

    def __init__(self, config, shards, out, quiet=False, start=None):
        self.config, self.out, self.quiet = config, Path(out), quiet
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        torch.manual_seed(config["seed"])
        torch.set_num_threads(config["threads"])
        self.rng = np.random.default_rng(config["seed"])
        self.train_sets = {n: load_set(Path(shards) / n, **c["train"], quiet=quiet) for n, c in config["sets"].items()}
        self.valid_sets = {n: load_set(Path(shards) / n, **c["validation"], quiet=quiet) for n, c in config["sets"].items()}
        self.noise = _load_noise(Path(shards), config.get("noise", []))
        self.sampler = Sampler(self.train_sets, config["sampling"], self.rng)
        self.model = AnyEcgNet(NetworkConfig.from_json(config["network"]))
        if start is not None:
            self.model.load_state_dict(torch.load(start, map_location="cpu")["model"])
        _drop_out(self.model, config["dropout"])
        self.optimizer = torch.optim.AdamW(
            _groups(self.model, config["weightDecay"]), lr=config["learningRate"], betas=(0.9, 0.98))
        self.average = {k: v.clone() for k, v in self.model.state_dict().items()}
        self.at, self.best = 0, -math.inf
        self._resume()

    def train(self):
        steps = min(self.config["steps"], self.config.get("stopAt", self.config["steps"]))
        bar = Progress(steps, "train", self.quiet)
        bar.at = self.at
        while self.at < steps:
            started = time.monotonic()
            row = self._step()
            row["seconds"] = round(time.monotonic() - started, 3)
            self.at += 1
            bar.step(note=f"loss {row['loss']:.3f} {row['seconds']:.2f} s/step")
            self._log("metrics.csv", row)
            if self.at % self.config["validateEvery"] == 0 or self.at == steps:
                self._validate()
            if self.at % self.config["saveEvery"] == 0 or self.at == steps:
                self._save()
        bar.done()

    def _step(self):
        cfg = self.config
        batch = augment(self.sampler.batch(), self.noise, cfg["augment"], self.rng)
        batch = {k: torch.from_numpy(v) for k, v in batch.items()}
        rate = learning_rate(self.at, cfg)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.model.train()
        result = self.model(batch["patches"], batch["present"], batch["leads"])
        parts = losses.finetune_losses(result, batch, cfg)
        loss = sum(cfg["lossWeights"][name] * value for name, value in parts.items())
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), cfg["clip"])
        if math.isfinite(float(norm)):          # a step that is not a number is left out, and seen in the log
            self.optimizer.step()
            self._follow()
        return {"step": self.at, "lr": f"{rate:.2e}", "loss": float(loss), "norm": float(norm),
                **{name: float(value) for name, value in parts.items()}}

    def _follow(self):
        """A moving average of the weights; it is what is validated and exported."""
        decay = min(self.config["average"], (1 + self.at) / (10 + self.at))
        with torch.no_grad():
            for name, value in self.model.state_dict().items():
                if value.is_floating_point():
                    self.average[name].lerp_(value, 1 - decay)

    def _validate(self):
        kept = {k: v.clone() for k, v in self.model.state_dict().items()}
        self.model.load_state_dict(self.average)
        figures = validate.validate(self.model, self.valid_sets)
        score = validate.headline(figures)
        torch.save({"network": self.config["network"], "model": self.average, "step": self.at}, self.out / "latest.pt")
        if score > self.best:
            self.best = score
            torch.save({"network": self.config["network"], "model": self.average, "step": self.at}, self.out / "best.pt")
        self.model.load_state_dict(kept)
        with (self.out / "validation.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": self.at, "score": score, **figures}) + "\n")

    def _save(self):
        state = {"model": self.model.state_dict(), "average": self.average, "optimizer": self.optimizer.state_dict(),
                 "at": self.at, "best": self.best, "rng": self.rng.bit_generator.state, "torch": torch.get_rng_state()}
        torch.save(state, self.out / "state.tmp")
        (self.out / "state.tmp").replace(self.out / "state.pt")

    def _resume(self):
        path = self.out / "state.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location="cpu")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average, self.at, self.best = state["average"], state["at"], state["best"]
        self.rng.bit_generator.state = state["rng"]
        torch.set_rng_state(state["torch"])

    def _log(self, name, row):
        path = self.out / name
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, row.keys())
            if fresh:
                writer.writeheader()
            writer.writerow(row)


def learning_rate(step, config):
    """Linear warm-up, then half a cosine down to a twentieth."""
    warm = config["warmUpSteps"]
    if step < warm:
        return config["learningRate"] * (step + 1) / warm
    share = min((step - warm) / max(config["steps"] - warm, 1), 1.0)
    return config["learningRate"] * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share)))


def _drop_out(model, probability):
    """Dropout behind the embedding and behind both halves of every block, while training; the network itself has none."""
    def drop(module, _, output):
        return F.dropout(output, probability, module.training)

    model.embed.register_forward_hook(drop)
    for block in (*model.tokenizer, *model.encoder):
        block.attention.register_forward_hook(drop)
        block.down.register_forward_hook(drop)


def _groups(model, decay):
    """Weight decay on matrices only."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    return [{"params": matrices, "weight_decay": decay},
            {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0}]


def _load_noise(shards, parts):
    """Noise recordings as [T, 300] float32 per lead, cut to the minutes that training may use."""
    noise = []
    for part in parts:
        patches = np.load(shards / "nstdb" / (part["record"] + ".patches.npy"))
        stop = int(part["minutes"] * 60)
        noise += [lead[:stop].astype(np.float32) for lead in patches]
    return noise
