// The residual stream: lead embeddings, and layer norms in float32. One warp a token.
#ifndef ANYECG_NORMS
#define ANYECG_NORMS
#include "pass.cuh"

static_assert(DIM % 16 == 0 && DIM <= 8192, "Rows are read in whole groups of 16 bytes.");

// Eight numbers as they lie in memory.
struct Eight { Sixteen part[sizeof(real) / 2]; };

DEVICE Eight take8(const real* from) {
  Eight x;
  for (int i = 0; i < (int)sizeof(real) / 2; i++) x.part[i] = ((const Sixteen*)from)[i];
  return x;
}

DEVICE void put8(real* to, const Eight& x) {
  for (int i = 0; i < (int)sizeof(real) / 2; i++) ((Sixteen*)to)[i] = x.part[i];
}

DEVICE int warp_item() { return block_index() * WARPS + thread_index() / 32; }

#ifndef WIDEST_KEPT
#define WIDEST_KEPT 2048       // 64 registers
#endif

static constexpr int ROW_FOURS = DIM / 4;
static constexpr int LANE_FOURS = (ROW_FOURS + 31) / 32;
static constexpr bool ROW_STAYS = DIM <= WIDEST_KEPT; // in registers; wider rows are loaded three times
static constexpr int ROW_UNROLL = ROW_STAYS ? LANE_FOURS : 4;

// y = (x - mean) / sqrt(variance + epsilon) weight + bias, in two passes. load(i) and store(i, y): columns 4 i to 4 i + 3.
template <class Load, class Store>
DEVICE void norm_row(const float* weight, const float* bias, Load load, Store store) {
  int lane = lane_index();
  Four kept[ROW_STAYS ? LANE_FOURS : 1];
  float sum = 0;
#pragma unroll ROW_UNROLL
  for (int t = 0; t < LANE_FOURS; t++) {
    int i = 32 * t + lane;
    Four x = i < ROW_FOURS ? load(i) : Four{};
    for (int j = 0; j < 4; j++) sum += x.value[j];
    if (ROW_STAYS) kept[t] = x;
  }
  float mean = divide(warp_sum(sum), (float)DIM);
  float squares = 0;
#pragma unroll ROW_UNROLL
  for (int t = 0; t < LANE_FOURS; t++) {
    int i = 32 * t + lane;
    if (i >= ROW_FOURS) continue;
    Four x = ROW_STAYS ? kept[t] : load(i);
    for (int j = 0; j < 4; j++) squares = fused(x.value[j] - mean, x.value[j] - mean, squares);
  }
  float scale = divide(1.0f, square_root(divide(warp_sum(squares), (float)DIM) + NORM_EPSILON));
#pragma unroll ROW_UNROLL
  for (int t = 0; t < LANE_FOURS; t++) {
    int i = 32 * t + lane;
    if (i >= ROW_FOURS) continue;
    Four x = ROW_STAYS ? kept[t] : load(i), w = load4(weight + 4 * i), b = load4(bias + 4 * i);
    for (int j = 0; j < 4; j++) x.value[j] = fused((x.value[j] - mean) * scale, w.value[j], b.value[j]);
    store(i, x);
  }
}

DEVICE void norm_token(const float* x, real* to, const float* weight, const float* bias) {
  norm_row(weight, bias, [=](int i) { return load4(x + 4 * i); }, [=](int i, const Four& y) { store4(to + 4 * i, y); });
}

// x = embedding + lead's embedding; where there is no patch, the query token takes the embedding's place.
KERNEL(add_lead) {
  int token = warp_item();
  if (token >= p.counts->tokens) return;
  float* x = p.x + token * DIM;
  const float* from = p.tokens[token].flags & READ_ONLY ? p.queryToken : x;
  const float* lead = p.leadEmbedding + p.tokens[token].lead * DIM;
  for (int i = lane_index(); i < ROW_FOURS; i += 32) {
    Four a = load4(from + 4 * i), b = load4(lead + 4 * i);
    for (int j = 0; j < 4; j++) a.value[j] += b.value[j];
    store4(x + 4 * i, a);
  }
}

KERNEL(norm1) {
  int token = warp_item();
  if (token >= p.counts->tokens) return;
  const LayerVectors& layer = p.layers[p.layer];
  norm_token(p.x + token * DIM, p.normed + token * DIM, layer.norm1Weight, layer.norm1Bias);
}

KERNEL(norm2) {
  int token = warp_item();
  if (token >= p.counts->tokens) return;
  const LayerVectors& layer = p.layers[p.layer];
  norm_token(p.x + token * DIM, p.normed + token * DIM, layer.norm2Weight, layer.norm2Bias);
}

KERNEL(final_norm) {
  int token = warp_item();
  if (token >= p.counts->tokens) return;
  norm_token(p.x + token * DIM, p.states + token * DIM, p.normWeight, p.normBias);
}

#endif
