// All kernels of the network, one translation unit: compiled at start for the card and the sizes at hand (NVRTC).
#include "pass.cuh"
#include "epilogue.cuh"
#include "norms.cuh"
#include "attention.cuh"
#include "codes.cuh"
#include "rows.cuh"
#include "keep.cuh"
