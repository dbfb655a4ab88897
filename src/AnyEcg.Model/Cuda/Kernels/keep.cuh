// What the next second of a lead needs of this one.
#ifndef ANYECG_KEEP
#define ANYECG_KEEP
#include "norms.cuh"

// token. Nobody else writes the place of a lead: one token of a pass is its last.
KERNEL(keep) {
  int token = warp_item();
  if (token >= p.counts->tokens) return;
  const TokenMeta& meta = p.tokens[token];
  if ((meta.flags & (LAST_OF_LEAD | READ_ONLY)) != LAST_OF_LEAD) return;
  const real* steps = p.steps + token * EMBED_INPUT + STEPS * CHANNELS - TAIL;
  real* tail = p.tails + (long long)meta.leadSlot * TAIL;
  for (int i = 8 * lane_index(); i < TAIL; i += 8 * 32) put8(tail + i, take8(steps + i));
  real* state = p.lastStates + (long long)meta.leadSlot * DIM;
  for (int i = 8 * lane_index(); i < DIM; i += 8 * 32) put8(state + i, take8(p.states + token * DIM + i));
}

#endif
