"""Losses of the fine-tuning heads, each a mean over what is labelled and present, so that a set without a label adds nothing."""
import torch
from torch.nn import functional as F

from .data import SOME_BEAT


def finetune_losses(result, batch, config):
    """-> dict of scalar losses by name."""
    present = batch["present"]
    some = present.any(1)
    pair = present[:, :, 1:] & present[:, :, :-1] & (batch["epoch"][:, None, 1:] == batch["epoch"][:, None, :-1])
    return {
        "rhythm": _rhythm(result["rhythm"], batch, some, config),
        **_beats(result["beats"], result["beat_offset"], batch, config),
        "anomaly": _binary(result["anomaly"], batch["anomaly"], some.float() * batch["weight"]),
        "strip": _strip(result["strip"], batch["strip"], config),
        "arrhythmia": _binary(result["arrhythmia"], batch["classes"], torch.ones_like(batch["classes"])),
        "anomaly_record": _binary(result["anomaly_record"], batch["abnormal"], some.float()),
        "next": F.cross_entropy(result["next_code"][:, :, :-1][pair].float(), result["code"][:, :, 1:][pair]),
    }


def reconstruction(given, patches, queries):
    """Mean of squares relative to the patch's own power, at the places asked for."""
    error = (given - patches).square().mean(-1) / (patches.square().mean(-1) + 0.01)
    return (error * queries).sum() / queries.sum().clamp(min=1)


def _strip(logits, target, config):
    weights = torch.tensor(config["stripClassWeights"], dtype=torch.float32, device=logits.device)
    loss = F.cross_entropy(logits.float().transpose(1, 2), target, weight=weights, ignore_index=-1, reduction="none",
                           label_smoothing=config["labelSmoothing"])
    return loss.sum() / (target >= 0).sum().clamp(min=1)


def _rhythm(logits, batch, some, config):
    weights = torch.tensor(config["rhythmClassWeights"], dtype=torch.float32, device=logits.device)
    target = batch["rhythm"].masked_fill(~some, -1)
    loss = F.cross_entropy(logits.float().transpose(1, 2), target, weight=weights, ignore_index=-1, reduction="none")
    labelled = (target >= 0).float() * batch["weight"]
    return (loss * batch["weight"]).sum() / labelled.sum().clamp(min=1)


def _beats(logits, offset, batch, config):
    leads = logits.shape[1]
    target = batch["beat"][:, None].expand(-1, leads, -1, -1)
    target = target.masked_fill(~batch["present"][..., None], -1)
    weights = torch.tensor(config["beatClassWeights"] + [config["weakBeatWeight"]], dtype=torch.float32, device=logits.device)
    known = logits.float().log_softmax(-1)
    some = (1 - known[..., 0].exp()).clamp(min=1e-6).log()
    likely = torch.where(target == SOME_BEAT, some, known.gather(-1, target.clamp(0, SOME_BEAT - 1)[..., None])[..., 0])
    loss = -(likely * weights[target.clamp(min=0)] * (target >= 0)).sum()
    positions = (target >= 0).sum().clamp(min=1)
    beat = target > 0
    wanted = batch["offset"][:, None].expand(-1, leads, -1, -1)
    miss = (torch.sigmoid(offset.float()) - wanted).abs() * beat
    return {"beats": loss / positions, "offset": miss.sum() / beat.sum().clamp(min=1)}


def _binary(logits, target, weight):
    """Cross-entropy where the target is 0 or 1; -1 is not said."""
    labelled = (target >= 0).float() * weight
    loss = F.binary_cross_entropy_with_logits(logits.float(), target.clamp(min=0).float(), reduction="none")
    return (loss * labelled).sum() / labelled.sum().clamp(min=1)
