// Patch -> convolution steps and amplitude: what the projection to a token reads. A warp a token, everything between patch and steps in its
// registers and 2 KB of shared memory. Bound by its bytes (1.2 KB in, 1 KB out a token): 28 tile products of 4,096 numbers and 45 activations a lane
// take about as long as the memory does, on the whole card.
#ifndef ANYECG_TOKENIZER
#define ANYECG_TOKENIZER
#include "products.cuh"

static_assert(CHANNELS % SIDE == 0 && CHANNELS <= 64, "CHANNELS must be a multiple of 16, at most 64: a lane holds CHANNELS sums");
static_assert(EMBED_INPUT == STEPS * CHANNELS + 8, "two features of the amplitude and six zeros end a token's steps");

#define FIRST_STRIDE 10
#define PATCH_FRONT 8                              // zeros before the patch: the padding of 7, and one for the zero before the 15 taps
#define PATCH_ROOM 328                             // 32 rows of the first convolution end at 31 * 10 + 16
#define STEP_STRIDE ROW_STRIDE(CHANNELS)
#define STEP_ROWS 34                               // a zero row, 30 steps, zero rows that rows 30 and 31 of a tile read
#define CONV_BLOCKS (CHANNELS / SIDE)
#define GROUP_WIDTH (CHANNELS / GROUPS)

// What a warp works in.
struct alignas(16) ConvMemory {
  real patch[PATCH_ROOM];
  real steps[STEP_ROWS * STEP_STRIDE];
  float sums[CHANNELS];
};
static_assert(WARPS * sizeof(ConvMemory) <= 48 * 1024, "the shared memory of a block is 48 KB");

// sums[j][q] of channel 16 j + 4 t + q, over the rows of all lanes -> the sum of the channel's group.
DEVICE void sum_groups(float (&sums)[CONV_BLOCKS][4], float* memory) {
  constexpr bool Shuffled = GROUP_WIDTH == 4 || GROUP_WIDTH == 8 || GROUP_WIDTH == 16;
#pragma unroll
  for (int j = 0; j < CONV_BLOCKS; j++) {
    if (Shuffled) {
      float sum = sums[j][0] + sums[j][1] + (sums[j][2] + sums[j][3]);
#pragma unroll
      for (int mask = 16; mask > 0; mask /= 2)
        if (mask >= 4 || GROUP_WIDTH > 4 * mask) sum += shuffle_xor(sum, mask);
#pragma unroll
      for (int q = 0; q < 4; q++) sums[j][q] = sum;
    } else {
#pragma unroll
      for (int q = 0; q < 4; q++) {
        float sum = sums[j][q];
        for (int mask = 16; mask >= 4; mask /= 2) sum += shuffle_xor(sum, mask);
        if (group_of_lane() == 0) memory[j * SIDE + 4 * place_in_group() + q] = sum;
      }
    }
  }

  if (Shuffled) return;
  warp_sync();
#pragma unroll
  for (int j = 0; j < CONV_BLOCKS; j++) {
#pragma unroll
    for (int q = 0; q < 4; q++) {
      int first = (j * SIDE + 4 * place_in_group() + q) / GROUP_WIDTH * GROUP_WIDTH;
      float sum = 0;
      for (int i = 0; i < GROUP_WIDTH; i++) sum += memory[first + i];
      sums[j][q] = sum;
    }
  }
  warp_sync();
}

// Row of a lane's share: 0 .. 3 of i.
DEVICE int row_of(int i) { return group_of_lane() + 8 * i; }

// GELU of the group norm of 30 rows (the variance from the mean), from the float sums of the product; row r goes to `to` + r stride.
DEVICE void norm_steps(Tile (&y)[2][CONV_BLOCKS], const float* weight, const float* bias, float* memory, real* to, int stride) {
  constexpr float Share = 1.0f / (GROUP_WIDTH * STEPS);
  float mean[CONV_BLOCKS][4], scale[CONV_BLOCKS][4];
#pragma unroll
  for (int j = 0; j < CONV_BLOCKS; j++) {
#pragma unroll
    for (int q = 0; q < 4; q++) {
      float last = row_of(3) < STEPS ? y[1][j].at[4 + q] : 0.0f;
      mean[j][q] = y[0][j].at[q] + y[0][j].at[4 + q] + (y[1][j].at[q] + last);
    }
  }
  sum_groups(mean, memory);
#pragma unroll
  for (int j = 0; j < CONV_BLOCKS; j++) {
#pragma unroll
    for (int q = 0; q < 4; q++) {
      mean[j][q] *= Share;
      float sum = 0;
#pragma unroll
      for (int i = 0; i < 4; i++) {
        float& x = y[i / 2][j].at[i % 2 * 4 + q];
        x -= mean[j][q];
        if (row_of(i) < STEPS) sum = fused(x, x, sum);
      }
      scale[j][q] = sum;
    }
  }
  sum_groups(scale, memory);
  // Everyone has read the rows that are written now.
  warp_sync();
#pragma unroll
  for (int j = 0; j < CONV_BLOCKS; j++) {
    int channel = j * SIDE + 4 * place_in_group();
    Four gain = load4(weight + channel), offset = load4(bias + channel);
#pragma unroll
    for (int q = 0; q < 4; q++) gain.value[q] *= reciprocal(square_root(fused(scale[j][q], Share, NORM_EPSILON)));
#pragma unroll
    for (int i = 0; i < 4; i++) {
      Four out;
#pragma unroll
      for (int q = 0; q < 4; q++) out.value[q] = gelu(fused(y[i / 2][j].at[i % 2 * 4 + q], gain.value[q], offset.value[q]));
      if (row_of(i) < STEPS) store4(to + row_of(i) * stride + channel, out);
    }
  }
  warp_sync();
}

// The patch to shared memory between its zeros; and its features: log(RMS + 1e-3), peak-to-peak.
DEVICE void take_patch(const float* patch, real* memory, float features[8]) {
  int lane = lane_index();
  Four x[3];
#pragma unroll
  for (int i = 0; i < 3; i++) x[i] = load4(patch + 4 * (lane + 32 * i < PATCH / 4 ? lane + 32 * i : PATCH / 4 - 1));
  float squares = 0, high = x[0].value[0], low = high;
#pragma unroll
  for (int i = 0; i < 3; i++) {
    bool own = lane + 32 * i < PATCH / 4;
    if (own) store4(memory + PATCH_FRONT + 4 * (lane + 32 * i), x[i]);
#pragma unroll
    for (int q = 0; q < 4; q++) {
      float value = x[i].value[q];
      squares = fused(own ? value : 0.0f, value, squares);
      high = maximum(high, value);
      low = minimum(low, value);
    }
  }

  const Four zeros{};
  if (lane < PATCH_FRONT / 4) store4(memory + 4 * lane, zeros);
  else if (lane < (PATCH_ROOM - PATCH) / 4) store4(memory + PATCH + 4 * lane, zeros);
  features[0] = logarithm(square_root(warp_sum(squares) * (1.0f / PATCH)) + 1e-3f);
  features[1] = warp_max(high) + warp_max(-low);
#pragma unroll
  for (int i = 2; i < 8; i++) features[i] = 0;
}

DEVICE void convolve(const Pass& p, int token, ConvMemory& memory) {
  int lane = lane_index();
  real* to = p.steps + token * EMBED_INPUT;
  float features[8];
  take_patch(p.patches + token * PATCH, memory.patch, features);
  if (lane == 0) store8(to + STEPS * CHANNELS, features);

  // Rows 0 and 31 to 33.
  constexpr int Numbers = 16 / sizeof(real), Chunks = CHANNELS / Numbers;
  for (int i = lane; i < 4 * Chunks; i += 32) {
    int row = i / Chunks;
    clear16(memory.steps + (row == 0 ? 0 : STEPS + row) * STEP_STRIDE + i % Chunks * Numbers);
  }
  warp_sync();

  Tile y[2][CONV_BLOCKS];
  real* steps = memory.steps + STEP_STRIDE;
  multiply_rows<CONV_BLOCKS, 1, SIDE, FIRST_STRIDE>(y, memory.patch, p.conv1, p.conv1Bias);
  norm_steps(y, p.convNorm1Weight, p.convNorm1Bias, memory.sums, steps, STEP_STRIDE);
  multiply_rows<CONV_BLOCKS, 3, CHANNELS, STEP_STRIDE>(y, memory.steps, p.conv2, p.conv2Bias);
  norm_steps(y, p.convNorm2Weight, p.convNorm2Bias, memory.sums, steps, STEP_STRIDE);
  multiply_rows<CONV_BLOCKS, 3, CHANNELS, STEP_STRIDE>(y, memory.steps, p.conv3, p.conv3Bias);
  // A warp stores 8 rows at once, 32 bytes each or a multiple: whole sectors, no way through shared memory.
  norm_steps(y, p.convNorm3Weight, p.convNorm3Bias, memory.sums, to, CHANNELS);
}

KERNEL(tokenize) {
  SHARED ConvMemory memory[WARPS];
  int warp = thread_index() / 32, lane = lane_index(), token = block_index() * WARPS + warp;
  if (token >= p.counts->tokens) return;
  if (p.tokens[token].flags & READ_ONLY) {
    constexpr int Numbers = 16 / sizeof(real);
    for (int i = lane; i < EMBED_INPUT / Numbers; i += 32) clear16(p.steps + token * EMBED_INPUT + i * Numbers);
    return;
  }
  convolve(p, token, memory[warp]);
}

#endif
