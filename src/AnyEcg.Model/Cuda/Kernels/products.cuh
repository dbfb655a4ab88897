// Small products of one warp: rows in shared memory (any stride, overlapping ones as well: a convolution's) times packed weights, sums in registers.
// A tile is 16 rows x 16 outputs. With g = lane / 4 and t = lane % 4 a lane owns the outputs 4 t .. 4 t + 3 of the rows g and g + 8.
//
// Packed (TileWeights.cs): blocks of 16 outputs x 16 inputs, all inputs of 16 outputs before the next; in a block eight numbers a lane: with
// column g the outputs 4 (g / 2) + g % 2 and 2 more, of each the inputs 4 t .. 4 t + 3. The hardware's fragment pairs column 2 t with 2 t + 1 and input
// 2 t with 2 t + 8; which of ours stands there is free as long as rows and weights agree. So a block is one 16-byte load, all lanes in one piece
// (conflict-free straight from the first cache, where all warps of a multiprocessor find it: nothing is staged), a row's share is one 8-byte
// load, and what a lane owns is stored in 8 bytes.
#ifndef ANYECG_PRODUCTS
#define ANYECG_PRODUCTS
#include "pass.cuh"

#define SIDE 16
#define BLOCK_NUMBERS (SIDE * SIDE)

struct Tile { float at[8]; };                    // [row g, row g + 8][output 4 t ..]

DEVICE int group_of_lane() { return lane_index() / 4; }
DEVICE int place_in_group() { return thread_index() % 4; }

DEVICE void clear16(real* to) { *(Sixteen*)to = Sixteen{{0, 0, 0, 0}}; }

// A row's distance in shared memory, for rows of n numbers: an odd number of 32-byte pieces, so that the 8-byte loads and stores of four rows
// by half a warp touch every bank once.
#define ROW_STRIDE(n) (FULL || (n) / SIDE % 2 ? (n) : (n) + SIDE)

// Blocks of outputs summed at once: as many as leave a lane registers for two to four warps a scheduler.
#define BLOCKS_AT_ONCE(n) ((n) % 4 == 0 ? 4 : (n) % 3 == 0 ? 3 : (n) % 2 == 0 ? 2 : 1)

// Sixteen inputs of the rows g and g + 8.
#if FULL
struct Inputs { const real *low, *high; };
#else
struct Inputs { uint32 word[4]; };
#endif

// ALIGNED: both addresses are multiples of 8 bytes. Otherwise of 4.
template <bool ALIGNED> DEVICE Inputs inputs_at(const real* low, const real* high) {
#if FULL
  return Inputs{low, high};
#else
  low += 4 * place_in_group();
  high += 4 * place_in_group();
  if (ALIGNED) {
    Eighth a = *(const Eighth*)low, b = *(const Eighth*)high;
    return Inputs{{a.word[0], b.word[0], a.word[1], b.word[1]}};
  }
  return Inputs{{((const uint32*)low)[0], ((const uint32*)high)[0], ((const uint32*)low)[1], ((const uint32*)high)[1]}};
#endif
}

// One block of weights, as the lanes hold it.
#if FULL
struct Weights { const real* block; };
DEVICE Weights weights_at(const real* block) { return Weights{block}; }
#else
DEVICE Sixteen weights_at(const real* block) { return ((const Sixteen*)block)[lane_index()]; }
#endif

#if FULL
DEVICE void multiply(Tile& y, const Inputs& x, const Weights& weights) {
  for (int input = 0; input < SIDE; input += 4) {
#pragma unroll
    for (int output = 0; output < 4; output++) {
      int lane = (2 * place_in_group() + output % 2) * 4 + input / 4;
      const real* w = weights.block + lane * 8 + output / 2 * 4;
      for (int i = 0; i < 4; i++) {
        y.at[output] = fused(x.low[input + i].value, w[i].value, y.at[output]);
        y.at[4 + output] = fused(x.high[input + i].value, w[i].value, y.at[4 + output]);
      }
    }
  }
}
#else
DEVICE void multiply(Tile& y, const Inputs& x, const Sixteen& weights) {
#pragma unroll
  for (int half = 0; half < 2; half++) {
    float d[4] = {y.at[2 * half], y.at[2 * half + 1], y.at[4 + 2 * half], y.at[5 + 2 * half]};
    multiply_tile(d, x.word, weights.word + 2 * half);
    y.at[2 * half] = d[0];
    y.at[2 * half + 1] = d[1];
    y.at[4 + 2 * half] = d[2];
    y.at[5 + 2 * half] = d[3];
  }
}
#endif

// The outputs of a block begin at their biases.
DEVICE Tile tile_of(const float* bias) {
  Four b = load4(bias + 4 * place_in_group());
  return Tile{{b.value[0], b.value[1], b.value[2], b.value[3], b.value[0], b.value[1], b.value[2], b.value[3]}};
}

// What a lane owns of a tile's row g, or g + 8.
DEVICE Four share_of(const Tile& y, int upper) { return Four{{y.at[4 * upper], y.at[4 * upper + 1], y.at[4 * upper + 2], y.at[4 * upper + 3]}}; }

// y[i][j], rows 16 i .. and outputs 16 j ..: = bias + rows x weights, 32 rows x 16 BLOCKS outputs. Row r begins at x + r STRIDE and takes WIDTH numbers from each of
// TAPS neighbours in a row; weights: packed, 16 BLOCKS outputs of TAPS WIDTH inputs.
template <int BLOCKS, int TAPS, int WIDTH, int STRIDE>
DEVICE void multiply_rows(Tile (&y)[2][BLOCKS], const real* x, const real* weights, const float* bias) {
  static_assert(WIDTH % SIDE == 0, "inputs come sixteen at a time");
  constexpr int Steps = TAPS * WIDTH / SIDE;
  [[maybe_unused]] constexpr int Unroll = Steps <= 16 ? Steps : 4;
  constexpr bool Aligned = STRIDE % 4 == 0;
#pragma unroll
  for (int j = 0; j < BLOCKS; j++) y[0][j] = y[1][j] = tile_of(bias + j * SIDE);
  x += group_of_lane() * STRIDE;
#pragma unroll Unroll
  for (int step = 0; step < Steps; step++) {
    const real* inputs = x + step / (WIDTH / SIDE) * STRIDE + step % (WIDTH / SIDE) * SIDE;
    Inputs first = inputs_at<Aligned>(inputs, inputs + 8 * STRIDE);
    Inputs second = inputs_at<Aligned>(inputs + 16 * STRIDE, inputs + 24 * STRIDE);
#pragma unroll
    for (int j = 0; j < BLOCKS; j++) {
      auto w = weights_at(weights + (j * Steps + step) * BLOCK_NUMBERS);
      multiply(y[0][j], first, w);
      multiply(y[1][j], second, w);
    }
  }
}

#endif
