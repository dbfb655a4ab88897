// Beats of a token's second: 30 bins, a warp a token. A bin sees the convolution steps 12 before it to itself, and the context that the token's final
// state gave it. 192 tile products of 4,096 numbers and 90 activations a lane for 3.2 KB read and written: about even between the tensor cores, the units
// of 2^x and 1/x, and shared memory; a quarter of a millisecond for 100,000 tokens by count.
#ifndef ANYECG_BEATS
#define ANYECG_BEATS
#include "products.cuh"

#define BEAT_FEATURES (BEAT_CHANNELS + BEAT_CONTEXT)
#define BEFORE_STEPS (BEAT_KERNEL - 1)
#define WINDOW_ROWS (32 + BEFORE_STEPS)            // of the second before, 30 own, two of zeros for bins 30 and 31 that nobody reads
#define WINDOW_STRIDE ROW_STRIDE(CHANNELS)
#define FEATURE_STRIDE ROW_STRIDE(BEAT_FEATURES)
#define HIDDEN_STRIDE ROW_STRIDE(BEAT_HIDDEN)
#define LOGIT_STRIDE 12                            // floats from a bin's seven logits to the next one's: 16-byte loads of 8 bins touch every bank once
#define BEAT_FLOATS (STEPS * BEAT_CLASSES)

static_assert(BEAT_CHANNELS % SIDE == 0 && BEAT_CONTEXT % SIDE == 0 && BEAT_HIDDEN % SIDE == 0, "the sizes of the beat head must be multiples of 16");

// Where the hidden layer fits in a lane's registers it takes the place of the features.
#define HIDDEN_IN_PLACE (BEAT_HIDDEN <= 64)

struct alignas(16) BeatMemory {
  union {
    real window[WINDOW_ROWS * WINDOW_STRIDE];
    float logits[32 * LOGIT_STRIDE];
    float classes[BEAT_FLOATS];
  };
  real features[32 * (HIDDEN_IN_PLACE && HIDDEN_STRIDE > FEATURE_STRIDE ? HIDDEN_STRIDE : FEATURE_STRIDE)];
  real hidden[HIDDEN_IN_PLACE ? 8 : 32 * HIDDEN_STRIDE];
};

// Warps of a block at work at once: as many as find room in its 48 KB.
#define BEAT_WARPS (WARPS * (int)sizeof(BeatMemory) <= 48 * 1024 ? WARPS : 2 * (int)sizeof(BeatMemory) <= 48 * 1024 ? 2 : 1)
static_assert(sizeof(BeatMemory) <= 48 * 1024, "CHANNELS, BEAT_CHANNELS + BEAT_CONTEXT and BEAT_HIDDEN are too large for the shared memory of a block");

// Rows of steps, 12 of the second before and 30 own, and zeros; GELU of the bins' contexts beside the local features.
DEVICE void take_window(const Pass& p, int token, BeatMemory& memory) {
  constexpr int Numbers = 16 / sizeof(real), Chunks = CHANNELS / Numbers, All = WINDOW_ROWS * Chunks;
  int lane = lane_index();
  const TokenMeta& meta = p.tokens[token];
  bool any = meta.flags & HAS_BEFORE;
  const real* own = p.steps + token * EMBED_INPUT;
  const real* before = any && meta.before >= 0 ? p.steps + meta.before * EMBED_INPUT + (STEPS - BEFORE_STEPS) * CHANNELS
                                               : p.tails + (long long)meta.leadSlot * TAIL;
#pragma unroll
  for (int i = 0; i < (All + 31) / 32; i++) {
    int chunk = lane + 32 * i, row = chunk / Chunks, at = chunk * Numbers;
    bool there = row < BEFORE_STEPS ? any : row < BEFORE_STEPS + STEPS;
    Sixteen x = *(const Sixteen*)(!there ? own : row < BEFORE_STEPS ? before + at : own + at - TAIL);
#pragma unroll
    for (int k = 0; k < 4; k++) x.word[k] = there ? x.word[k] : 0;
    if (chunk < All) *(Sixteen*)(memory.window + row * WINDOW_STRIDE + at % CHANNELS) = x;
  }

  const real* contexts = p.beatContext + (long long)token * STEPS * BEAT_CONTEXT;
#pragma unroll
  for (int i = 0; i < BEAT_CONTEXT / 8; i++) {
    int chunk = lane + 32 * i, bin = chunk / (BEAT_CONTEXT / 8);
    float x[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    if (bin < STEPS) load8(contexts + chunk * 8, x);
#pragma unroll
    for (int k = 0; k < 8; k++) x[k] = gelu(x[k]);
    store8(memory.features + bin * FEATURE_STRIDE + BEAT_CHANNELS + chunk * 8 % BEAT_CONTEXT, x);
  }
}

// GELU of 32 rows to shared memory.
template <int BLOCKS> DEVICE void store_gelu(const Tile (&y)[2][BLOCKS], real* to, int stride) {
#pragma unroll
  for (int i = 0; i < 4; i++) {
#pragma unroll
    for (int j = 0; j < BLOCKS; j++) {
      Four out;
#pragma unroll
      for (int q = 0; q < 4; q++) out.value[q] = gelu(y[i / 2][j].at[i % 2 * 4 + q]);
      store4(to + (group_of_lane() + 8 * i) * stride + j * SIDE + 4 * place_in_group(), out);
    }
  }
}

DEVICE void score_local(const Pass& p, BeatMemory& memory) {
  constexpr int Blocks = BLOCKS_AT_ONCE(BEAT_CHANNELS / SIDE), Width = BEAT_KERNEL * CHANNELS;
#pragma unroll 1
  for (int first = 0; first < BEAT_CHANNELS; first += Blocks * SIDE) {
    Tile y[2][Blocks];
    multiply_rows<Blocks, BEAT_KERNEL, CHANNELS, WINDOW_STRIDE>(y, memory.window, p.beatLocal + first * Width, p.beatLocalBias + first);
    store_gelu(y, memory.features + first, FEATURE_STRIDE);
  }
  warp_sync();
}

// Returns where the hidden layer of the bins lies.
DEVICE const real* score_hidden(const Pass& p, BeatMemory& memory) {
  constexpr int Blocks = HIDDEN_IN_PLACE ? BEAT_HIDDEN / SIDE : BLOCKS_AT_ONCE(BEAT_HIDDEN / SIDE);
  real* to = HIDDEN_IN_PLACE ? memory.features : memory.hidden;
#pragma unroll 1
  for (int first = 0; first < BEAT_HIDDEN; first += Blocks * SIDE) {
    Tile y[2][Blocks];
    multiply_rows<Blocks, 1, BEAT_FEATURES, FEATURE_STRIDE>(y, memory.features, p.beatHidden + first * BEAT_FEATURES, p.beatHiddenBias + first);
    if (HIDDEN_IN_PLACE) warp_sync();
    store_gelu(y, to + first, HIDDEN_STRIDE);
  }
  warp_sync();
  return to;
}

// Softmax over the classes and the logistic function of the offset, a lane a bin; the classes leave by way of shared memory, 16 bytes at a time.
DEVICE void write_beats(const Pass& p, int token, BeatMemory& memory) {
  int lane = lane_index();
  Four low = load4(memory.logits + lane * LOGIT_STRIDE), high = load4(memory.logits + lane * LOGIT_STRIDE + 4);
  warp_sync();
  float highest = maximum(maximum(maximum(low.value[0], low.value[1]), maximum(low.value[2], low.value[3])), maximum(high.value[0], high.value[1]));
  float e[BEAT_CLASSES], sum = 0;
#pragma unroll
  for (int i = 0; i < BEAT_CLASSES; i++) {
    e[i] = exponential((i < 4 ? low.value[i % 4] : high.value[i % 4]) - highest);
    sum += e[i];
  }
  float share = reciprocal(sum);
  if (lane < STEPS) {
#pragma unroll
    for (int i = 0; i < BEAT_CLASSES; i++) memory.classes[lane * BEAT_CLASSES + i] = e[i] * share;
    p.beatOffset[token * STEPS + lane] = sigmoid(high.value[2]);
  }
  warp_sync();
  for (int i = lane; i < BEAT_FLOATS / 4; i += 32) ((Four*)(p.beats + (long long)token * BEAT_FLOATS))[i] = ((const Four*)memory.classes)[i];
}

DEVICE void score_beats(const Pass& p, int token, BeatMemory& memory) {
  take_window(p, token, memory);
  warp_sync();
  score_local(p, memory);
  const real* hidden = score_hidden(p, memory);
  Tile y[2][1];
  multiply_rows<1, 1, BEAT_HIDDEN, HIDDEN_STRIDE>(y, hidden, p.beatOutput, p.beatOutputBias);
  if (place_in_group() < 2) {
#pragma unroll
    for (int i = 0; i < 4; i++) store4(memory.logits + (group_of_lane() + 8 * i) * LOGIT_STRIDE + 4 * place_in_group(), share_of(y[i / 2][0], i % 2));
  }
  warp_sync();
  write_beats(p, token, memory);
}

KERNEL(beats) {
  SHARED BeatMemory memory[BEAT_WARPS];
  int warp = thread_index() / 32, token = block_index() * WARPS + warp;
  bool scored = token < p.counts->tokens && !(p.tokens[token].flags & READ_ONLY);
  for (int turn = 0; turn < WARPS; turn += BEAT_WARPS) {
    if (scored && warp / BEAT_WARPS * BEAT_WARPS == turn) score_beats(p, token, memory[warp % BEAT_WARPS]);
    if (BEAT_WARPS < WARPS) block_sync();
  }
}

#endif
