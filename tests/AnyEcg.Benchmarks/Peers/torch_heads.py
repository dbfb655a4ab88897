"""What the two PyTorch peers share: the network's row-by-row parts with the weights laid out for speed, one lead a stream.

The answers are those of docs/model.md, and what the worker computes of them: every trained head but the reconstruction of absent leads.
Shapes: B streams, 300 samples a second in millivolts, D the width of a token.
"""
import torch
from torch.nn import functional as F

from training.network import BEAT_CLASSES, BEAT_KERNEL, FIRST_PAD, FIRST_STRIDE, STEPS

LEAD = 1                        # II
TAIL = BEAT_KERNEL - 1
TWO_ROOT_2_PI = 1.5957691216057308


def gelu_(x):
    """The tanh form as x times a logistic function: in this version of PyTorch twice as fast as F.gelu(approximate="tanh")."""
    u = x * x
    u.mul_(TWO_ROOT_2_PI * 0.044715).add_(TWO_ROOT_2_PI).mul_(x).sigmoid_()
    return x.mul_(u)


class Tokenizer:
    """[B, 300] -> convolution steps [B, C, 30], embeddings [B, D]. Channels first: there GroupNorm is native."""

    def __init__(self, net):
        c = net.config.channels
        self.groups = net.config.groups
        conv = net.conv
        self.first = conv.conv1.weight.view(c, 1, -1), conv.conv1.bias
        self.second = self._channels_first(conv.conv2), conv.conv2.bias
        self.third = self._channels_first(conv.conv3), conv.conv3.bias
        self.norms = [(norm.weight, norm.bias) for norm in (conv.norm1, conv.norm2, conv.norm3)]
        self.embed = net.embed.weight[:, :STEPS * c].view(-1, STEPS, c).transpose(1, 2).reshape(-1, STEPS * c).contiguous()
        self.size = net.embed.weight[:, STEPS * c:].contiguous()
        self.bias = net.embed.bias + net.lead.weight[LEAD]

    @staticmethod
    def _channels_first(conv):
        outputs = conv.weight.shape[0]
        return conv.weight.view(outputs, conv.kernel, -1).transpose(1, 2).contiguous()

    def __call__(self, patches):
        x = F.conv1d(patches[:, None], *self.first, FIRST_STRIDE, FIRST_PAD)
        x = gelu_(F.group_norm(x, self.groups, *self.norms[0]))
        x = gelu_(F.group_norm(F.conv1d(x, *self.second, 1, 1), self.groups, *self.norms[1]))
        x = gelu_(F.group_norm(F.conv1d(x, *self.third, 1, 1), self.groups, *self.norms[2]))
        size = torch.stack((torch.log(patches.square().mean(1).sqrt() + 1e-3), patches.amax(1) - patches.amin(1)), 1)
        return x, F.linear(x.flatten(1), self.embed, self.bias).addmm_(size, self.size.t())


class Layer:
    """A block without its attention product. LayerScale is folded into the weights, 1 / sqrt(d) into the query's norm."""

    def __init__(self, block, config):
        a = block.attention
        self.head_dim = config.dim // config.heads
        self.norm1 = (config.dim,), block.norm1.weight, block.norm1.bias
        self.norm2 = (config.dim,), block.norm2.weight, block.norm2.bias
        self.qkv = a.qkv.weight
        share = self.head_dim ** -0.5
        self.q_norm = (self.head_dim,), a.q_norm.weight * share, a.q_norm.bias * share
        self.k_norm = (self.head_dim,), a.k_norm.weight, a.k_norm.bias
        self.out = (a.out.weight * block.scale1[:, None]).t().contiguous(), a.out.bias * block.scale1
        self.up = block.up.weight, block.up.bias
        self.down = (block.down.weight * block.scale2[:, None]).t().contiguous(), block.down.bias * block.scale2

    def project(self, x):
        """[N, D] -> query and key, normed but not yet rotated, and value, each [N, h, d]"""
        q, k, v = F.linear(F.layer_norm(x, *self.norm1), self.qkv).view(x.shape[0], 3, -1, self.head_dim).unbind(1)
        return F.layer_norm(q, *self.q_norm), F.layer_norm(k, *self.k_norm), v

    def finish_(self, x, attended):
        """x [N, D] += out(attended), then += mlp(norm(x))"""
        x.add_(self.out[1]).addmm_(attended, self.out[0])
        hidden = gelu_(F.linear(F.layer_norm(x, *self.norm2), *self.up))
        return x.add_(self.down[1]).addmm_(hidden, self.down[0])


class Heads:
    def __init__(self, net):
        self.net, c = net, net.config
        beats = net.beats
        local = beats.local.weight.view(-1, BEAT_KERNEL, c.channels).permute(0, 2, 1)[:, :, None]
        self.local = local.contiguous(memory_format=torch.channels_last), beats.local.bias
        self.codes = net.quantizer.codes.t().contiguous()
        self.context_width = c.beat_context

    def beats(self, steps, states):
        """steps [B, C, 12 + 30], states [B, D] -> class probabilities [6, B x 30], offsets [B x 30]"""
        image = steps.transpose(1, 2).contiguous().transpose(1, 2)[:, :, None]
        local = F.conv2d(image, *self.local)[:, :, 0].transpose(1, 2)
        context = self.net.beats.context(states).view(-1, STEPS, self.context_width)
        hidden = gelu_(F.linear(gelu_(torch.cat((local, context), -1)), self.net.beats.hidden.weight, self.net.beats.hidden.bias))
        y = torch.addmm(self.net.beats.output.bias[:, None], self.net.beats.output.weight, hidden.flatten(0, 1).t())
        return y[:BEAT_CLASSES].softmax(0), y[BEAT_CLASSES].sigmoid()

    def code(self, tokens):
        """The nearest code by cosine: the length of the projection does not change which."""
        return torch.mm(self.net.quantizer.projection(tokens), self.codes).max(-1)[1]

    def surprise(self, state_before, code):
        return -self.net.next_code(state_before).log_softmax(-1).gather(-1, code[:, None])[:, 0]

    def second(self, states, context):
        """-> pooled state r, hidden layer g of the heads of a second"""
        pooled = F.layer_norm(states, (states.shape[-1],), self.net.pool_norm.weight, self.net.pool_norm.bias)
        return pooled, gelu_(self.net.row_hidden(torch.cat((pooled, context), -1)))

    def rows(self, hidden, mean, greatest, mean_pooled):
        record = gelu_(self.net.record_hidden(torch.cat((mean, greatest, mean_pooled), -1)))
        return {
            "rhythm": self.net.rhythm(hidden).softmax(-1),
            "anomaly": self.net.anomaly(hidden).sigmoid(),
            "arrhythmia": self.net.arrhythmia(record).sigmoid(),
            "recordAnomaly": self.net.anomaly_record(record).sigmoid(),
            "strip": self.net.strip(record).softmax(-1),
        }
