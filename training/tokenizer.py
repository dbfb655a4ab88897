"""Stage 1: the tokenizer, its codebook of rhythms and the decoder that looks at a token from several sides."""
import torch
from torch import nn
from torch.nn import functional as F

from . import wavelet
from .attention import Block
from .loop import Loop
from .network import PATCH, NetworkConfig
from .variants import begin

AGE_MEAN, AGE_SPREAD = 60.0, 17.0


class Decoder(nn.Module):
    """Quantised tokens -> the patch (mV), its wavelet coefficients, age and sex. One block under the same causal sparse
    attention puts what several codes say together."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        transform, self.levels = wavelet.matrix(PATCH)
        self.register_buffer("transform", torch.tensor(transform, dtype=torch.float32), persistent=False)
        self.enter = nn.Linear(config.code_dim, config.dim)
        self.block = Block(config)
        self.norm = nn.LayerNorm(config.dim)
        self.morphology = nn.Linear(config.dim, PATCH)
        self.frequency = nn.Linear(config.dim, len(transform))
        self.demography = nn.Linear(config.dim, 2)

    def forward(self, codes, mask):
        """codes [B, L, T, d] -> states [B, L, T, D]"""
        return self.norm(self.block(self.enter(codes), mask))


class Codebook(nn.Module):
    """Moves the codes of a network's quantizer: k-means at the start, then moving averages of what chose them; a code that
    nothing chooses is put where a token is. Counts over the last steps give usage and perplexity."""

    def __init__(self, quantizer, config):
        super().__init__()
        self.quantizer, self.config = [quantizer], config          # in a list: not a module of ours
        codes = quantizer.codes
        self.register_buffer("size", torch.zeros(len(codes)))
        self.register_buffer("sum", torch.zeros_like(codes))
        self.register_buffer("started", torch.tensor(False))

    @torch.no_grad()
    def move(self, z, generator):
        """z [n, d]: unit tokens of one step."""
        codes = self.quantizer[0].codes
        if not self.started:
            self._start(z, generator)
        chosen = F.one_hot(z.matmul(codes.t()).argmax(1), len(codes)).to(z.dtype)
        count, total = chosen.sum(0), chosen.t().matmul(z)
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            torch.distributed.all_reduce(count)
            torch.distributed.all_reduce(total)
        decay = self.config["decay"]
        self.size.mul_(decay).add_(count, alpha=1 - decay)
        self.sum.mul_(decay).add_(total, alpha=1 - decay)
        if self.config["update"] == "average":
            codes.copy_(F.normalize(self.sum + 1e-6 * codes, dim=-1))
        self._restart_dead(z, generator)

    def _start(self, z, generator):
        codes = self.quantizer[0].codes
        codes.copy_(z[torch.randint(len(z), (len(codes),), generator=generator)])
        for _ in range(self.config["kmeansSteps"]):
            chosen = F.one_hot(z.matmul(codes.t()).argmax(1), len(codes)).to(z.dtype)
            codes.copy_(F.normalize(chosen.t().matmul(z) + 1e-6 * codes, dim=-1))
        self.size.fill_(len(z) / len(codes))
        self.sum.copy_(codes * self.size[:, None])
        self.started.fill_(True)

    def _restart_dead(self, z, generator):
        dead = (self.size < self.config["deadBelow"]).nonzero()[:, 0]
        if not len(dead):
            return
        at = z[torch.randint(len(z), (len(dead),), generator=generator)]
        self.quantizer[0].codes[dead] = at
        self.size[dead] = 1.0
        self.sum[dead] = at

    def usage(self):
        """Share of codes in use, and exp(entropy) of their recent frequencies."""
        share = self.size / self.size.sum().clamp(min=1e-9)
        used = (self.size >= self.config["deadBelow"]).float().mean()
        return used, torch.exp(-(share * (share + 1e-12).log()).sum())


class TokenizerLoop(Loop):
    def __init__(self, config, shards, out, start=None, quiet=False):
        net = begin(config, start)
        self.decoder, self.codebook = Decoder(net.config), Codebook(net.quantizer, config["codebook"])
        if config["codebook"]["update"] == "gradient":
            net.quantizer.codes = nn.Parameter(net.quantizer.codes.clone())
        self.views = config["views"]
        used = nn.ModuleList([net.conv, net.embed, net.lead, net.tokenizer, net.quantizer, self.decoder, self.codebook])
        super().__init__(config, shards, out, used, net, quiet)

    def parts(self, batch):
        net, present = self.net, batch["present"]
        _, x = net.embed_patches(batch["patches"], present, batch["leads"])
        mask = net.mask(present)
        for block in net.tokenizer:
            x = block(x, mask)
        z = net.quantizer.project(x)
        self.tokens = z.detach()[present]
        codes = F.normalize(net.quantizer.codes, dim=-1)
        nearest = codes[z.matmul(codes.t()).argmax(-1)]
        states = self.decoder(z + (nearest - z).detach(), mask)
        used, perplexity = self.codebook.usage()
        return {**self._views(states, batch), "commitment": _mean((z - nearest.detach()).square().mean(-1), present),
                "codebook": _mean((nearest - z.detach()).square().mean(-1), present), "used": used, "perplexity": perplexity}

    def _views(self, states, batch):
        """Each view a mean of squares relative to the patch's own power, so that a small lead counts as much as a tall one."""
        present, patches = batch["present"], batch["patches"]
        power = patches.square().mean(-1, keepdim=True) + 0.01
        losses = {}
        if "morphology" in self.views:
            losses["morphology"] = _mean(((self.decoder.morphology(states) - patches).square() / power).mean(-1), present)
        if "frequency" in self.views:
            wanted, given = patches.matmul(self.decoder.transform.t()), self.decoder.frequency(states)
            errors = [((given[..., s] - wanted[..., s]).square().mean(-1) / (wanted[..., s].square().mean(-1) + 0.003)) for s in self.decoder.levels]
            losses["frequency"] = _mean(torch.stack(errors).mean(0), present)
        if "demography" in self.views:
            losses |= self._demography(states, batch)
        return losses

    def _demography(self, states, batch):
        """Age (z-scored) and sex from the mean state of each recording's seconds; the label stands at its last second."""
        some = batch["present"].any(1)
        mean = (states * batch["present"][..., None]).sum(1) / batch["present"].sum(1).clamp(min=1)[..., None]
        mine = ((batch["epoch"][:, :, None] == batch["epoch"][:, None, :]) & some[:, None, :]).to(mean.dtype)
        given = self.decoder.demography(mine.matmul(mean) / mine.sum(-1, keepdim=True).clamp(min=1))
        age, sex = (batch["age"] - AGE_MEAN) / AGE_SPREAD, batch["sex"]
        missed = F.binary_cross_entropy_with_logits(given[..., 1], sex.nan_to_num(0), reduction="none")
        return {"age": _mean((given[..., 0] - age.nan_to_num(0)).square(), ~age.isnan()), "sex": _mean(missed, ~sex.isnan())}

    def follow(self):
        if self.config["codebook"]["update"] != "none":
            generator = torch.Generator().manual_seed(self.config["seed"] * 100_003 + self.at)
            self.codebook.move(self.tokens, generator)
            self.average["quantizer.codes"].copy_(self.net.quantizer.codes)


def _mean(values, where):
    return (values * where).sum() / where.sum().clamp(min=1)
