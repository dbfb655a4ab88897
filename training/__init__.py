"""Training of the AnyECG network: `python3 -m training ...`."""
import os
import platform


def _choose_blas_kernels():
    """OpenBLAS builds older than the processor fall back to SSE kernels, a quarter of the speed. Name the family for them,
    before torch loads the library; a value set by the user wins."""
    if platform.machine() != "x86_64" or not os.path.exists("/proc/cpuinfo"):
        return
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        flags = next((line.split() for line in file if line.startswith("flags")), [])
    family = "SKYLAKEX" if "avx512vl" in flags else "HASWELL" if "avx2" in flags else None
    if family:
        os.environ.setdefault("OPENBLAS_CORETYPE", family)


_choose_blas_kernels()
