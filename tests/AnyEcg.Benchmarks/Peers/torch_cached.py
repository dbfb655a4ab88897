"""Peer: a hand-written key/value cache in PyTorch, batched over streams. All streams of a batch are at the same second, which spares the peer an
index per stream. Rings are preallocated and written in place."""
import math

import torch
from torch.nn import functional as F

from .torch_heads import TAIL, Heads, Layer, Tokenizer


class BmmAttention:
    """Keys and values [B x h, W, d]; two batched matrix products, as one would write it."""

    def __init__(self, streams, heads, window, head_dim):
        self.keys, self.values = (torch.zeros(streams * heads, window, head_dim) for _ in range(2))

    def write(self, place, k, v):
        self.keys[:, place] = k.flatten(0, 1)
        self.values[:, place] = v.flatten(0, 1)

    def scores(self, q):
        return torch.bmm(self.keys, q.reshape(-1, q.shape[-1], 1))[..., 0]

    def combine(self, weights):
        return torch.bmm(weights[:, None], self.values)[:, 0]


class BagAttention:
    """The same two products as sums of weighted rows, for which PyTorch has a kernel that reads every row once at the full rate of the memory:
    embedding_bag. Keys lie transposed, [B x h x d, W]; values [B x h x W, d]."""

    def __init__(self, streams, heads, window, head_dim):
        rows = streams * heads
        self.keys, self.values = torch.zeros(rows * head_dim, window), torch.zeros(rows * window, head_dim)
        self.keys_by_second = self.keys.view(streams, heads, head_dim, window)
        self.values_by_second = self.values.view(streams, heads, window, head_dim)
        self.key_rows, self.key_starts = torch.arange(rows * head_dim), torch.arange(0, rows * head_dim, head_dim)
        self.value_rows, self.value_starts = torch.arange(rows * window), torch.arange(0, rows * window, window)

    def write(self, place, k, v):
        self.keys_by_second[..., place] = k
        self.values_by_second[:, :, place] = v

    def scores(self, q):
        return _weighted_rows(self.keys, self.key_rows, self.key_starts, q)

    def combine(self, weights):
        return _weighted_rows(self.values, self.value_rows, self.value_starts, weights)


def _weighted_rows(table, rows, starts, weights):
    return torch.embedding_bag(table, rows, starts, False, 0, False, weights.reshape(-1))[0]


class CachedStreams:
    """B streams of one lead; a step is one second of each."""

    def __init__(self, net, streams, attention=BagAttention):
        c = net.config
        self.config, self.tokenizer, self.heads, self.norm = c, Tokenizer(net), Heads(net), net.norm
        blocks = [*net.tokenizer, *net.encoder]
        self.layers = [Layer(block, c) for block in blocks]
        self.rings = [attention(streams, c.heads, c.window, c.dim // c.heads) for _ in blocks]
        self.steps = torch.zeros(streams, c.channels, TAIL + 30)
        self.state = torch.zeros(streams, c.dim)
        self.sums, self.greatest = torch.zeros(streams, c.row_hidden + c.dim, dtype=torch.float64), torch.full((streams, c.row_hidden), -1.0)
        self.second = 0

    def step(self, patches, context):
        """patches [B, 300], context [B, F] -> what the worker's runner answers"""
        steps, x = self.tokenizer(patches)
        turn = rotation(self.config, self.second)
        code = None
        for i, (layer, ring) in enumerate(zip(self.layers, self.rings)):
            layer.finish_(x, self._attend(layer, ring, x, turn))
            if i == self.config.tokenizer_layers - 1:
                code = self.heads.code(x)
        return self._answer(steps, self.norm(x), code, context)

    def _attend(self, layer, ring, x, turn):
        q, k, v = layer.project(x)
        streams, heads, width = q.shape
        q, k = (torch.mm(t.view(-1, width), turn).view(streams, heads, width) for t in (q, k))
        ring.write(self.second % self.config.window, k, v)
        scores = ring.scores(q)
        if self.second + 1 < self.config.window:
            scores[:, self.second + 1:] = -1e9
        return ring.combine(scores.softmax(-1)).view(streams, -1)

    def _answer(self, steps, states, code, context):
        h = self.config.row_hidden
        self.steps[:, :, :TAIL] = self.steps[:, :, -TAIL:].clone()
        self.steps[:, :, TAIL:] = steps
        beats, offsets = self.heads.beats(self.steps, states)
        surprise = self.heads.surprise(self.state, code) if self.second > 0 else torch.zeros(len(states))
        pooled, hidden = self.heads.second(states, context)
        self.second += 1
        self.sums += torch.cat((hidden, pooled), -1)
        mean = (self.sums / self.second).float()
        torch.maximum(self.greatest, hidden, out=self.greatest)
        self.state = states
        rows = self.heads.rows(hidden, mean[:, :h], self.greatest, mean[:, h:])
        return rows | {"beats": beats, "beatOffset": offsets, "code": code, "surprise": surprise}


def rotation(config, second):
    """[d, d]: the rotary embedding of a second as one matrix to the right of a query or key."""
    half = config.dim // config.heads // 2
    angle = torch.tensor([math.fmod(second * config.rotary_base ** (-i / half), 2 * math.pi) for i in range(half)], dtype=torch.float64)
    cos, sin = angle.cos().float().diag(), angle.sin().float().diag()
    return torch.cat((torch.cat((cos, sin), 1), torch.cat((-sin, cos), 1)), 0)
