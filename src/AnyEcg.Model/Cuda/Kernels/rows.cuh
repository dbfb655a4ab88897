// The heads of a second and of the epoch so far, but for their products. One warp a row.
#ifndef ANYECG_ROWS
#define ANYECG_ROWS
#include "norms.cuh"

// r = norm(mean of the final states over the leads present), beside the context features and zeros: the input of the row's hidden layer.
KERNEL(pool) {
  int row = warp_item();
  if (row >= p.counts->rows) return;
  const TokenMeta* tokens = p.tokens;
  const real* states = p.states;
  int start = p.rows[row].tokenStart, end = p.rows[row].tokenEnd, present = 0;
  for (int t = start; t < end; t++) present += tokens[t].flags & READ_ONLY ? 0 : 1;
  float share = divide(1.0f, (float)(present > 0 ? present : 1));
  real* to = p.rowInput + row * ROW_INPUT;
  norm_row(p.poolWeight, p.poolBias, [=](int i) {
    Four sum = {};
    for (int t = start; t < end; t++) {
      if (tokens[t].flags & READ_ONLY) continue;
      Four x = load4(states + t * DIM + 4 * i);
      for (int j = 0; j < 4; j++) sum.value[j] += x.value[j];
    }
    for (int j = 0; j < 4; j++) sum.value[j] *= share;
    return sum;
  }, [=](int i, const Four& y) { store4(to + 4 * i, y); });
  for (int i = DIM + lane_index(); i < ROW_INPUT; i += 32) {
    to[i] = to_real(i < DIM + CONTEXT ? p.context[row * CONTEXT_STRIDE + i - DIM] : 0.0f);
  }
}

// The rows of a slot one after the other, by the warp of the first one; a lane has the same columns throughout. Sums in double and maxima
// reach back to the start of the epoch; its first second (epochSeconds 1) reads nothing of what lies there, so a slot that is
// opened or reset needs no work here.
KERNEL(epoch) {
  int first = warp_item();
  if (first >= p.counts->rows || !p.rows[first].firstOfSlot) return;
  long long slot = p.rows[first].slot;
  bool fresh = p.rows[first].epochSeconds == 1;
  double* sums = p.sums + slot * (ROW_HIDDEN + DIM);
  float* maxima = p.maxima + slot * ROW_HIDDEN;
  for (int i = lane_index(); i < ROW_HIDDEN; i += 32) {
    double sum = fresh ? 0 : sums[i];
    float most = fresh ? float_of(0xff800000u) : maxima[i];
    for (int row = first; row >= 0; row = p.rows[row].nextRow) {
      float g = p.g[row * ROW_HIDDEN + i];
      real* to = p.epochInput + row * EPOCH_INPUT + i;
      sum += g;
      most = maximum(most, g);
      to[0] = to_real((float)(sum * (1.0 / p.rows[row].epochSeconds)));
      to[ROW_HIDDEN] = to_real(most);
      p.gReal[row * ROW_HIDDEN + i] = to_real(g);
    }
    sums[i] = sum;
    maxima[i] = most;
  }
  for (int i = lane_index(); i < DIM; i += 32) {
    double sum = fresh ? 0 : sums[ROW_HIDDEN + i];
    for (int row = first; row >= 0; row = p.rows[row].nextRow) {
      sum += to_float(p.rowInput[row * ROW_INPUT + i]);
      p.epochInput[row * EPOCH_INPUT + 2 * ROW_HIDDEN + i] = to_real((float)(sum * (1.0 / p.rows[row].epochSeconds)));
    }
    sums[ROW_HIDDEN + i] = sum;
  }
}

// Softmax over the first `count` lanes, 32 at most. Every lane must come here.
DEVICE float lane_softmax(float x, int count) {
  bool counts = lane_index() < count;
  float most = warp_max(counts ? x : float_of(0xff800000u));
  float share = counts ? exponential(x - most) : 0.0f;
  return divide(share, warp_sum(share));
}

KERNEL(row_scores) {
  int row = warp_item();
  if (row >= p.counts->rows) return;
  int lane = lane_index();
  const float* second = p.rowLogits + row * ROW_OUTPUT;
  const float* record = p.recordLogits + row * RECORD_OUTPUT;
  float x = second[lane < ROW_OUTPUT ? lane : 0];
  float rhythm = lane_softmax(x, RHYTHMS);
  float strip = lane_softmax(record[ARRHYTHMIA + 1 + (lane < STRIPS ? lane : 0)], STRIPS);
  if (lane < RHYTHMS) p.rhythm[row * RHYTHMS + lane] = rhythm;
  if (lane < STRIPS) p.strip[row * STRIPS + lane] = strip;
  if (lane == RHYTHMS) p.anomaly[row] = sigmoid(x);
  for (int i = lane; i < ARRHYTHMIA; i += 32) p.arrhythmia[row * ARRHYTHMIA + i] = sigmoid(record[i]);
  if (lane == 0) p.recordAnomaly[row] = sigmoid(record[ARRHYTHMIA]);
}

#endif
