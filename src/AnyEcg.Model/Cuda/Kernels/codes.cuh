// Rhythm codes of the tokenizer's output, and how little the second before expected them.
#ifndef ANYECG_CODES
#define ANYECG_CODES
#include "norms.cuh"

static_assert(CODE_DIM <= 128, "The projections of a block's tokens lie in shared memory.");

// tile32. Products run in stages of STAGE_DEPTH columns: the block puts rows of a matrix into shared memory, and a warp multiplies its 8 tokens with them,
// a lane one row in 32. A row has 9 groups of 16 bytes, one of them empty, so that lanes beside one another read other banks; a token's
// numbers are one address for the whole warp. Eight tokens and eight rows a lane: 4 loads for 64 multiplications.
static constexpr int CODE_TOKENS = 32;
static constexpr int WARP_TOKENS = CODE_TOKENS / WARPS;
static constexpr int STAGE_DEPTH = 32;
static constexpr int STAGE_FOURS = STAGE_DEPTH / 4;
static constexpr int CODE_STAGES = (CODE_DIM + STAGE_DEPTH - 1) / STAGE_DEPTH;
static constexpr int CODE_ROWS = CODE_STAGES <= 2 ? 256 : 128;     // codes at a time
static constexpr int LANE_CODES = CODE_ROWS / 32;
static constexpr int STAGE_ROWS = CODE_ROWS > CODE_TOKENS + 32 * CODE_STAGES ? CODE_ROWS : CODE_TOKENS + 32 * CODE_STAGES;

struct StageRow { Four part[STAGE_FOURS + 1]; };

static_assert(WARPS * WARP_TOKENS == CODE_TOKENS, "A warp has its share of the tokens.");
static_assert(sizeof(StageRow) * STAGE_ROWS + CODE_TOKENS * CODE_STAGES * STAGE_DEPTH * 4 <= 48 * 1024, "The shared memory of quantize.");

// Rows of a matrix [rows][WIDTH] from one column on; zeros beyond it. Ends without waiting for the block.
template <int WIDTH>
DEVICE void stage_rows(StageRow* to, int capacity, const float* from, int rows, int column) {
  for (int i = thread_index(); i < capacity * STAGE_FOURS; i += BLOCK_THREADS) {
    int row = i / STAGE_FOURS, part = i % STAGE_FOURS, first = column + 4 * part;
    Four x = {};
    if (row < rows && first < WIDTH) {
      const float* at = from + row * WIDTH + first;
      if constexpr (WIDTH % 4 == 0) x = load4(at);
      else for (int j = 0; j < 4; j++) x.value[j] = first + j < WIDTH ? at[j] : 0.0f;
    }
    to[row].part[part] = x;
  }
}

// sums[t][j] += token t * row (lane + 32 j), column by column. `stride` is in groups of four.
template <int N>
DEVICE void multiply_stage(const StageRow* rows, const Four* tokens, int stride, float sums[WARP_TOKENS][N]) {
  int lane = lane_index();
#pragma unroll 1
  for (int part = 0; part < STAGE_FOURS; part++) {
    Four row[N];
#pragma unroll
    for (int j = 0; j < N; j++) row[j] = rows[lane + 32 * j].part[part];
#pragma unroll
    for (int t = 0; t < WARP_TOKENS; t++) {
      Four token = tokens[t * stride + part];
#pragma unroll
      for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int j = 0; j < N; j++) sums[t][j] = fused(token.value[i], row[j].value[i], sums[t][j]);
      }
    }
  }
}

// The index of the code with the greatest product with the token's projection; of equals the first.
KERNEL(quantize) {
  SHARED StageRow stage[STAGE_ROWS];
  SHARED Four projected[CODE_TOKENS][CODE_STAGES * STAGE_FOURS];
  int block = block_index() * CODE_TOKENS, here = p.counts->tokens - block, lane = lane_index();
  if (here <= 0) return;
  int own = thread_index() / 32 * WARP_TOKENS;    // the warp's first token
  bool works = own < here;
  float columns[WARP_TOKENS][CODE_STAGES];
#pragma unroll
  for (int t = 0; t < WARP_TOKENS; t++) {
#pragma unroll
    for (int j = 0; j < CODE_STAGES; j++) columns[t][j] = lane + 32 * j < CODE_DIM ? p.projectionBias[lane + 32 * j] : 0.0f;
  }
#pragma unroll 1
  for (int column = 0; column < DIM; column += STAGE_DEPTH) {
    stage_rows<DIM>(stage, CODE_TOKENS, p.x + block * DIM, here < CODE_TOKENS ? here : CODE_TOKENS, column);
    stage_rows<DIM>(stage + CODE_TOKENS, 32 * CODE_STAGES, p.projection, CODE_DIM, column);
    block_sync();
    if (works) multiply_stage<CODE_STAGES>(stage + CODE_TOKENS, stage[own].part, STAGE_FOURS + 1, columns);
    block_sync();
  }
#pragma unroll
  for (int t = 0; t < WARP_TOKENS; t++) {
#pragma unroll
    for (int j = 0; j < CODE_STAGES; j++) ((float*)projected[own + t])[lane + 32 * j] = columns[t][j];
  }
  float best[WARP_TOKENS];
  int code[WARP_TOKENS];
#pragma unroll
  for (int t = 0; t < WARP_TOKENS; t++) { best[t] = float_of(0xff800000u); code[t] = 0; }
#pragma unroll 1
  for (int first = 0; first < CODES; first += CODE_ROWS) {
    float products[WARP_TOKENS][LANE_CODES] = {};
#pragma unroll 1
    for (int part = 0; part < CODE_STAGES; part++) {
      stage_rows<CODE_DIM>(stage, CODE_ROWS, p.codes + first * CODE_DIM, CODES - first, part * STAGE_DEPTH);
      block_sync();
      if (works) multiply_stage<LANE_CODES>(stage, projected[own] + part * STAGE_FOURS, CODE_STAGES * STAGE_FOURS, products);
      block_sync();
    }
#pragma unroll
    for (int j = 0; j < LANE_CODES; j++) {
      int index = first + lane + 32 * j;
#pragma unroll
      for (int t = 0; t < WARP_TOKENS; t++) {
        if (index < CODES && products[t][j] > best[t]) { best[t] = products[t][j]; code[t] = index; }
      }
    }
  }
#pragma unroll
  for (int t = 0; t < WARP_TOKENS; t++) {
    for (int mask = 16; mask > 0; mask /= 2) {
      float other = shuffle_xor(best[t], mask);
      int index = shuffle_xor(code[t], mask);
      if (other > best[t] || (other == best[t] && index < code[t])) { best[t] = other; code[t] = index; }
    }
    if (lane == 0 && own + t < here) p.code[block + own + t] = code[t];
  }
}

// token: the final state of the second before, from this pass or the last one; zeros where its lead was absent.
KERNEL(gather_before) {
  int token = warp_item();
  if (token >= p.counts->tokens) return;
  const TokenMeta& meta = p.tokens[token];
  const real* from = meta.before >= 0 ? p.states + meta.before * DIM : p.lastStates + (long long)meta.leadSlot * DIM;
  real* to = p.before + token * DIM;
  for (int i = 8 * lane_index(); i < DIM; i += 8 * 32) {
    Eight x = {};
    if (meta.flags & HAS_BEFORE) x = take8(from + i);
    put8(to + i, x);
  }
}

// token: -ln softmax(logits of the second before)[code], in one pass over the logits: each lane has a maximum so far and the sum that goes with it.
KERNEL(surprise) {
  int token = warp_item();
  if (token >= p.counts->tokens) return;
  const float* logits = p.nextLogits + (long long)token * CODES_OUTPUT;
  int lane = lane_index();
  float most = -3e38f, sum = 0;                   // finite: a lane that has no logit yet takes part with nothing
  for (int first = 0; first < CODES; first += 4 * 4 * 32) {
    Four x[4];
    float higher = most;
#pragma unroll
    for (int t = 0; t < 4; t++) {
      int i = first + 4 * (32 * t + lane);
      x[t] = i < CODES ? load4(logits + i) : Four{};
#pragma unroll
      for (int j = 0; j < 4; j++) {
        if (i + j >= CODES) x[t].value[j] = float_of(0xff800000u);
        higher = maximum(higher, x[t].value[j]);
      }
    }
    sum *= exponential(most - higher);
#pragma unroll
    for (int t = 0; t < 4; t++) {
#pragma unroll
      for (int j = 0; j < 4; j++) sum += exponential(x[t].value[j] - higher);
    }
    most = higher;
  }
  float higher = warp_max(most);
  sum = warp_sum(sum * exponential(most - higher));
  bool before = p.tokens[token].flags & HAS_BEFORE;
  if (lane == 0) p.surprise[token] = before ? higher + logarithm(sum) - logits[p.code[token]] : 0.0f;
}

#endif
