"""The commonest rhythm codes as waveforms, with how often each is chosen, from the run of stage 1."""
import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from .data import load_sets
from .tokenizer import TokenizerLoop


@torch.no_grad()
def common_codes(config, shards, run, count):
    """-> dict for JSON: usage and perplexity over the first lead of the validation recordings, and of the `count` commonest codes the share,
    the patch (mV) that the decoder gives for the code standing alone, and the mean of the patches that chose it."""
    loop = TokenizerLoop(config, shards, run, quiet=True)
    net, decoder = loop.net.eval(), loop.decoder.eval()
    chosen = torch.zeros(net.config.codes)
    sums = torch.zeros(net.config.codes, 300)
    for records in load_sets(config, shards, "validation", quiet=True).values():
        for record in records:
            patches, present = torch.from_numpy(record.patches[None, :1].astype(np.float32)), torch.from_numpy(record.present[None, :1])
            codes = net(patches, present, torch.from_numpy(record.leads[None, :1]), heads=("code",))["code"][present]
            chosen += torch.bincount(codes, minlength=len(chosen))
            sums.index_add_(0, codes, patches[present])
    share = chosen / chosen.sum()
    common = share.argsort(descending=True)[:count]
    alone = torch.ones(len(common), 1, 1, dtype=torch.bool)
    drawn = decoder.morphology(decoder(F.normalize(net.quantizer.codes[common], dim=-1)[:, None, None], net.mask(alone)))[:, 0, 0]
    return {
        "used": float((chosen > 0).float().mean()), "perplexity": float(torch.exp(-(share * (share + 1e-12).log()).sum())),
        "tokens": int(chosen.sum()),
        "codes": [{"code": int(c), "share": float(share[c]), "millivolts": _rounded(drawn[i]), "mean": _rounded(sums[c] / chosen[c].clamp(min=1))}
                  for i, c in enumerate(common)]}


def _rounded(values):
    return [round(float(v), 4) for v in values]


def write(config, shards, run, count, out):
    Path(out).write_text(json.dumps(common_codes(config, shards, run, count)) + "\n", encoding="utf-8")
