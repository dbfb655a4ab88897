"""The PyTorch peers as a process that the benchmark drives: a JSON object a line on standard input, one back on standard output.

    {"do": "check", "peer": NAME, "input": FILE, "output": FILE, "streams": B, "seconds": T}
        input: float32 [T, B, 300] patches, then [T, B, F] context features; output: the last second's answers, float32, in the order of ANSWERS
    {"do": "time", "peer": NAME, "batch": B, "seconds": S}
        -> {"leadSeconds": n, "seconds": wall, "cpuSeconds": cpu} of at least S seconds of steps with full rings
    {"do": "gemm", "seconds": S} -> {"flopsPerSecond": rate of a large single-precision product}

python3 -m Peers.torch_peer MANIFEST THREADS, with the repository and tests/AnyEcg.Benchmarks on PYTHONPATH.
"""
import json
import sys
import time

import torch

from training.export import load_exported

from .torch_cached import BagAttention, BmmAttention, CachedStreams
from .torch_recompute import RecomputedWindows

ANSWERS = ("rhythm", "anomaly", "recordAnomaly", "arrhythmia", "strip", "beats", "beatOffset", "surprise", "code")
ATTENTION = {"cached-bmm": BmmAttention, "cached-bag": BagAttention}


class Service:
    def __init__(self, manifest):
        self.net = load_exported(manifest)
        self.ready = {}

    def check(self, peer, input, output, streams, seconds):
        raw = torch.from_file(input, size=seconds * streams * (300 + self.net.config.context_features))
        patches, context = raw.split([seconds * streams * 300, seconds * streams * self.net.config.context_features])
        patches, context = patches.view(seconds, streams, 300), context.view(seconds, streams, -1)
        if peer == "recompute":
            answer = RecomputedWindows(self.net, seconds).step(patches.transpose(0, 1).contiguous(), context.transpose(0, 1).contiguous())
        else:
            cache = CachedStreams(self.net, streams, ATTENTION[peer])
            for k in range(seconds):
                answer = cache.step(patches[k], context[k])
        answer["beats"] = answer["beats"].view(-1, streams, 30).permute(1, 2, 0)
        with open(output, "wb") as file:
            for name in ANSWERS:
                file.write(answer[name].float().contiguous().numpy().tobytes())
        return {}

    def time(self, peer, batch, seconds):
        if (peer, batch) not in self.ready:
            self.ready[peer, batch] = self._prepare(peer, batch)
        step = self.ready[peer, batch]
        steps, start, cpu = 0, time.perf_counter(), time.process_time()
        while (wall := time.perf_counter() - start) < seconds:
            step()
            steps += 1
        return {"leadSeconds": steps * batch, "seconds": wall, "cpuSeconds": time.process_time() - cpu}

    def _prepare(self, peer, batch):
        """-> a function that computes one second; rings are full and everything has run once"""
        window, features = self.net.config.window, self.net.config.context_features
        if peer == "recompute":
            model, patches, context = RecomputedWindows(self.net, window), _noise(batch, window, 300), _noise(batch, window, features)
        else:
            model, patches, context = CachedStreams(self.net, batch, ATTENTION[peer]), _noise(batch, 300), _noise(batch, features)
        for _ in range(1 if peer == "recompute" else window + 1):
            model.step(patches, context)
        return lambda: model.step(patches, context)

    def gemm(self, seconds):
        a, b, c = _noise(2048, 2048), _noise(2048, 2048), torch.empty(2048, 2048)
        torch.mm(a, b, out=c)
        best, end = 0.0, time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            torch.mm(a, b, out=c)
            best = max(best, 2 * 2048**3 / (time.perf_counter() - start))
        return {"flopsPerSecond": best}


def _noise(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(1)) - 0.5


def main(manifest, threads):
    torch.set_num_threads(int(threads))
    service = Service(manifest)
    print(json.dumps({"version": torch.__version__}), flush=True)
    with torch.inference_mode():
        for line in sys.stdin:
            request = json.loads(line)
            print(json.dumps(getattr(service, request.pop("do"))(**request)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
