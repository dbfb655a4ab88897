"""Augmentation in patch space: cheap, on numpy batches, from one seeded generator. The signal path before it is linear up
to the clip, so noise prepared through the same path adds as if it had been in the recording."""
import numpy as np

from .data import PATCH, UNKNOWN_LEAD

CLIP_MV = 5.0


def augment(batch, noise, config, rng):
    """Changes the batch in place. `noise`: list of [T, 300] float32 in mV."""
    patches, present = batch["patches"], batch["present"]
    usual = batch["context"].mean((0, 1))
    for segment in range(patches.shape[0]):
        for lead in range(patches.shape[1]):
            signal = patches[segment, lead].reshape(-1)
            signal *= np.exp(rng.uniform(np.log(config["gain"][0]), np.log(config["gain"][1])))
            _hit(rng, config["flip"]) and np.negative(signal, out=signal)
            _hit(rng, config["smooth"]) and _smooth(signal, rng)
            if noise and _hit(rng, config["noise"]):
                snr_db = rng.uniform(*config["noiseSnrDb"])
                _add_noise(signal, noise, snr_db, rng)
                _doubt(batch["context"][segment], usual, snr_db, rng)
            _hit(rng, config["hum"]) and _hum(signal, rng)
            _hit(rng, config["quantise"]) and _quantise(signal, rng)
            _drop_seconds(present[segment, lead], config, rng)
            np.clip(signal, -CLIP_MV, CLIP_MV, out=signal)
            if _hit(rng, config["unknownLead"]):
                batch["leads"][segment, lead] = UNKNOWN_LEAD
    _drop_leads(present, config, rng)
    patches *= present[..., None]
    return batch


def _hit(rng, probability):
    return rng.random() < probability


def _doubt(context, usual, snr_db, rng):
    """The context features were taken from the signal without the noise: in much of it the usual ones stand in now and then."""
    if snr_db < 12 and rng.random() < 0.5:
        context[:] = usual
    context += rng.normal(0, 0.1, context.shape)


def _add_noise(signal, noise, snr_db, rng):
    """A stretch of recorded noise over all or part of the segment, scaled to a drawn ratio of powers."""
    source = noise[rng.integers(len(noise))].reshape(-1)
    start = rng.integers(source.size)
    seconds = signal.size // PATCH
    length = int(rng.integers(8, seconds + 1)) * PATCH
    at = int(rng.integers(seconds - length // PATCH + 1)) * PATCH
    piece = np.take(source, np.arange(start, start + length), mode="wrap")
    target = signal[at:at + length]
    power, wanted = float(np.mean(piece ** 2)), float(np.mean(target ** 2))
    if power > 0 and wanted > 0:
        target += piece * np.sqrt(wanted / power / 10 ** (snr_db / 10))


def _hum(signal, rng):
    """Mains residue: 50 or 60 Hz, up to 50 uV, as a notch leaves it while it settles or when it is off."""
    turns = np.arange(signal.size, dtype=np.float32) * (rng.choice((50.0, 60.0)) / PATCH) + rng.random()
    signal += rng.uniform(0.005, 0.05) * np.sin(2 * np.pi * turns, dtype=np.float32)


def _quantise(signal, rng):
    step = rng.uniform(0.005, 0.02)
    np.round(signal / step, out=signal)
    signal *= step


def _smooth(signal, rng):
    """The narrow band of a cheap device: a short Gaussian, about 25 to 60 Hz at -3 dB."""
    sigma = rng.uniform(0.65, 1.6)
    kernel = np.exp(-0.5 * (np.arange(-5, 6) / sigma) ** 2)
    signal[:] = np.convolve(signal, kernel / kernel.sum(), mode="same")


def _drop_seconds(present, config, rng):
    """Missing seconds: single ones and one run."""
    if _hit(rng, config["missing"]):
        present[rng.random(present.size) < 0.03] = False
        start = rng.integers(present.size)
        present[start:start + rng.integers(1, 8)] = False


def _drop_leads(present, config, rng):
    """Takes one of several leads away for a while; never the last one."""
    if present.shape[1] < 2:
        return
    for segment in present:
        if _hit(rng, config["leadDropout"]):
            start = rng.integers(segment.shape[1])
            segment[rng.integers(segment.shape[0]), start:start + rng.integers(4, 64)] = False
