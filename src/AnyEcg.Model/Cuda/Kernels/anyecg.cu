// All kernels of the network, one translation unit: compiled at start for the card and the sizes at hand (NVRTC).
#include "pass.cuh"
#include "epilogue.cuh"
