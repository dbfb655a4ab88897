"""Causal cardio-sparse attention: who sees whom, and the transformer block around it. `config` is the NetworkConfig of network.py. Shapes:
B records, L leads, T seconds."""
import math

import torch
from torch import nn
from torch.nn import functional as F

MASKED = -1e9


def gelu(x):
    """The tanh form, here and in C#: cheap to vectorise alike on both sides."""
    return F.gelu(x, approximate="tanh")


class CausalMask:
    """Who sees whom, once for all layers. Keys of (lead j, second k): lead j's present tokens in (k - W, k] since its last
    restart (two or more absent seconds), and the other leads' present tokens at k and k - 1, whatever their restarts.
    A read-only query stands at an absent (lead, second), sees the same keys of its lead's last run, and itself."""

    def __init__(self, config, present, queries, start_second: int):
        batch, leads, seconds = present.shape
        device = present.device
        k = torch.arange(seconds, device=device)
        run = _runs(present)
        near = (k[:, None] >= k[None, :]) & (k[:, None] - k[None, :] < config.window)
        own = near & present[:, :, None, :] & (run[:, :, :, None] == run[:, :, None, :])
        if queries is not None:
            own = own | (queries[:, :, :, None] & (k[:, None] == k[None, :]))
        self.own = _bias(own)[:, :, None]
        self.others = None
        if leads > 1:
            before = F.pad(present[:, :, :-1], (1, 0))
            both = torch.cat((present.transpose(1, 2), before.transpose(1, 2)), 2)
            other = ~torch.eye(leads, dtype=torch.bool, device=device).repeat(1, 2)
            self.others = _bias(both[:, None] & other[:, None])[:, :, None]
        self.cos, self.sin = _rotary(config, start_second, seconds, device)


def _bias(allowed):
    return torch.zeros(allowed.shape, device=allowed.device).masked_fill_(~allowed, MASKED)


def _runs(present):
    """[B, L, T]: how often each lead has restarted up to each second."""
    k = torch.arange(present.shape[2], device=present.device)
    last = torch.where(present, k, torch.full_like(k, -1)).cummax(2).values
    before = F.pad(last[:, :, :-1], (1, 0), value=-1)
    return ((k - before >= 3) & present).cumsum(2)


def _rotary(config, start_second: int, seconds: int, device):
    """cos and sin [T, d/2]; angles in double, reduced modulo 2 pi, so that second 10^7 is as exact as second 0."""
    half = config.dim // config.heads // 2
    rate = config.rotary_base ** (-torch.arange(half, dtype=torch.float64) / half)
    k = torch.arange(start_second, start_second + seconds, dtype=torch.float64)
    angle = torch.remainder(k[:, None] * rate[None, :], 2 * math.pi)
    return angle.cos().float().to(device), angle.sin().float().to(device)


def _rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class CardioSparseAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads = config.heads
        self.head_dim = config.dim // config.heads
        self.qkv = nn.Linear(config.dim, 3 * config.dim, bias=False)
        self.q_norm = nn.LayerNorm(self.head_dim)
        self.k_norm = nn.LayerNorm(self.head_dim)
        self.out = nn.Linear(config.dim, config.dim)

    def forward(self, x, mask: CausalMask):
        batch, leads, seconds, dim = x.shape
        q, k, v = self.qkv(x).view(batch, leads, seconds, 3, self.heads, self.head_dim).permute(3, 0, 1, 4, 2, 5)
        q = _rotate(self.q_norm(q), mask.cos, mask.sin) * self.head_dim ** -0.5
        k = _rotate(self.k_norm(k), mask.cos, mask.sin)
        scores = torch.matmul(q, k.transpose(-1, -2)) + mask.own
        if mask.others is None:
            y = torch.matmul(scores.softmax(-1), v)
        else:
            y = self._with_other_leads(q, k, v, scores, mask)
        return self.out(y.transpose(2, 3).reshape(batch, leads, seconds, dim))

    def _with_other_leads(self, q, k, v, scores, mask):
        """Joint softmax over the own lead's T keys and 2 L keys of all leads at k and k - 1 (the own lead's masked)."""
        now_and_before = [torch.cat((t, F.pad(t[:, :, :, :-1], (0, 0, 1, 0))), 1) for t in (k, v)]
        others = torch.einsum("bjhtd,bihtd->bjhti", q, now_and_before[0]) + mask.others
        weights = torch.cat((scores, others), -1).softmax(-1)
        own, other = weights.split((scores.shape[-1], others.shape[-1]), -1)
        return torch.matmul(own, v) + torch.einsum("bjhti,bihtd->bjhtd", other, now_and_before[1])


class Block(nn.Module):
    """Pre-LN transformer block with LayerScale."""

    def __init__(self, config):
        super().__init__()
        self.norm1 = nn.LayerNorm(config.dim)
        self.attention = CardioSparseAttention(config)
        self.scale1 = nn.Parameter(torch.full((config.dim,), 0.1))
        self.norm2 = nn.LayerNorm(config.dim)
        self.up = nn.Linear(config.dim, config.mlp_ratio * config.dim)
        self.down = nn.Linear(config.mlp_ratio * config.dim, config.dim)
        self.scale2 = nn.Parameter(torch.full((config.dim,), 0.1))

    def forward(self, x, mask):
        x = x + self.scale1 * self.attention(self.norm1(x), mask)
        return x + self.scale2 * self.down(gelu(self.up(self.norm2(x))))
