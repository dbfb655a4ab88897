// What cuBLASLt can do behind a product, for where it has no fused form or a slower one: bias and GELU, in place.
#pragma once
#include "pass.cuh"

#define EPILOGUE_FLOAT 1      // the product is float, not real
#define EPILOGUE_GELU 2

// Eight numbers a thread; a row's outputs are a multiple of 8. All rows of the bucket, as the product before.
KERNEL(product_epilogue) {
  long long first = ((long long)block_index() * BLOCK_THREADS + thread_index()) * 8;
  if (first >= (long long)p.productRows * p.outputs) return;
  int output = (int)(first % p.outputs);
  float x[8], bias[8];
  bool single = (p.flags & EPILOGUE_FLOAT) != 0;
  if (single) {
    const float *values = (const float*)p.product + first, *added = (const float*)p.productBias + output;
    for (int i = 0; i < 8; i++) { x[i] = values[i]; bias[i] = added[i]; }
  } else {
    load8((const real*)p.product + first, x);
    load8((const real*)p.productBias + output, bias);
  }
  for (int i = 0; i < 8; i++) {
    x[i] += bias[i];
    if (p.flags & EPILOGUE_GELU) x[i] = gelu(x[i]);
  }
  if (single) {
    float* values = (float*)p.product + first;
    for (int i = 0; i < 8; i++) values[i] = x[i];
  } else {
    store8((real*)p.product + first, x);
  }
}
