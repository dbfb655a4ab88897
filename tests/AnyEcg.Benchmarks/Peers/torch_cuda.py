"""The PyTorch peer on a card as a process that the benchmark drives: a JSON object a line on standard input, one back on standard output.

    {"do": "check", "attention": NAME, "tokenizer": NAME, "compiled": BOOL, "input": FILE, "output": FILE, "streams": B, "seconds": T}
        input: float32 [T, B, 300] patches, then [T, B, F] context features; output: the last second's answers, float32, in the order of ANSWERS
    {"do": "time", "attention": NAME, "tokenizer": NAME, "compiled": BOOL, "batch": B, "steps": N, "copies": BOOL}
        -> {"milliseconds": [N times of a step with full rings]}; with copies: samples in from locked memory, and all answers out into it
    {"do": "rates"} -> {"copyBytes": bytes read and written a second on the card, "productFlops": of a 8192^3 product}

python3 -m Peers.torch_cuda MANIFEST DEVICE TYPE, with the repository and tests/AnyEcg.Benchmarks on PYTHONPATH. DEVICE cuda, or cpu: no graph then, and nothing
worth timing; TYPE bfloat16 or float32.
"""
import gc
import json
import sys
import time

import torch
from torch.nn import functional as F

from training.export import load_exported

from .torch_cuda_net import CudaStreams

ANSWERS = ("rhythm", "anomaly", "recordAnomaly", "arrhythmia", "strip", "beats", "beatOffset", "surprise", "code")


class Stepper:
    """Streams and how a step of them is run: eagerly while places of the rings are empty, from then on as a CUDA graph where there is a card."""

    def __init__(self, net, streams, attention, tokenizer, compiled):
        self.streams = CudaStreams(net, streams, attention, tokenizer)
        self.compute = torch.compile(self.streams.compute, dynamic=False) if compiled else self.streams.compute
        self.graph, self.on_card = None, net.lead.weight.is_cuda

    def step(self):
        masked = self.streams.enter()
        if masked or not self.on_card:
            return self.compute(masked)
        if self.graph is None:
            self._capture()
        self.graph.replay()
        return self.answers

    def _capture(self):
        """The warm-up that a capture asks for computes a second three times; what it leaves behind is put back."""
        kept = [self.streams.tail, self.streams.state, self.streams.sums, self.streams.greatest]
        before = [t.clone() for t in kept]
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self.compute(False)
        torch.cuda.current_stream().wait_stream(side)
        for t, was in zip(kept, before):
            t.copy_(was)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.answers = self.compute(False)


class Service:
    def __init__(self, manifest, device, dtype):
        self.device = torch.device(device)
        self.net = load_exported(manifest).to(self.device, getattr(torch, dtype)).eval()
        self.ready, self.stepper = None, None

    def check(self, attention, tokenizer, compiled, input, output, streams, seconds):
        self._forget()
        raw = torch.from_file(input, size=seconds * streams * (300 + self.net.config.context_features))
        patches, context = raw.split([seconds * streams * 300, seconds * streams * self.net.config.context_features])
        patches, context = patches.view(seconds, streams, 300), context.view(seconds, streams, -1)
        stepper = Stepper(self.net, streams, attention, tokenizer, compiled)
        for k in range(seconds):
            stepper.streams.patches.copy_(patches[k])
            stepper.streams.context.copy_(context[k])
            answer = stepper.step()
        with open(output, "wb") as file:
            for name in ANSWERS:
                file.write(answer[name].float().cpu().contiguous().numpy().tobytes())
        return {}

    def time(self, attention, tokenizer, compiled, batch, steps, copies):
        stepper = self._prepare(attention, tokenizer, compiled, batch)
        locked = [torch.empty(t.shape, dtype=t.dtype, pin_memory=self.device.type == "cuda") for t in stepper.answers_now.values()]
        patches = torch.rand(batch, 300, pin_memory=self.device.type == "cuda").sub_(0.5)
        times = []
        for _ in range(steps):
            self._wait()
            start = time.perf_counter()
            if copies:
                stepper.streams.patches.copy_(patches, non_blocking=True)
            answers = stepper.step()
            if copies:
                for to, t in zip(locked, answers.values()):
                    to.copy_(t, non_blocking=True)
            self._wait()
            times.append(1000 * (time.perf_counter() - start))
        return {"milliseconds": times}

    def rates(self):
        a, b = (torch.randn(8192, 8192, device=self.device, dtype=torch.bfloat16) for _ in range(2))
        from_, to = (torch.empty(1 << 30, device=self.device, dtype=torch.uint8) for _ in range(2))
        return {"copyBytes": 2 * (1 << 30) / self._best(lambda: to.copy_(from_)), "productFlops": 2 * 8192**3 / self._best(lambda: torch.mm(a, b))}

    def _prepare(self, attention, tokenizer, compiled, batch):
        """Streams with full rings whose step has run; those of the question before are given back first."""
        asked = attention, tokenizer, compiled, batch
        if self.ready != asked:
            self._forget()
            stepper = Stepper(self.net, batch, attention, tokenizer, compiled)
            stepper.streams.patches.copy_(torch.rand(batch, 300) - 0.5)
            stepper.streams.context.copy_(torch.rand(batch, self.net.config.context_features) - 0.5)
            for _ in range(self.net.config.window + 4):
                stepper.answers_now = stepper.step()
            self.ready, self.stepper = asked, stepper
        return self.stepper

    def _forget(self):
        self.ready = self.stepper = None
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def _best(self, run):
        run()
        best = float("inf")
        for _ in range(20):
            self._wait()
            start = time.perf_counter()
            for _ in range(5):
                run()
            self._wait()
            best = min(best, (time.perf_counter() - start) / 5)
        return best

    def _wait(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def main(manifest, device, dtype):
    if device == "cuda" and not torch.cuda.is_available():
        raise OSError("this Python's torch finds no CUDA device (its own driver check, or a build without CUDA)")
    if device == "cuda" and not hasattr(F, "scaled_dot_product_attention"):
        raise OSError(f"torch {torch.__version__} is older than 2.1, which has fused attention with a scale")
    service = Service(manifest, device, dtype)
    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    has = {"compiles": hasattr(torch, "compile"), "fused": hasattr(F, "scaled_dot_product_attention")}
    print(json.dumps({"version": torch.__version__, "device": name} | has), flush=True)
    with torch.inference_mode():
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = getattr(service, request.pop("do"))(**request)
            except RuntimeError as e:        # out of memory, or a shape that a compiler refuses: that variant has no figure
                service._forget()
                answer = {"error": str(e).strip().split("\n")[0]}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
