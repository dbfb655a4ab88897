"""Supervised training of the heads, over a frozen tokenizer (its codes and surprise keep their meaning) or an open one."""
import numpy as np
import torch

from . import losses, validate
from .loop import Loop, drop_out
from .pretrain import freeze_tokenizer
from .variants import begin

HEADS = ("rhythm", "beats", "anomaly", "arrhythmia", "anomaly_record", "strip", "code", "next_code")


class FinetuneLoop(Loop):
    def __init__(self, config, shards, out, start=None, quiet=False):
        net = begin(config, start)
        opened = list(net.encoder)
        if config["freezeTokenizer"]:
            freeze_tokenizer(net)
        else:
            drop_out([net.embed], config["dropout"])
            opened += list(net.tokenizer)
        net.masked_code.requires_grad_(False)
        net.mask_token.requires_grad_(False)
        halves = [getattr(block, name) for block in opened for name in ("attention", "down") if hasattr(block, name)]
        drop_out([*halves, net.row_hidden, net.record_hidden], config["dropout"])
        super().__init__(config, shards, out, net, net, quiet)
        if self.at == 0:
            self._scale_context()

    def _scale_context(self):
        """Mean 0, spread 1 of each context feature over the first leads of the training recordings."""
        seen = np.concatenate([r.context[1] for records in self.train_sets.values() for r in records])
        spread = np.maximum(seen.std(0), 0.05) if seen.shape[1] else seen.std(0)
        self.net.context_mean.copy_(torch.from_numpy(seen.mean(0)))
        self.net.context_scale.copy_(torch.from_numpy(1 / spread))
        self.average["context_mean"].copy_(self.net.context_mean)
        self.average["context_scale"].copy_(self.net.context_scale)

    def parts(self, batch):
        queries = self._lose_a_lead(batch)
        heads = HEADS if queries is None else (*HEADS, "reconstruction")
        result = self.net(batch["patches"], batch["present"], batch["leads"], heads=heads, queries=queries,
                          context=batch["context"], epoch=batch["epoch"])
        parts = losses.finetune_losses(result, batch, self.config)
        if queries is not None:
            parts["reconstruction"] = losses.reconstruction(result["reconstruction"], batch["patches"], queries)
        return parts

    def _lose_a_lead(self, batch):
        """Of many leads, one a segment is taken away, for good or for its later part; the network has to give it back."""
        present = batch["present"]
        if present.shape[1] < self.config["sampling"]["loseLeadFrom"]:
            return None
        queries = torch.zeros_like(present)
        for row in range(len(present)):
            start = int(self.rng.integers(present.shape[2])) if self.rng.random() < 0.5 else 0
            queries[row, int(self.rng.integers(present.shape[1])), start:] = True
        queries &= present
        batch["present"] = present & ~queries
        return queries

    def judge(self):
        figures = validate.validate(self.net, self.valid_sets, device=self.device)
        return validate.headline(figures), figures
