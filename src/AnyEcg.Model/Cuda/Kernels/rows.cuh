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
// opened or reset needs no work here. What four columns, or four rows, need is asked for together: a warp waits for little else.
static constexpr int EPOCH_PARTS = 4;

// Of one column and row: what the record heads read. The sum and the maximum go on.
DEVICE void pool_hidden(const Pass& p, int row, int column, double share, float g, double& sum, float& most) {
  real* to = p.epochInput + row * EPOCH_INPUT + column;
  sum += g;
  most = maximum(most, g);
  to[0] = to_real((float)(sum * share));
  to[ROW_HIDDEN] = to_real(most);
  p.gReal[row * ROW_HIDDEN + column] = to_real(g);
}

DEVICE void pool_state(const Pass& p, int row, int column, double share, real r, double& sum) {
  sum += to_float(r);
  p.epochInput[row * EPOCH_INPUT + 2 * ROW_HIDDEN + column] = to_real((float)(sum * share));
}

// A slot's only row of the pass.
DEVICE void pool_row(const Pass& p, int row, bool fresh, double* sums, float* maxima) {
  double share = 1.0 / p.rows[row].epochSeconds;
#pragma unroll 1
  for (int first = lane_index(); first < ROW_HIDDEN; first += 32 * EPOCH_PARTS) {
    double sum[EPOCH_PARTS];
    float most[EPOCH_PARTS], g[EPOCH_PARTS];
#pragma unroll
    for (int n = 0; n < EPOCH_PARTS; n++) {
      int i = first + 32 * n;
      bool inside = i < ROW_HIDDEN, known = inside && !fresh;
      g[n] = inside ? p.g[row * ROW_HIDDEN + i] : 0.0f;
      sum[n] = known ? sums[i] : 0.0;
      most[n] = known ? maxima[i] : float_of(0xff800000u);
    }
#pragma unroll
    for (int n = 0; n < EPOCH_PARTS; n++) {
      int i = first + 32 * n;
      if (i >= ROW_HIDDEN) continue;
      pool_hidden(p, row, i, share, g[n], sum[n], most[n]);
      sums[i] = sum[n];
      maxima[i] = most[n];
    }
  }
#pragma unroll 1
  for (int first = lane_index(); first < DIM; first += 32 * EPOCH_PARTS) {
    double sum[EPOCH_PARTS];
    real r[EPOCH_PARTS];
#pragma unroll
    for (int n = 0; n < EPOCH_PARTS; n++) {
      int i = first + 32 * n;
      r[n] = p.rowInput[row * ROW_INPUT + (i < DIM ? i : 0)];
      sum[n] = i < DIM && !fresh ? sums[ROW_HIDDEN + i] : 0.0;
    }
#pragma unroll
    for (int n = 0; n < EPOCH_PARTS; n++) {
      int i = first + 32 * n;
      if (i >= DIM) continue;
      pool_state(p, row, i, share, r[n], sum[n]);
      sums[ROW_HIDDEN + i] = sum[n];
    }
  }
}

// Some rows of a slot that follow one another; -1 where there are no more.
DEVICE void pool_rows(const Pass& p, const int (&rows)[EPOCH_PARTS], bool fresh, double* sums, float* maxima) {
  double shares[EPOCH_PARTS];
#pragma unroll
  for (int n = 0; n < EPOCH_PARTS; n++) shares[n] = rows[n] < 0 ? 0.0 : 1.0 / p.rows[rows[n]].epochSeconds;
#pragma unroll 1
  for (int i = lane_index(); i < ROW_HIDDEN; i += 32) {
    double sum = fresh ? 0.0 : sums[i];
    float g[EPOCH_PARTS], most = fresh ? float_of(0xff800000u) : maxima[i];
#pragma unroll
    for (int n = 0; n < EPOCH_PARTS; n++) g[n] = rows[n] < 0 ? 0.0f : p.g[rows[n] * ROW_HIDDEN + i];
#pragma unroll
    for (int n = 0; n < EPOCH_PARTS; n++) {
      if (rows[n] >= 0) pool_hidden(p, rows[n], i, shares[n], g[n], sum, most);
    }
    sums[i] = sum;
    maxima[i] = most;
  }
#pragma unroll 1
  for (int i = lane_index(); i < DIM; i += 32) {
    double sum = fresh ? 0.0 : sums[ROW_HIDDEN + i];
    real r[EPOCH_PARTS];
#pragma unroll
    for (int n = 0; n < EPOCH_PARTS; n++) r[n] = p.rowInput[(rows[n] < 0 ? rows[0] : rows[n]) * ROW_INPUT + i];
#pragma unroll
    for (int n = 0; n < EPOCH_PARTS; n++) {
      if (rows[n] >= 0) pool_state(p, rows[n], i, shares[n], r[n], sum);
    }
    sums[ROW_HIDDEN + i] = sum;
  }
}

KERNEL(epoch) {
  int next = warp_item();
  if (next >= p.counts->rows || !p.rows[next].firstOfSlot) return;
  long long slot = p.rows[next].slot;
  bool fresh = p.rows[next].epochSeconds == 1;
  double* sums = p.sums + slot * (ROW_HIDDEN + DIM);
  float* maxima = p.maxima + slot * ROW_HIDDEN;
  if (p.rows[next].nextRow < 0) {
    pool_row(p, next, fresh, sums, maxima);
    return;
  }
  for (; next >= 0; fresh = false) {
    int rows[EPOCH_PARTS];
#pragma unroll
    for (int n = 0; n < EPOCH_PARTS; n++) {
      rows[n] = next;
      if (next >= 0) next = p.rows[next].nextRow;
    }
    pool_rows(p, rows, fresh, sums, maxima);
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
