// The number type of activations, weights and rings: bfloat16, or float32 where FULL is 1. And what is computed of them.
#ifndef ANYECG_NUMBERS
#define ANYECG_NUMBERS
#include "platform.cuh"

#if FULL
struct real { float value; };
DEVICE float to_float(real x) { return x.value; }
DEVICE real to_real(float x) { return real{x}; }
#else
struct real { unsigned short bits; };
DEVICE float to_float(real x) { return float_of((uint32)x.bits << 16); }
// To the nearest, ties to even. What is not a number stays none.
DEVICE real to_real(float x) { return real{(unsigned short)round_pair(x, 0.0f)}; }
#endif

struct alignas(16) Sixteen { uint32 word[4]; };

// Eight numbers at once; the address must be a multiple of 16 bytes.
DEVICE void load8(const real* from, float to[8]) {
#if FULL
  for (int i = 0; i < 8; i++) to[i] = from[i].value;
#else
  Sixteen x = *(const Sixteen*)from;
  for (int i = 0; i < 4; i++) {
    to[2 * i] = float_of(x.word[i] << 16);
    to[2 * i + 1] = float_of(x.word[i] & 0xffff0000u);
  }
#endif
}

DEVICE void store8(real* to, const float from[8]) {
#if FULL
  for (int i = 0; i < 8; i++) to[i].value = from[i];
#else
  Sixteen x;
  for (int i = 0; i < 4; i++) x.word[i] = round_pair(from[2 * i], from[2 * i + 1]);
  *(Sixteen*)to = x;
#endif
}

// Four numbers at once; the address must be a multiple of their size.
struct alignas(16) Four { float value[4]; };
struct alignas(8) Eighth { uint32 word[2]; };

DEVICE Four load4(const float* from) { return *(const Four*)from; }
DEVICE void store4(float* to, const Four& x) { *(Four*)to = x; }

DEVICE Four load4(const real* from) {
  Four x;
#if FULL
  x = *(const Four*)from;
#else
  Eighth bits = *(const Eighth*)from;
  for (int i = 0; i < 2; i++) {
    x.value[2 * i] = float_of(bits.word[i] << 16);
    x.value[2 * i + 1] = float_of(bits.word[i] & 0xffff0000u);
  }
#endif
  return x;
}

DEVICE void store4(real* to, const Four& x) {
#if FULL
  *(Four*)to = x;
#else
  Eighth bits;
  for (int i = 0; i < 2; i++) bits.word[i] = round_pair(x.value[2 * i], x.value[2 * i + 1]);
  *(Eighth*)to = bits;
#endif
}

DEVICE int lane_index() { return thread_index() % 32; }

// Over the lanes of a warp, in one order; every lane gets the result.
DEVICE float warp_sum(float x) {
  for (int mask = 16; mask > 0; mask /= 2) x += shuffle_xor(x, mask);
  return x;
}

DEVICE float warp_max(float x) {
  for (int mask = 16; mask > 0; mask /= 2) x = maximum(x, shuffle_xor(x, mask));
  return x;
}

DEVICE float exponential(float x) { return power_of_two(x * 1.44269504f); }
DEVICE float logarithm(float x) { return log_of_two(x) * 0.693147181f; }
DEVICE float sigmoid(float x) { return reciprocal(1.0f + exponential(-x)); }

// x / (1 + e^(-2u)), u = sqrt(2/pi) (x + 0.044715 x^3): GELU in its tanh form, the power to base 2.
DEVICE float gelu(float x) {
  float u = x * fused(x * x, -0.10294324f, -2.3022082f);
  return x * reciprocal(1.0f + power_of_two(u));   // 2^u = infinity gives -0
}

#define NORM_EPSILON 1e-5f

#endif
