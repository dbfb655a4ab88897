// What a kernel is given: one pass of the network over some rows (a second of a stream each) and their tokens (a lead of a second each).
// Mirrored by Pass.cs, field by field; every field is 8 bytes but the last four.
// Sizes are macros that the host defines: DIM, HEADS, HEAD_DIM, LAYERS, TOKENIZER_LAYERS, WINDOW, CHANNELS, GROUPS, CODES, CODE_DIM, MLP,
// ROW_HIDDEN, CONTEXT (features read), CONTEXT_STRIDE (features in memory), BEAT_CHANNELS, BEAT_CONTEXT, BEAT_HIDDEN, ARRHYTHMIA, FULL, BLOCK_THREADS.
#ifndef ANYECG_PASS
#define ANYECG_PASS
#include "numbers.cuh"

#define PATCH 300
#define STEPS 30
#define LEAD_NAMES 15
#define BEAT_KERNEL 13
#define BEAT_CLASSES 6
#define RHYTHMS 9
#define STRIPS 4
#define WARPS (BLOCK_THREADS / 32)

#define UP8(n) (((n) + 7) / 8 * 8)
#define TAIL ((BEAT_KERNEL - 1) * CHANNELS)        // numbers of a second that the next second's beat window needs
#define EMBED_INPUT UP8(STEPS * CHANNELS + 2)      // steps [30][C], log RMS, peak-to-peak, zeros
#define ROW_INPUT UP8(DIM + CONTEXT)               // pooled state, context features, zeros
#define EPOCH_INPUT (2 * ROW_HIDDEN + DIM)         // mean of g, maximum of g, mean of r
#define ROW_OUTPUT 16                              // rhythm [9], anomaly, zeros
#define RECORD_OUTPUT UP8(ARRHYTHMIA + 1 + STRIPS) // arrhythmia, anomaly of the record, strip, zeros
#define CODES_OUTPUT UP8(CODES)
#define PRESENCE_WORDS ((WINDOW + 63) / 64)

// Kernels of a token or row ask these before they touch anything: a grid is as large as its bucket, not as its pass.
struct Counts { int rows; int tokens; int unused0; int unused1; };

struct RowMeta {
  long long second;
  int slot;
  int tokenStart, tokenEnd;   // of this pass
  int crossStart, crossEnd;   // in Pass.cross; none for streams of one lead
  int epochSeconds;           // seconds of the epoch that are pooled, this one included
  int nextRow;                // the slot's next row in this pass, or -1
  int firstOfSlot;            // 1: no row of this slot stands before it in this pass
  int unused0, unused1;
};

#define READ_ONLY 1           // reconstructs an absent lead: nobody sees it, it changes nothing
#define LAST_OF_LEAD 2        // no later token of its lead in this pass: it leaves its tail and its state
#define HAS_BEFORE 4          // its lead was present in the second before
#define STORED 8              // its key and value go to the rings: not read-only, and no later token of this pass takes their place

struct TokenMeta {
  int row;
  int leadSlot;               // whose ring, tail and last state are its lead's
  int lead;                   // row of the lead embedding
  int leadIndex;              // within the stream
  int flags;
  int before;                 // with HAS_BEFORE: the token of the second before in this pass, or -1: what its lead left behind
  int ownStart, ownCount;     // in Pass.order: earlier tokens of its lead in this pass that it sees, ascending
};

// A key of another lead, for all tokens of a row but those of this lead. source >= 0: a token of this pass; < 0: lead slot ~source,
// the ring's second before.
struct CrossKey { int leadIndex; int source; };

struct LayerVectors {         // float
  const float *norm1Weight, *norm1Bias, *norm2Weight, *norm2Bias;
  const float *queryWeight, *queryBias;   // 1 / sqrt(HEAD_DIM) is in them
  const float *keyWeight, *keyBias;
};

struct Pass {
  // The plan.
  const Counts* counts;
  const RowMeta* rows;
  const TokenMeta* tokens;
  const uint64* presence;     // [token][PRESENCE_WORDS]: bit i of word w: the token sees the ring's second k - 1 - (64 w + i) of its own lead
  const int* order;           // tokens, lists of TokenMeta.ownStart
  const CrossKey* cross;
  const float* patches;       // [token][300] millivolts; those of read-only tokens are not to be read
  const float* context;       // [row][CONTEXT_STRIDE]
  // What outlasts a pass.
  real* rings;                // [lead slot][LAYERS][HEADS][key, value][WINDOW][HEAD_DIM], second k at place k mod WINDOW
  real* tails;                // [lead slot][12][C]: the last convolution steps of its last second
  real* lastStates;           // [lead slot][D]: its last final state
  double* sums;               // [slot][ROW_HIDDEN + D]: of g, of r
  float* maxima;              // [slot][ROW_HIDDEN]: of g
  // Between kernels.
  float* rotary;              // [row][HEAD_DIM]: cosines, then sines
  real* steps;                // [token][EMBED_INPUT]
  float* x;                   // [token][D], the residual stream
  real* normed;               // [token][D]
  real* qkv;                  // [token][3 D]: query | key | value; prepare norms and rotates the first two in place
  real* attended;             // [token][D]
  real* hidden;               // [token][MLP * D]
  real* states;               // [token][D], final
  real* before;               // [token][D], final states of the second before
  real* beatContext;          // [token][30][BEAT_CONTEXT]
  float* nextLogits;          // [token][CODES_OUTPUT], from before
  real* rowInput;             // [row][ROW_INPUT]
  float* g;                   // [row][ROW_HIDDEN]: hidden layer of the second, after GELU
  real* gReal;                // the same for the product that follows
  real* epochInput;           // [row][EPOCH_INPUT]
  real* recordHidden;         // [row][ROW_HIDDEN]
  float* rowLogits;           // [row][ROW_OUTPUT]
  float* recordLogits;        // [row][RECORD_OUTPUT]
  // Weights that kernels read; products have their own. "Packed": in the order of products.cuh, which TileWeights.cs makes.
  const real *conv1, *conv2, *conv3;               // packed: [C][16] (a zero and the 15 taps), [C][3 C], [C][3 C]
  const float *conv1Bias, *conv2Bias, *conv3Bias;
  const float *convNorm1Weight, *convNorm1Bias, *convNorm2Weight, *convNorm2Bias, *convNorm3Weight, *convNorm3Bias;
  const float* leadEmbedding; // [15][D]
  const float* queryToken;    // [D]
  const double* rotaryRates;  // [HEAD_DIM / 2] radians a second
  const LayerVectors* layers; // [LAYERS]
  const float *normWeight, *normBias, *poolWeight, *poolBias;
  const float *projection, *projectionBias;        // [CODE_DIM][D]
  const float* codes;                              // [CODES][CODE_DIM]
  const real* beatLocal;                           // packed: [BEAT_CHANNELS][13 C]
  const float* beatLocalBias;
  const real* beatHidden;                          // packed: [BEAT_HIDDEN][BEAT_CHANNELS + BEAT_CONTEXT]
  const float* beatHiddenBias;
  const real* beatOutput;                          // packed: [16][BEAT_HIDDEN], 7 rows and zeros
  const float* beatOutputBias;                     // [16], 7 and zeros
  const real* reconstruction;                      // packed: [304][D], 300 rows and zeros
  const float* reconstructionBias;                 // [304], 300 and zeros
  // Scores, laid out as StepScores.
  float* rhythm;              // [row][9]
  float* anomaly;             // [row]
  float* beats;               // [token][30][6]
  float* beatOffset;          // [token][30]
  float* surprise;            // [token]
  int* code;                  // [token]
  float* arrhythmia;          // [row][ARRHYTHMIA]
  float* recordAnomaly;       // [row]
  float* strip;               // [row][4]
  float* reconstructed;       // [token][300]; written for read-only tokens
  // Of this launch.
  void* product;              // of product_epilogue: what it finishes in place, [productRows][outputs]
  const void* productBias;    // [outputs], of the same type
  int layer;
  int flags, outputs, productRows; // of product_epilogue
};

#endif
