"""Stage 2: the encoder predicts rhythm codes, of masked places and of the next second, under the live causal sparse mask."""
import torch
from torch.nn import functional as F

from .loop import Loop
from .variants import begin


def freeze_tokenizer(net):
    """The codes keep their meaning: what makes them is not trained any more. -> the modules that still are."""
    for module in (net.conv, net.embed, net.lead, net.tokenizer, net.quantizer):
        module.requires_grad_(False)
    return net


class PretrainLoop(Loop):
    def __init__(self, config, shards, out, start=None, quiet=False):
        net = begin(config, start)
        freeze_tokenizer(net)
        for head in (net.row_hidden, net.rhythm, net.anomaly, net.record_hidden, net.arrhythmia, net.anomaly_record, net.strip, net.beats,
                     net.reconstruction, net.pool_norm):
            head.requires_grad_(False)
        net.query_token.requires_grad_(False)
        super().__init__(config, shards, out, net, net, quiet)

    def parts(self, batch):
        present, leads = batch["present"], batch["leads"]
        clean = self.net(batch["patches"], present, leads, heads=("code", "next_code"))
        hidden = draw_mask(present.cpu(), self.config["masking"], self.rng).to(present.device)
        half = slice(0, max(1, len(present) * self.config["masking"]["share"] // 100))
        both = torch.cat((hidden[half], present[half] & ~hidden[half]))
        twice = [torch.cat((batch[k][half], batch[k][half])) for k in ("patches", "present", "leads")]
        out = self.net(*twice, heads=("masked_code",), masked=both)
        wanted = torch.cat((clean["code"][half], clean["code"][half]))
        pair = present[:, :, 1:] & present[:, :, :-1] & (batch["epoch"][:, None, 1:] == batch["epoch"][:, None, :-1])
        later, guessed = clean["code"][:, :, 1:][pair], clean["next_code"][:, :, :-1][pair]
        hit = (out["masked_code"][both].argmax(-1) == wanted[both]).float().mean()
        return {"masked": F.cross_entropy(out["masked_code"][both].float(), wanted[both]),
                "next": F.cross_entropy(guessed.float(), later), "hit": hit, "nextHit": (guessed.argmax(-1) == later).float().mean()}


def draw_mask(present, config, rng):
    """[B, L, T] bool: half of the present places, single tokens and runs of seconds on one lead."""
    shape = present.shape
    mask = torch.from_numpy(rng.random(shape) < config["tokens"])
    runs = torch.from_numpy(rng.random(shape) < config["runs"])
    length = torch.from_numpy(rng.integers(config["runSeconds"][0], config["runSeconds"][1] + 1, shape))
    for back in range(config["runSeconds"][1]):
        begun = F.pad(runs & (length > back), (back, 0))[..., :shape[2]]
        mask = mask | begun
    return mask & present
