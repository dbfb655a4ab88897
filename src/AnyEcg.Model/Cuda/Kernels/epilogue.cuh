// What cuBLASLt can do behind a product, for where it has no fused form or a slower one: bias and GELU, in place.
#ifndef ANYECG_EPILOGUE
#define ANYECG_EPILOGUE
#include "pass.cuh"

#define EPILOGUE_FLOAT 1      // the product is float, not real
#define EPILOGUE_GELU 2

template <class T> DEVICE void finish_four(T* product, const T* bias, bool activate) {
  Four x = load4(product), added = load4(bias);
#pragma unroll
  for (int i = 0; i < 4; i++) {
    x.value[i] += added.value[i];
    if (activate) x.value[i] = gelu(x.value[i]);
  }
  store4(product, x);
}

// Four numbers a thread; a row's outputs are a multiple of 8. All rows of the bucket, as the product before.
KERNEL(product_epilogue) {
  long long first = ((long long)block_index() * BLOCK_THREADS + thread_index()) * 4;
  if (first >= (long long)p.productRows * p.outputs) return;
  int output = (int)(first % p.outputs);
  bool activate = (p.flags & EPILOGUE_GELU) != 0;
  if (p.flags & EPILOGUE_FLOAT) finish_four((float*)p.product + first, (const float*)p.productBias + output, activate);
  else finish_four((real*)p.product + first, (const real*)p.productBias + output, activate);
}

#endif
