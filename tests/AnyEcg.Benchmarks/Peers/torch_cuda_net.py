"""Peer on a card: the cached network of torch_cached.py as one would write it for CUDA. Everything lives in buffers that are made once, so that a step
can be one CUDA graph: the samples and features of the second, the rings [B, h, W, d], the place that the second takes in them, its rotation.

All streams of a batch are at the same second, which spares the peer an index and a gather per stream; it is not asked for leads that come and go either.
One lead a stream. B streams, D the width of a token, h heads of width d, W the window, C channels.
"""
import math

import torch
from torch.nn import functional as F

from training.network import BEAT_CLASSES, BEAT_KERNEL, FIRST_KERNEL, FIRST_PAD, FIRST_STRIDE, STEPS

LEAD = 1                        # II
TAIL = BEAT_KERNEL - 1
HIDDEN = -1e9


def gelu(x):
    return F.gelu(x, approximate="tanh")


def sdpa(q, keys, values, hidden):
    """q [B, h, 1, d]; PyTorch's fused attention. Without a mask it may take the kernel that needs none."""
    return F.scaled_dot_product_attention(q, keys, values, attn_mask=hidden, scale=1.0)


def products(q, keys, values, hidden):
    """The same as two batched products."""
    scores = torch.matmul(q, keys.transpose(-1, -2))
    if hidden is not None:
        scores = scores + hidden
    return torch.matmul(scores.softmax(-1), values)


def sums(q, keys, values, hidden):
    """The same as sums over broadcast products: slow as it stands, one kernel where a compiler fuses it."""
    scores = (q * keys).sum(-1, dtype=torch.float32)
    if hidden is not None:
        scores = scores + hidden[:, :, 0]
    return (scores.softmax(-1).to(values.dtype)[..., None] * values).sum(-2, keepdim=True)


ATTENTION = {"sdpa": sdpa, "products": products, "sums": sums}


class ConvolutionTokenizer:
    """[B, 300] -> steps [B, 30, C], embeddings [B, D]; convolutions and GroupNorm as PyTorch has them, channels first."""

    def __init__(self, net, dtype):
        c = net.config.channels
        self.groups, self.norms, self.dtype = net.config.groups, [net.conv.norm1, net.conv.norm2, net.conv.norm3], dtype
        self.first = net.conv.conv1.weight.view(c, 1, FIRST_KERNEL), net.conv.conv1.bias
        self.rest = [(conv.weight.view(c, 3, c).transpose(1, 2).contiguous(), conv.bias) for conv in (net.conv.conv2, net.conv.conv3)]
        self.embed, self.bias = net.embed.weight, net.embed.bias + net.lead.weight[LEAD]

    def __call__(self, patches):
        x = self._norm(F.conv1d(patches.to(self.dtype)[:, None], *self.first, FIRST_STRIDE, FIRST_PAD), 0)
        x = self._norm(F.conv1d(x, *self.rest[0], 1, 1), 1)
        x = self._norm(F.conv1d(x, *self.rest[1], 1, 1), 2).transpose(1, 2)
        return x, embed(self, x, patches)

    def _norm(self, x, i):
        return gelu(F.group_norm(x, self.groups, self.norms[i].weight, self.norms[i].bias))


class ProductTokenizer:
    """The same as matrix products over unfolded windows, channels last."""

    def __init__(self, net, dtype):
        c = net.config.channels
        self.groups, self.norms, self.dtype = net.config.groups, [net.conv.norm1, net.conv.norm2, net.conv.norm3], dtype
        self.first = F.pad(net.conv.conv1.weight, (0, 1)), net.conv.conv1.bias
        self.rest = [(conv.weight.view(c, 3 * c), conv.bias) for conv in (net.conv.conv2, net.conv.conv3)]
        self.embed, self.bias = net.embed.weight, net.embed.bias + net.lead.weight[LEAD]

    def __call__(self, patches):
        windows = F.pad(patches.to(self.dtype), (FIRST_PAD, FIRST_PAD + 1)).unfold(1, FIRST_KERNEL + 1, FIRST_STRIDE)
        x = self._norm(F.linear(windows, *self.first), 0)
        x = self._norm(F.linear(self._three(x), *self.rest[0]), 1)
        x = self._norm(F.linear(self._three(x), *self.rest[1]), 2)
        return x, embed(self, x, patches)

    @staticmethod
    def _three(x):
        x = F.pad(x, (0, 0, 1, 1))
        return torch.cat((x[:, :-2], x[:, 1:-1], x[:, 2:]), -1)

    def _norm(self, x, i):
        grouped = x.view(*x.shape[:2], self.groups, -1).float()
        variance, mean = torch.var_mean(grouped, (1, 3), unbiased=False, keepdim=True)
        x = ((grouped - mean) * torch.rsqrt(variance + 1e-5)).view(x.shape).to(x.dtype)
        return gelu(x * self.norms[i].weight + self.norms[i].bias)


TOKENIZER = {"convolutions": ConvolutionTokenizer, "products": ProductTokenizer}


def embed(tokenizer, steps, patches):
    size = torch.stack((torch.log(patches.square().mean(1).sqrt() + 1e-3), patches.amax(1) - patches.amin(1)), 1)
    return F.linear(torch.cat((steps.reshape(len(steps), -1), size.to(steps.dtype)), 1), tokenizer.embed, tokenizer.bias)


class Layer:
    """A block. LayerScale is folded into the weights, 1 / sqrt(d) into the query's norm."""

    def __init__(self, block, config):
        a = block.attention
        self.head_dim = config.dim // config.heads
        self.norm1 = (config.dim,), block.norm1.weight, block.norm1.bias
        self.norm2 = (config.dim,), block.norm2.weight, block.norm2.bias
        self.qkv = a.qkv.weight
        share = self.head_dim ** -0.5
        self.q_norm = (self.head_dim,), a.q_norm.weight * share, a.q_norm.bias * share
        self.k_norm = (self.head_dim,), a.k_norm.weight, a.k_norm.bias
        self.out = a.out.weight * block.scale1[:, None], a.out.bias * block.scale1
        self.up = block.up.weight, block.up.bias
        self.down = block.down.weight * block.scale2[:, None], block.down.bias * block.scale2

    def __call__(self, x, ring, turn, place, hidden, attend):
        """x [B, D]; ring [2, B, h, W, d], written at the place of this second"""
        q, k, v = F.linear(F.layer_norm(x, *self.norm1), self.qkv).view(len(x), 3, -1, self.head_dim).unbind(1)
        q = torch.matmul(F.layer_norm(q, *self.q_norm), turn)
        k = torch.matmul(F.layer_norm(k, *self.k_norm), turn)
        ring[0].index_copy_(2, place, k[:, :, None])
        ring[1].index_copy_(2, place, v[:, :, None])
        x = x + F.linear(attend(q[:, :, None], ring[0], ring[1], hidden).reshape(len(x), -1), *self.out)
        return x + F.linear(gelu(F.linear(F.layer_norm(x, *self.norm2), *self.up)), *self.down)


class Heads:
    def __init__(self, net):
        self.net, beats, c = net, net.beats, net.config
        self.local = beats.local.weight.view(-1, BEAT_KERNEL, c.channels).transpose(1, 2).reshape(-1, c.channels * BEAT_KERNEL), beats.local.bias
        self.width, self.codes = c.beat_context, net.quantizer.codes.t().contiguous()

    def beats(self, steps, states):
        """steps [B, 12 + 30, C] -> class probabilities [B, 30, 6], offsets [B, 30]"""
        local = F.linear(steps.unfold(1, BEAT_KERNEL, 1).reshape(len(steps), STEPS, -1), *self.local)
        context = self.net.beats.context(states).view(-1, STEPS, self.width)
        y = self.net.beats.output(gelu(self.net.beats.hidden(gelu(torch.cat((local, context), -1))))).float()
        return y[..., :BEAT_CLASSES].softmax(-1), y[..., BEAT_CLASSES].sigmoid()

    def code(self, tokens):
        return torch.mm(self.net.quantizer.projection(tokens), self.codes).argmax(-1)

    def surprise(self, before, code):
        return F.cross_entropy(self.net.next_code(before).float(), code, reduction="none")

    def rows(self, hidden, record):
        return {
            "rhythm": self.net.rhythm(hidden).float().softmax(-1),
            "anomaly": self.net.anomaly(hidden).float().sigmoid(),
            "arrhythmia": self.net.arrhythmia(record).float().sigmoid(),
            "recordAnomaly": self.net.anomaly_record(record).float().sigmoid(),
            "strip": self.net.strip(record).float().softmax(-1),
        }


class CudaStreams:
    """B streams of one lead; compute() is one second of each, from the buffers and into them."""

    def __init__(self, net, streams, attention, tokenizer):
        c, like = net.config, net.lead.weight
        make = lambda *shape, dtype=like.dtype: torch.zeros(*shape, dtype=dtype, device=like.device)
        self.config, self.net, self.heads, self.attend = c, net, Heads(net), ATTENTION[attention]
        self.tokenizer = TOKENIZER[tokenizer](net, like.dtype)
        self.layers = [Layer(block, c) for block in [*net.tokenizer, *net.encoder]]
        self.rings = [make(2, streams, c.heads, c.window, c.dim // c.heads) for _ in self.layers]
        self.patches, self.context = make(streams, 300, dtype=torch.float32), make(streams, c.context_features, dtype=torch.float32)
        self.tail, self.state = make(streams, TAIL, c.channels), make(streams, c.dim)
        self.sums, self.greatest = make(streams, c.row_hidden + c.dim, dtype=torch.float32), torch.full_like(make(streams, c.row_hidden), -1.0)
        self.place, self.seconds = make(1, dtype=torch.int64), make(1, dtype=torch.float32)
        self.turn, self.hidden = make(c.dim // c.heads, c.dim // c.heads), make(1, 1, 1, c.window)
        self.second = 0

    def enter(self):
        """Sets the second's place, count, rotation and hidden places; whether any is hidden."""
        full = self.second + 1 >= self.config.window
        self.place.fill_(self.second % self.config.window)
        self.seconds.fill_(self.second + 1)
        self.turn.copy_(rotation(self.config, self.second), non_blocking=True)
        if not full:
            self.hidden.fill_(HIDDEN)
            self.hidden[..., :self.second + 1] = 0
        self.second += 1
        return not full

    def compute(self, masked):
        """-> what the worker's runner answers"""
        steps, x = self.tokenizer(self.patches)
        code, hidden = None, self.hidden if masked else None
        for i, (layer, ring) in enumerate(zip(self.layers, self.rings)):
            x = layer(x, ring, self.turn, self.place, hidden, self.attend)
            if i == self.config.tokenizer_layers - 1:
                code = self.heads.code(x)
        return self._answer(steps, self.net.norm(x), code)

    def _answer(self, steps, states, code):
        h, heads = self.config.row_hidden, self.heads
        both = torch.cat((self.tail, steps), 1)
        self.tail.copy_(both[:, -TAIL:])
        beats, offsets = heads.beats(both, states)
        surprise = torch.where(self.seconds > 1, heads.surprise(self.state, code), torch.zeros_like(self.seconds))
        self.state.copy_(states)
        pooled = self.net.pool_norm(states)
        hidden = gelu(self.net.row_hidden(torch.cat((pooled, self.context.to(pooled.dtype)), -1)))
        self.sums += torch.cat((hidden, pooled), -1)
        torch.maximum(self.greatest, hidden, out=self.greatest)
        mean = (self.sums / self.seconds).to(states.dtype)
        record = gelu(self.net.record_hidden(torch.cat((mean[:, :h], self.greatest, mean[:, h:]), -1)))
        return heads.rows(hidden, record) | {"beats": beats, "beatOffset": offsets, "code": code, "surprise": surprise}


def rotation(config, second):
    """[d, d]: the rotary embedding of a second as one matrix to the right of a query or key."""
    half = config.dim // config.heads // 2
    angle = torch.tensor([math.fmod(second * config.rotary_base ** (-i / half), 2 * math.pi) for i in range(half)], dtype=torch.float64)
    cos, sin = angle.cos().float().diag(), angle.sin().float().diag()
    return torch.cat((torch.cat((cos, sin), 1), torch.cat((-sin, cos), 1)), 0)
