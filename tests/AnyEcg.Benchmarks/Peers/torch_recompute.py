"""Peer: the whole window computed again every second, batched over streams: what serving a network means that keeps no state."""
import torch
from torch.nn import functional as F

from .torch_cached import rotation
from .torch_heads import TAIL, Heads, Layer, Tokenizer


class RecomputedWindows:
    """B windows of T seconds of one lead; the answer is that of the last second. It is the worker's as long as the recording is no longer than the
    window: from then on the worker's deeper layers see further back."""

    def __init__(self, net, seconds):
        c = net.config
        self.config, self.seconds, self.tokenizer, self.heads, self.norm = c, seconds, Tokenizer(net), Heads(net), net.norm
        self.layers = [Layer(block, c) for block in [*net.tokenizer, *net.encoder]]
        self.rotations = torch.stack([rotation(c, k) for k in range(seconds)])
        self.mask = torch.full((seconds, seconds), -1e9).triu_(1)

    def step(self, patches, context):
        """patches [B, T, 300], context [B, T, F] -> what the worker's runner answers for the last second"""
        streams = patches.shape[0]
        steps, x = self.tokenizer(patches.flatten(0, 1))
        code = None
        for i, layer in enumerate(self.layers):
            layer.finish_(x, self._attend(layer, x, streams))
            if i == self.config.tokenizer_layers - 1:
                code = self.heads.code(x.view(streams, self.seconds, -1)[:, -1])
        return self._answer(steps.view(streams, self.seconds, *steps.shape[1:]), self.norm(x), code, context)

    def _attend(self, layer, x, streams):
        q, k, v = (t.view(streams, self.seconds, *t.shape[1:]) for t in layer.project(x))
        q, k = (self._rotated(t) for t in (q, k))
        v = v.transpose(1, 2).reshape(-1, self.seconds, v.shape[-1])
        weights = torch.baddbmm(self.mask, q, k.transpose(1, 2)).softmax(-1)
        return torch.bmm(weights, v).view(streams, -1, self.seconds, v.shape[-1]).transpose(1, 2).reshape(x.shape)

    def _rotated(self, t):
        """[B, T, h, d] -> [B x h, T, d], each second by its own matrix"""
        streams, seconds, heads, width = t.shape
        turned = torch.bmm(t.transpose(0, 1).reshape(seconds, -1, width), self.rotations)
        return turned.view(seconds, streams, heads, width).permute(1, 2, 0, 3).reshape(-1, seconds, width)

    def _answer(self, steps, states, code, context):
        two = steps[:, -2:]
        both = torch.cat((two[:, 0, :, -TAIL:], two[:, 1]), -1)
        pooled, hidden = self.heads.second(states, context.flatten(0, 1))
        states, pooled, hidden = (t.view(len(steps), self.seconds, -1) for t in (states, pooled, hidden))
        beats, offsets = self.heads.beats(both, states[:, -1])
        rows = self.heads.rows(hidden[:, -1], hidden.mean(1), hidden.amax(1), pooled.mean(1))
        surprise = self.heads.surprise(states[:, -2], code)
        return rows | {"beats": beats, "beatOffset": offsets, "code": code, "surprise": surprise}
