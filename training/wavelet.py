"""The discrete wavelet transform that the frequency view predicts: Daubechies 6 (12 taps, Daubechies 1992, table 6.1), symmetric
extension, as one fixed matrix."""
import numpy as np

DB6 = np.array([0.11154074335008017, 0.4946238903983854, 0.7511339080215775, 0.3152503517092432, -0.22626469396516913,
                -0.12976686756709563, 0.09750160558707936, 0.02752286553001629, -0.031582039318031156, 0.0005538422009938016,
                0.004777257511010651, -0.00107730108499558])


def matrix(samples, levels=4):
    """-> [n, samples], and the slices of its rows that are (approximation, detail) of each level, the finest first."""
    low, rows, slices, at = np.eye(samples), [], [], 0
    for _ in range(levels):
        low, high = _split(low)
        rows += [low, high]
        slices += [slice(at, at + len(low)), slice(at + len(low), at + 2 * len(low))]
        at += 2 * len(low)
    return np.concatenate(rows), slices


def _split(signal):
    """One level of every column: filter, keep every second."""
    taps = len(DB6)
    extended = np.pad(signal, ((taps - 1, taps - 1), (0, 0)), mode="symmetric")
    wavelet = DB6[::-1] * (-1.0) ** np.arange(taps)
    windows = np.lib.stride_tricks.sliding_window_view(extended, taps, 0)[1::2]
    return windows @ DB6, windows @ wavelet
