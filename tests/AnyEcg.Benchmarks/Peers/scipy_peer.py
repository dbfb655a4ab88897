"""The SciPy peer of the resampler as a process: {"do": "time", "mode": "chunk" | "hour", "seconds": S} -> {"samples": n, "seconds": wall}.

360 -> 300 Hz with the default filter of resample_poly, designed once. It keeps no state: chunks are wrong at their edges, and only a whole recording is right.
"""
import json
import sys
import time

import numpy
import scipy
from scipy.signal import firwin, resample_poly

UP, DOWN, RATE = 5, 6, 360
FILTER = firwin(2 * 10 * max(UP, DOWN) + 1, 1 / max(UP, DOWN), window=("kaiser", 5.0)).astype(numpy.float32)


def timed(seconds, mode, **_):
    length = RATE if mode == "chunk" else RATE * 3600
    x = numpy.sin(2 * numpy.pi * 7 * numpy.arange(length) / RATE).astype(numpy.float32)
    samples, start = 0, time.perf_counter()
    while (wall := time.perf_counter() - start) < seconds:
        for _ in range(64 if mode == "chunk" else 1):
            resample_poly(x, UP, DOWN, window=FILTER)
            samples += length
    return {"samples": samples, "seconds": wall}


if __name__ == "__main__":
    print(json.dumps({"version": scipy.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(timed(**json.loads(line))), flush=True)
