"""The AnyECG network, made causal: what docs/model.md describes, for training and as the reference of the C# engines.

Whole segments go through one masked pass that sees exactly what the incremental engine sees. Shapes: B records, L leads,
T seconds, 300 samples a second in millivolts. Plain PyTorch, 1.13 or later.
"""
import json
from dataclasses import asdict, dataclass, fields

import torch
from torch import nn
from torch.nn import functional as F

from .attention import Block, CausalMask, gelu

PATCH = 300
STEPS = 30
LEADS = 15
BEAT_CLASSES = 6
RHYTHM_CLASSES = 9
FIRST_KERNEL, FIRST_STRIDE, FIRST_PAD = 15, 10, 7
BEAT_KERNEL = 13

# Share of the 33 ms bins that hold: none, N, S, V, F, Q. The bias starts here, else the beat head sits at it for long.
BEAT_BASE_RATE = (0.960, 0.032, 0.002, 0.004, 0.001, 0.001)

STRIP_CLASSES = 4    # N, A, O, ~: the label of a hand-held strip (PhysioNet/CinC Challenge 2017)

HEADS = ("rhythm", "beats", "anomaly", "arrhythmia", "anomaly_record", "strip", "next_code", "masked_code", "code", "surprise",
         "reconstruction")
RECORD_HEADS = ("arrhythmia", "anomaly_record", "strip")


@dataclass
class NetworkConfig:
    """Sizes of the network; stored with the weights, in the manifest, in camel case."""

    dim: int = 128
    heads: int = 4
    tokenizer_layers: int = 1
    encoder_layers: int = 3
    window: int = 64
    channels: int = 16
    groups: int = 4
    codes: int = 1024
    code_dim: int = 32
    mlp_ratio: int = 4
    rotary_base: float = 1000.0
    row_hidden: int = 96
    context_features: int = 0
    beat_channels: int = 48
    beat_context: int = 16
    beat_hidden: int = 32
    arrhythmia_classes: int = 26

    def to_json(self) -> dict:
        return {_camel(name): value for name, value in asdict(self).items()}

    @staticmethod
    def from_json(data) -> "NetworkConfig":
        data = json.loads(data) if isinstance(data, str) else data
        return NetworkConfig(**{f.name: data[_camel(f.name)] for f in fields(NetworkConfig) if _camel(f.name) in data})


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.title() for word in tail)


class ChannelNorm(nn.Module):
    """GroupNorm of one patch, steps x channels, channels last."""

    def __init__(self, groups: int, channels: int):
        super().__init__()
        self.groups = groups
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        n, steps, channels = x.shape
        grouped = x.view(n, steps, self.groups, channels // self.groups)
        mean = grouped.mean((1, 3), keepdim=True)
        centred = grouped - mean
        variance = (centred * centred).mean((1, 3), keepdim=True)
        return (centred * torch.rsqrt(variance + 1e-5)).view(n, steps, channels) * self.weight + self.bias


class StepConv(nn.Module):
    """Convolution over steps, channels last: [N, S, in] -> [N, S', out]. Weight [out, kernel x in], in fastest: the product
    over unfolded windows that the C# engine computes. As a channels-last conv2d it is several times faster here."""

    def __init__(self, inputs: int, outputs: int, kernel: int, padding: int = 0, stride: int = 1):
        super().__init__()
        self.kernel, self.padding, self.stride = kernel, padding, stride
        bound = (kernel * inputs) ** -0.5
        self.weight = nn.Parameter(torch.empty(outputs, kernel * inputs).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        weight = self.weight.view(self.weight.shape[0], self.kernel, -1).transpose(1, 2)[:, :, None]
        image = x.transpose(1, 2)[:, :, None].contiguous(memory_format=torch.channels_last)
        y = F.conv2d(image, weight, self.bias, (1, self.stride), (0, self.padding))
        return y.squeeze(2).transpose(1, 2).contiguous()


class ConvStack(nn.Module):
    """300 samples -> 30 steps x C."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        c = config.channels
        self.conv1 = nn.Linear(FIRST_KERNEL, c)
        self.conv2 = StepConv(c, c, 3, 1)
        self.conv3 = StepConv(c, c, 3, 1)
        self.norm1 = ChannelNorm(config.groups, c)
        self.norm2 = ChannelNorm(config.groups, c)
        self.norm3 = ChannelNorm(config.groups, c)

    def forward(self, patches):
        """[N, 300] -> [N, 30, C]"""
        windows = F.pad(patches, (FIRST_PAD, FIRST_PAD)).unfold(1, FIRST_KERNEL, FIRST_STRIDE)
        x = gelu(self.norm1(self.conv1(windows)))
        x = gelu(self.norm2(self.conv2(x)))
        return gelu(self.norm3(self.conv3(x)))


class BeatHead(nn.Module):
    """30 bins of 10 samples in [second - 0.2 s, second + 0.8 s). A local path reads the convolution steps of the bin and its
    neighbours (b - 12 .. b, counted from the second's start: the last 12 of the second before, all 30 of this one); the
    context comes from the token's final state."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.context_width = config.beat_context
        self.local = StepConv(config.channels, config.beat_channels, BEAT_KERNEL)
        self.context = nn.Linear(config.dim, STEPS * config.beat_context)
        self.hidden = nn.Linear(config.beat_channels + config.beat_context, config.beat_hidden)
        self.output = nn.Linear(config.beat_hidden, BEAT_CLASSES + 1)
        with torch.no_grad():
            self.output.bias[:BEAT_CLASSES] = torch.tensor(BEAT_BASE_RATE).log()
            self.output.bias[BEAT_CLASSES] = 0

    def forward(self, steps, states):
        """steps [N, L, T, 30, C] (zeros where absent), states [N, L, T, D] -> logits [..., 30, 6], offset logits [..., 30]"""
        shape = steps.shape[:3]
        before = F.pad(steps[:, :, :-1, STEPS - BEAT_KERNEL + 1:], (0, 0, 0, 0, 1, 0))
        both = torch.cat((before, steps), 3)
        local = self.local(both.flatten(0, 2)).view(*shape, STEPS, -1)
        context = self.context(states).view(*shape, STEPS, self.context_width)
        y = self.output(gelu(self.hidden(gelu(torch.cat((local, context), -1)))))
        return y[..., :BEAT_CLASSES], y[..., BEAT_CLASSES]


class RhythmQuantizer(nn.Module):
    """Token -> nearest of K unit codes by cosine. The codes are a buffer: stage 1 moves them, not the gradient."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.projection = nn.Linear(config.dim, config.code_dim)
        self.register_buffer("codes", F.normalize(torch.randn(config.codes, config.code_dim), dim=-1))

    def project(self, tokens):
        return F.normalize(self.projection(tokens), dim=-1)

    def forward(self, tokens):
        return torch.matmul(self.project(tokens), self.codes.t()).argmax(-1)


class AnyEcgNet(nn.Module):
    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.config = config
        self.sees_other_leads = True
        d = config.dim
        self.conv = ConvStack(config)
        self.embed = nn.Linear(STEPS * config.channels + 2, d)
        self.lead = nn.Embedding(LEADS, d)
        nn.init.normal_(self.lead.weight, std=0.02)
        self.mask_token = nn.Parameter(torch.zeros(d))
        self.query_token = nn.Parameter(torch.zeros(d))
        self.tokenizer = nn.ModuleList(Block(config) for _ in range(config.tokenizer_layers))
        self.quantizer = RhythmQuantizer(config)
        self.encoder = nn.ModuleList(Block(config) for _ in range(config.encoder_layers))
        self.norm = nn.LayerNorm(d)
        self.pool_norm = nn.LayerNorm(d)
        h = config.row_hidden
        self.row_hidden = nn.Linear(d + config.context_features, h)
        self.register_buffer("context_mean", torch.zeros(config.context_features))      # folded into row_hidden by the export
        self.register_buffer("context_scale", torch.ones(config.context_features))
        self.rhythm = nn.Linear(h, RHYTHM_CLASSES)
        self.anomaly = nn.Linear(h, 1)
        self.record_hidden = nn.Linear(2 * h + d, h)
        self.arrhythmia = nn.Linear(h, config.arrhythmia_classes)
        self.anomaly_record = nn.Linear(h, 1)
        self.strip = nn.Linear(h, STRIP_CLASSES)
        self.beats = BeatHead(config)
        self.next_code = nn.Linear(d, config.codes)
        self.masked_code = nn.Linear(d, config.codes)
        self.reconstruction = nn.Linear(d, PATCH)

    def forward(self, patches, present, lead_ids, start_second=0, heads=("rhythm", "beats", "anomaly"), queries=None, masked=None,
                context=None, epoch=None):
        """patches [B, L, T, 300] mV; present [B, L, T] bool; lead_ids [B, L]; start_second: the segment's first second k.
        context [B, T, F]: the context features of each second (zeros when None). epoch [B, T] int: seconds of equal number
        belong to one epoch, over which the record heads pool; all one when None.
        queries [B, L, T] bool: absent places to reconstruct (their patches are not read). masked [B, L, T] bool: present
        places whose embedding the mask token replaces before any attention. heads: names of HEADS to compute.
        Returns logits by head name, and "tokens" (tokenizer output) and "states" (final) [B, L, T, D]. Values at absent
        places are without meaning."""
        steps, x = self.embed_patches(patches, present, lead_ids)
        lead = self.lead(lead_ids)[:, :, None]
        if masked is not None:
            x = torch.where(masked[..., None], self.mask_token + lead, x)
        if queries is not None:
            queries = queries & ~present
            x = torch.where(queries[..., None], self.query_token + lead, x)
        mask = self.mask(present, queries, start_second)
        for block in self.tokenizer:
            x = block(x, mask)
        result = {"tokens": x}
        for block in self.encoder:
            x = block(x, mask)
        result["states"] = self.norm(x)
        self._token_heads(result, steps, present, heads, queries)
        self._row_heads(result, present, heads, context, epoch)
        return result

    def mask(self, present, queries=None, start_second=0):
        mask = CausalMask(self.config, present, queries, start_second)
        if not self.sees_other_leads:
            mask.others = None
        return mask

    def embed_patches(self, patches, present, lead_ids):
        """-> convolution steps [B, L, T, 30, C], zero where absent, and embeddings [B, L, T, D]."""
        patches = patches.masked_fill(~present[..., None], 0)
        shape = patches.shape[:3]
        flat = patches.reshape(-1, PATCH)
        steps = self.conv(flat)
        size = torch.stack((torch.log(flat.square().mean(1).sqrt() + 1e-3), flat.amax(1) - flat.amin(1)), 1)
        x = self.embed(torch.cat((steps.flatten(1), size), 1)).view(*shape, -1) + self.lead(lead_ids)[:, :, None]
        return steps.view(*shape, STEPS, -1) * present[..., None, None], x

    def _token_heads(self, result, steps, present, heads, queries):
        states = result["states"]
        if "beats" in heads:
            result["beats"], result["beat_offset"] = self.beats(steps, states)
        if "code" in heads or "surprise" in heads:
            result["code"] = self.quantizer(result["tokens"])
        if "next_code" in heads or "surprise" in heads:
            result["next_code"] = self.next_code(states)
        if "surprise" in heads:
            result["surprise"] = _surprise(result["next_code"], result["code"], present)
        if "masked_code" in heads:
            result["masked_code"] = self.masked_code(states)
        if queries is not None and "reconstruction" in heads:
            result["reconstruction"] = self.reconstruction(states)

    def _row_heads(self, result, present, heads, context, epoch):
        """Per second, over the present leads and the context features; the record heads over the epoch's seconds so far."""
        weight = present.to(result["states"].dtype)
        pooled = (result["states"] * weight[..., None]).sum(1) / weight.sum(1).clamp(min=1)[..., None]
        pooled = self.pool_norm(pooled)
        if context is None:
            context = pooled.new_zeros(*pooled.shape[:2], self.config.context_features)
        context = (context - self.context_mean) * self.context_scale
        hidden = gelu(self.row_hidden(torch.cat((pooled, context), -1)))
        result["rhythm"] = self.rhythm(hidden)
        result["anomaly"] = self.anomaly(hidden)[..., 0]
        if any(name in heads for name in RECORD_HEADS):
            record = self._record_state(pooled, hidden, present.any(1), epoch)
            result["arrhythmia"] = self.arrhythmia(record)
            result["anomaly_record"] = self.anomaly_record(record)[..., 0]
            result["strip"] = self.strip(record)

    def _record_state(self, pooled, hidden, some, epoch):
        """Mean and greatest hidden row and mean pooled state over the epoch's seconds with a lead, up to each second."""
        if epoch is None:
            epoch = torch.zeros_like(some, dtype=torch.long)
        both = torch.cat((hidden, pooled), -1)
        k = torch.arange(some.shape[1], device=some.device)
        mine = (epoch[:, :, None] == epoch[:, None, :]) & (k[None, :, None] >= k[None, None, :]) & some[:, None, :]
        share = mine.to(both.dtype)
        mean = torch.matmul(share / share.sum(-1, keepdim=True).clamp(min=1), both)
        greatest = _greatest_so_far(hidden.masked_fill(~some[..., None], -1.0), epoch)
        h = hidden.shape[-1]
        return gelu(self.record_hidden(torch.cat((mean[..., :h], greatest, mean[..., h:]), -1)))


def _greatest_so_far(hidden, epoch):
    """Running maximum within each epoch: epochs lie one after the other, so each is lifted above all before it. GELU never
    falls below -0.2, so -1 stands for no second."""
    rank = (epoch - epoch[:, :1]).to(hidden.dtype)[..., None]
    lift = rank * (hidden.detach().abs().amax() + 2)
    return (hidden + lift).cummax(1).values - lift


def _surprise(next_code, code, present):
    """-log p(code of second k | states to k - 1); 0 where the second before is absent."""
    predicted = F.pad(next_code[:, :, :-1].log_softmax(-1), (0, 0, 1, 0))
    both = present & F.pad(present[:, :, :-1], (1, 0))
    return -predicted.gather(-1, code[..., None])[..., 0] * both
