// What NVRTC knows of itself and clang does not, without a toolkit: given to clang in front of anyecg.cu, only to see that the kernels become PTX.
#pragma once
#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __shared__ __attribute__((shared))
#define __host__ __attribute__((host))
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __grid_constant__
#include <__clang_cuda_builtin_vars.h>
#define SHUFFLE static __device__ __forceinline__
// All lanes, in a warp of 32: the clamp of the instruction is 31.
SHUFFLE int __shfl_xor_sync(unsigned lanes, int x, int mask, int) { return __nvvm_shfl_sync_bfly_i32(lanes, x, mask, 31); }
SHUFFLE float __shfl_xor_sync(unsigned lanes, float x, int mask, int) { return __nvvm_shfl_sync_bfly_f32(lanes, x, mask, 31); }
SHUFFLE int __shfl_sync(unsigned lanes, int x, int lane, int) { return __nvvm_shfl_sync_idx_i32(lanes, x, lane, 31); }
SHUFFLE float __shfl_sync(unsigned lanes, float x, int lane, int) { return __nvvm_shfl_sync_idx_f32(lanes, x, lane, 31); }
SHUFFLE void __syncwarp(unsigned lanes) { __nvvm_bar_warp_sync(lanes); }
#undef SHUFFLE
