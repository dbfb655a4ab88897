"""What the stages share: seeded steps, one process or several (torchrun), resumable checkpoints, CSV, moving average.
Everything runs on counts of steps, so that the same seed and data give the same weights on the same machine and thread count."""
import csv
import json
import math
import os
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from .augment import augment
from .data import Sampler, load_sets
from .progress import Progress


class Loop:
    """One run in a folder: state.pt (resume), best.pt and latest.pt (weights), metrics.csv, validation.jsonl. A stage gives
    `parts` (named losses of a batch), and may give `follow` (after each step) and `judge` (figures and a score)."""

    def __init__(self, config, shards, out, modules, net, quiet=False):
        self.config, self.out, self.net, self.quiet = config, Path(out), net, quiet
        self.rank, self.world, self.device = _join(config)
        torch.set_num_threads(config["threads"])
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        self.rng = np.random.default_rng([config["seed"], self.rank])
        self.train_sets = load_sets(config, shards, "train", quiet)
        self.valid_sets = load_sets(config, shards, "validation", quiet)
        self.noise = load_noise(Path(shards), config.get("noise", []))
        self.sampler = Sampler(self.train_sets, config["sampling"], self.rng)
        self.modules = modules.to(self.device)
        self.trained = [p for p in modules.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(_groups(self.trained, config["weightDecay"]), lr=config["learningRate"], betas=(0.9, 0.98))
        self.average = {k: v.clone() for k, v in net.state_dict().items()}
        self.at, self.best = 0, -math.inf
        self._resume()

    def parts(self, batch):
        raise NotImplementedError

    def follow(self):
        """After every step."""

    def judge(self):
        """-> (score, figures) of the average weights, on validation records."""
        return -self.recent, {}

    def train(self):
        steps = min(self.config["steps"], self.config.get("stopAt", self.config["steps"]))
        bar = Progress(steps, "train", self.quiet or self.rank > 0)
        bar.at, self.recent = self.at, 0.0
        while self.at < steps:
            started = time.monotonic()
            row = self._step()
            row["seconds"] = round(time.monotonic() - started, 3)
            self.recent = 0.98 * self.recent + 0.02 * row["loss"] if self.recent else row["loss"]
            self.at += 1
            bar.step(note=f"loss {self.recent:.3f} {row['seconds']:.2f} s/step")
            if self.rank == 0:
                self._log("metrics.csv", row)
                self._keep(steps)
        bar.done()

    def draw(self):
        batch = augment(self.sampler.batch(), self.noise, self.config["augment"], self.rng)
        return {k: torch.from_numpy(v).to(self.device) for k, v in batch.items()}

    def _step(self):
        rate = learning_rate(self.at, self.config)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.modules.train()
        with torch.autocast("cuda", torch.bfloat16) if self.device.type == "cuda" else nullcontext():
            parts = self.parts(self.draw())
        loss = sum(self.config["lossWeights"].get(name, 0.0) * value for name, value in parts.items())
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self._share_gradients()
        norm = torch.nn.utils.clip_grad_norm_(self.trained, self.config["clip"])
        if math.isfinite(float(norm)):          # a step that is not a number is left out, and seen in the log
            self.optimizer.step()
            self._follow_weights()
            self.follow()
        return {"step": self.at, "lr": f"{rate:.2e}", "loss": float(loss), "norm": float(norm), **{n: float(v) for n, v in parts.items()}}

    def _share_gradients(self):
        for p in self.trained if self.world > 1 else ():
            p.grad = torch.zeros_like(p) if p.grad is None else p.grad
            torch.distributed.all_reduce(p.grad)
            p.grad /= self.world

    def _follow_weights(self):
        """A moving average of the weights; it is what is validated and exported. Codes and counts are taken as they are."""
        decay = min(self.config["average"], (1 + self.at) / (10 + self.at))
        with torch.no_grad():
            for name, value in self.net.state_dict().items():
                self.average[name].lerp_(value, 1 - decay) if value.is_floating_point() else self.average[name].copy_(value)

    def _keep(self, steps):
        if self.at % self.config["validateEvery"] == 0 or self.at == steps:
            self._validate()
        if self.at % self.config["saveEvery"] == 0 or self.at == steps:
            self.save()

    def _validate(self):
        kept = {k: v.clone() for k, v in self.net.state_dict().items()}
        self.net.load_state_dict(self.average)
        score, figures = self.judge()
        self.net.load_state_dict(kept)
        weights = {"network": self.config["network"], "model": self.average, "step": self.at}
        torch.save(weights, self.out / "latest.pt")
        if score > self.best:
            self.best = score
            torch.save(weights, self.out / "best.pt")
        with (self.out / "validation.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": self.at, "score": score, **figures}) + "\n")

    def save(self):
        state = {"modules": self.modules.state_dict(), "average": self.average, "optimizer": self.optimizer.state_dict(),
                 "at": self.at, "best": self.best, "rng": self.rng.bit_generator.state, "torch": torch.get_rng_state()}
        torch.save(state, self.out / "state.tmp")
        (self.out / "state.tmp").replace(self.out / "state.pt")

    def _resume(self):
        torch.manual_seed(self.config["seed"] + self.rank)
        path = self.out / "state.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location="cpu")
        self.modules.load_state_dict(state["modules"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average, self.at, self.best = {k: v.to(self.device) for k, v in state["average"].items()}, state["at"], state["best"]
        if self.rank == 0:
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


def drop_out(modules, probability):
    """Dropout behind the outputs of the modules, while training; the network itself has none."""
    def drop(module, _, output):
        return F.dropout(output, probability, module.training)

    for module in modules:
        module.register_forward_hook(drop)


def load_matching(net, path):
    """Takes from a checkpoint the tensors that fit; heads of another shape keep their start values. -> names left out."""
    saved, own = torch.load(path, map_location="cpu")["model"], net.state_dict()
    fitting = {k: v for k, v in saved.items() if k in own and own[k].shape == v.shape}
    net.load_state_dict(fitting, strict=False)
    return sorted(set(own) - set(fitting))


def load_noise(shards, parts):
    """Noise recordings as [T, 300] float32 per lead, cut to the minutes that training may use."""
    noise = []
    for part in parts:
        patches = np.load(shards / "nstdb" / (part["record"] + ".patches.npy"))
        noise += [lead[:int(part["minutes"] * 60)].astype(np.float32) for lead in patches]
    return noise


def _join(config):
    """-> rank, world size, device; joins the processes that torchrun started."""
    cuda = torch.cuda.is_available() and config.get("device", "auto") != "cpu"
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world > 1 and not torch.distributed.is_initialized():
        torch.distributed.init_process_group("nccl" if cuda else "gloo")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if cuda else torch.device("cpu")
    return int(os.environ.get("RANK", "0")), world, device


def _groups(parameters, decay):
    """Weight decay on matrices only."""
    return [{"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}]
