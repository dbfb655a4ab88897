// The 300 samples of an absent lead from the final state of its read-only token. The four tokens of a block are rows of one tile (read-only or
// not: the others' results are dropped), and each warp takes a quarter of the outputs: the weights, 600 D bytes, are read once for the block.
#ifndef ANYECG_RECONSTRUCT
#define ANYECG_RECONSTRUCT
#include "products.cuh"

#define SAMPLE_BLOCKS ((PATCH + SIDE - 1) / SIDE)
#define SAMPLE_BLOCKS_OF_WARP ((SAMPLE_BLOCKS + WARPS - 1) / WARPS)
static_assert(WARPS <= 8, "the tokens of a block are rows of one tile");

KERNEL(reconstruct) {
  int first = block_index() * WARPS, count = p.counts->tokens;
  bool wanted = false;
  for (int i = 0; i < WARPS; i++) wanted = wanted || (first + i < count && (p.tokens[first + i].flags & READ_ONLY));
  if (!wanted) return;

  // The rows of the tile that are no token repeat one: nothing but tokens is read.
  int token = first + group_of_lane() % WARPS, row = token < count ? token : first;
  const real* state = p.states + row * DIM;
  int block = thread_index() / 32 * SAMPLE_BLOCKS_OF_WARP;
  Tile y[SAMPLE_BLOCKS_OF_WARP];
  const real* weights[SAMPLE_BLOCKS_OF_WARP];
#pragma unroll
  for (int j = 0; j < SAMPLE_BLOCKS_OF_WARP; j++) {
    int own = block + j < SAMPLE_BLOCKS ? block + j : SAMPLE_BLOCKS - 1;
    y[j] = tile_of(p.reconstructionBias + own * SIDE);
    weights[j] = p.reconstruction + own * SIDE * DIM;
  }
#pragma unroll 2
  for (int step = 0; step < DIM / SIDE; step++) {
    Inputs x = inputs_at<true>(state + step * SIDE, state + step * SIDE);
#pragma unroll
    for (int j = 0; j < SAMPLE_BLOCKS_OF_WARP; j++) multiply(y[j], x, weights_at(weights[j] + step * BLOCK_NUMBERS));
  }

  if (group_of_lane() >= WARPS || token >= count || !(p.tokens[token].flags & READ_ONLY)) return;
#pragma unroll
  for (int j = 0; j < SAMPLE_BLOCKS_OF_WARP; j++) {
    int sample = (block + j) * SIDE + 4 * place_in_group();
    if (sample < PATCH) store4(p.reconstructed + (long long)token * PATCH + sample, share_of(y[j], 0));
  }
}

#endif
