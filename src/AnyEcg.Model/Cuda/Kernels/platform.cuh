// What the kernels ask of the machine, and nothing else: threads, warps, shared memory, 16-bit numbers, a few functions.
// Three compilers read this file: NVRTC (the product), clang (only to see that it compiles, with a prelude that names the builtins), and
// a C++ compiler of the host, which runs every thread as a fiber (AECG_HOST; the tests bring emulator.h, which then defines the rest).
#ifndef ANYECG_PLATFORM
#define ANYECG_PLATFORM

#ifdef AECG_HOST
#include "emulator.h"
#else

// A kernel takes one Pass by value. Blocks are always BLOCK_THREADS threads in one dimension.
#define KERNEL(name) extern "C" __global__ void __launch_bounds__(BLOCK_THREADS) name(const __grid_constant__ Pass p)
// One of which so many blocks must find room on a multiprocessor: the compiler keeps to the registers that this leaves.
#define KERNEL_RESIDENT(name, blocks) extern "C" __global__ void __launch_bounds__(BLOCK_THREADS, blocks) name(const __grid_constant__ Pass p)
#define DEVICE static __device__ __forceinline__
#define SHARED __shared__

typedef unsigned int uint32;
typedef unsigned long long uint64;

DEVICE int thread_index() { return (int)threadIdx.x; }
DEVICE int block_index() { return (int)blockIdx.x; }

// All threads of the block. Every thread of the block must come here.
DEVICE void block_sync() { __syncthreads(); }

// All lanes of the warp: what they wrote to shared memory is seen after it. Every lane must come here.
DEVICE void warp_sync() { __syncwarp(0xffffffffu); }

DEVICE float shuffle_xor(float x, int mask) { return __shfl_xor_sync(0xffffffffu, x, mask, 32); }
DEVICE int shuffle_xor(int x, int mask) { return __shfl_xor_sync(0xffffffffu, x, mask, 32); }
DEVICE float shuffle(float x, int lane) { return __shfl_sync(0xffffffffu, x, lane, 32); }
DEVICE int shuffle(int x, int lane) { return __shfl_sync(0xffffffffu, x, lane, 32); }

// One rounding.
DEVICE float fused(float a, float b, float c) { float r; asm("fma.rn.f32 %0, %1, %2, %3;" : "=f"(r) : "f"(a), "f"(b), "f"(c)); return r; }

// 2^x and log2 x to about 2 units in the last place; x of a 2^x far below 0 gives 0.
DEVICE float power_of_two(float x) { float r; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x)); return r; }
DEVICE float log_of_two(float x) { float r; asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x)); return r; }
DEVICE float square_root(float x) { float r; asm("sqrt.rn.f32 %0, %1;" : "=f"(r) : "f"(x)); return r; }
DEVICE float divide(float a, float b) { float r; asm("div.rn.f32 %0, %1, %2;" : "=f"(r) : "f"(a), "f"(b)); return r; }

// 1 / x to about a unit in the last place; 0 where that is below 2^-126.
DEVICE float reciprocal(float x) { float r; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x)); return r; }

// Of an angle within +-pi, to about 1e-6.
DEVICE float sine(float x) { float r; asm("sin.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x)); return r; }
DEVICE float cosine(float x) { float r; asm("cos.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x)); return r; }

// The nearest whole number.
DEVICE double nearest(double x) { double r; asm("cvt.rni.f64.f64 %0, %1;" : "=d"(r) : "d"(x)); return r; }

DEVICE float maximum(float a, float b) { float r; asm("max.f32 %0, %1, %2;" : "=f"(r) : "f"(a), "f"(b)); return r; }
DEVICE float minimum(float a, float b) { float r; asm("min.f32 %0, %1, %2;" : "=f"(r) : "f"(a), "f"(b)); return r; }
DEVICE uint32 bits_of(float x) { uint32 r; asm("mov.b32 %0, %1;" : "=r"(r) : "f"(x)); return r; }
DEVICE float float_of(uint32 x) { float r; asm("mov.b32 %0, %1;" : "=f"(r) : "r"(x)); return r; }

// Two bfloat16, the first in the lower half: to the nearest, ties to even; 0x7fff for what is not a number.
DEVICE uint32 round_pair(float low, float high) { uint32 r; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(r) : "f"(high), "f"(low)); return r; }

// Sixteen bytes of device memory that are read once: they are the first to leave the caches, so that what is read again may stay there.
// Volatile: such loads are issued in the order in which they stand.
DEVICE void load_once(const void* from, uint32 to[4]) {
  asm volatile("ld.global.cs.v4.u32 {%0,%1,%2,%3}, [%4];" : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "l"(from));
}

// d += a b for tiles 16x16, 16x8, 16x8 of bfloat16 with sums in float32: PTX mma.m16n8k16, its fragments as the PTX manual lays them out.
// With g = lane / 4 and t = lane % 4: a = {A[g][2t..], A[g+8][2t..], A[g][2t+8..], A[g+8][2t+8..]}, b = {B[2t..][g], B[2t+8..][g]} (two numbers each,
// the lower index in the lower half), d = {D[g][2t], D[g][2t+1], D[g+8][2t], D[g+8][2t+1]}.
DEVICE void multiply_tile(float d[4], const uint32 a[4], const uint32 b[2]) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

#endif

#endif
