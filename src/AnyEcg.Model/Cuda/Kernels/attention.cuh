// Rotary embedding, norms of query and key, and causal cardio-sparse attention over rings and the keys of the pass.
#ifndef ANYECG_ATTENTION
#define ANYECG_ATTENTION
#include "norms.cuh"

static_assert(HEAD_DIM % 16 == 0 && HEAD_DIM <= 256 && HEAD_DIM * HEADS == DIM, "A key is read by one warp at most, 16 bytes a lane.");
static_assert(WINDOW >= 2 && WINDOW <= 1024, "The scores of a block's heads lie in shared memory; second k - 1 has another place than k.");

// The power of two that is not below n, up to 32. No function: what is computed while compiling is the host's for one compiler, the device's for another.
#define POWER_FROM(n) ((n) <= 1 ? 1 : (n) <= 2 ? 2 : (n) <= 4 ? 4 : (n) <= 8 ? 8 : (n) <= 16 ? 16 : 32)

// row: cosines and sines of second * rate. The angle is taken and reduced in double: second 10^7 is as exact as second 0.
KERNEL(rotary) {
  int row = warp_item();
  if (row >= p.counts->rows) return;
  constexpr double turn = 6.283185307179586;
  double second = (double)p.rows[row].second;
  float* to = p.rotary + row * HEAD_DIM;
  for (int i = lane_index(); i < HEAD_DIM / 2; i += 32) {
    double angle = second * p.rotaryRates[i];
    float rest = (float)(angle - nearest(angle / turn) * turn);
    to[i] = cosine(rest);
    to[HEAD_DIM / 2 + i] = sine(rest);
  }
}

// Eight columns and their partners, half a head further, are a lane's: no lane needs another one's to rotate.
static constexpr int HALF = HEAD_DIM / 2;
static constexpr int HALF_LANES = POWER_FROM(HALF / 8);

DEVICE void load_vector8(const float* from, float to[8]) {
  Four a = load4(from), b = load4(from + 4);
  for (int i = 0; i < 4; i++) { to[i] = a.value[i]; to[4 + i] = b.value[i]; }
}

DEVICE float half_sum(float x) {
  for (int mask = HALF_LANES / 2; mask > 0; mask /= 2) x += shuffle_xor(x, mask);
  return x;
}

// token: norm and rotation of the query and the key of all heads, which stand one after the other in a row of qkv.
KERNEL(prepare) {
  int token = warp_item();
  if (token >= p.counts->tokens) return;
  int lane = lane_index(), column = 8 * (lane % HALF_LANES);
  bool inside = column < HALF;
  if (!inside) column = 0;
  const LayerVectors& layer = p.layers[p.layer];
  const float* angles = p.rotary + p.tokens[token].row * HEAD_DIM + column;
  float cosines[8], sines[8];
  load_vector8(angles, cosines);
  load_vector8(angles + HALF, sines);
  for (int first = 0; first < 2 * HEADS; first += 32 / HALF_LANES) {
    int head = first + lane / HALF_LANES;
    bool works = inside && head < 2 * HEADS;
    real* x = p.qkv + token * 3 * DIM + (works ? head : 0) * HEAD_DIM + column;
    float a[8] = {}, b[8] = {};
    if (works) { load8(x, a); load8(x + HALF, b); }
    float sum = 0;
#pragma unroll
    for (int i = 0; i < 8; i++) sum += a[i] + b[i];
    float mean = divide(half_sum(sum), (float)HEAD_DIM), squares = 0;
#pragma unroll
    for (int i = 0; i < 8; i++) squares = fused(a[i] - mean, a[i] - mean, fused(b[i] - mean, b[i] - mean, squares));
    float scale = divide(1.0f, square_root(divide(half_sum(works ? squares : 0.0f), (float)HEAD_DIM) + NORM_EPSILON));
    const float* weight = (head < HEADS ? layer.queryWeight : layer.keyWeight) + column;
    const float* bias = (head < HEADS ? layer.queryBias : layer.keyBias) + column;
    float weightA[8], weightB[8], biasA[8], biasB[8];
    load_vector8(weight, weightA);
    load_vector8(weight + HALF, weightB);
    load_vector8(bias, biasA);
    load_vector8(bias + HALF, biasB);
#pragma unroll
    for (int i = 0; i < 8; i++) {
      float u = fused((a[i] - mean) * scale, weightA[i], biasA[i]), v = fused((b[i] - mean) * scale, weightB[i], biasB[i]);
      a[i] = fused(u, cosines[i], -(v * sines[i]));
      b[i] = fused(v, cosines[i], u * sines[i]);
    }
    if (works) { store8(x, a); store8(x + HALF, b); }
  }
}

// How a warp attends. A key of HEAD_DIM numbers is read by KEY_LANES lanes, 16 bytes each (lanes beyond it read its end again and count nothing);
// so one load of the warp is a tile of TILE_KEYS keys, 512 bytes of a ring. Keys are numbered: 0 is the token's own, i is its lead's
// i seconds before, from 0 to TILES * TILE_KEYS; after these come the keys of the row's other leads, as Pass.cross lists them. What is not
// there has the score -infinity, and in its place the own key is read, which is at hand: nothing of a ring is read that was never written.
//
// The rings are read once and nothing else here weighs: 8 KB a warp at HEAD_DIM 32, WINDOW 64. All of that is asked for before the first
// number is used: 8 tiles of keys and 8 of values, 64 registers of a lane. In all some 125 are alive at once, by clang's PTX; 128 leave room for 4 blocks
// on a multiprocessor: 128 KB in flight, where 18 KB are 3.3 TB/s at 700 ns (132 multiprocessors); what is over covers the warps that
// still look up their second and their slot. Larger windows and heads go on chunk by chunk, 4 KB a warp in flight.
static constexpr int KEY_LANES = POWER_FROM(HEAD_DIM / 8);
static constexpr int TILE_KEYS = 32 / KEY_LANES;
static constexpr int TILES = (WINDOW + TILE_KEYS - 1) / TILE_KEYS;
static constexpr int CHUNK = FULL ? 4 : 8;
static constexpr int FIRST_CHUNK = TILES < CHUNK ? TILES : CHUNK;
static constexpr int LAST_CHUNK = (TILES - FIRST_CHUNK) % CHUNK;
static constexpr int CROSS_KEYS = 32;               // most entries of a row in Pass.cross: 16 leads, two seconds
static constexpr int CROSS_CHUNK = TILE_KEYS > 8 ? CROSS_KEYS / TILE_KEYS : 4;
static constexpr int OWN_KEYS = TILES * TILE_KEYS;
static constexpr int SCORES = OWN_KEYS + CROSS_KEYS;

static_assert(CROSS_KEYS % (CROSS_CHUNK * TILE_KEYS) == 0, "Chunks of cross keys end where the scores end.");
static_assert(WARPS * (SCORES + OWN_KEYS) * 4 <= 48 * 1024, "The shared memory of attend_behind.");

// Where the key of an index lies; its value lies so many numbers behind it.
struct KeyPlace { const real* key; int toValue; bool seen; };

DEVICE float nothing() { return float_of(0xff800000u); }

DEVICE void widen(const Eight& x, float to[8]) {
#if FULL
  for (int i = 0; i < 8; i++) to[i] = float_of(x.part[i / 4].word[i % 4]);
#else
  for (int i = 0; i < 4; i++) {
    to[2 * i] = float_of(x.part[0].word[i] << 16);
    to[2 * i + 1] = float_of(x.part[0].word[i] & 0xffff0000u);
  }
#endif
}

// A head of a token: its query against its keys.
struct Attention {
  float query[8];             // the lane's columns; zeros for lanes beyond the key
  float sum[8];               // of weight times value
  float* scores;              // [SCORES], of this warp
  int group;                  // which key of a tile is the lane's
  int column;                 // its first column
  bool first;                 // the lane that writes a key's score
};

// Eight numbers of a key or value. A pass reads 32 KB of ring for each token and layer at size S, beside which what goes from kernel to kernel is 3 KB:
// read as what nobody needs again, the rings leave that in the second cache.
DEVICE Eight take8_once(const real* from) {
  Eight x;
  for (int i = 0; i < (int)sizeof(real) / 2; i++) load_once((const Sixteen*)from + i, x.part[i].word);
  return x;
}

template <int N, class Find>
DEVICE void load_keys(const Attention& a, int tile, Find find, Eight to[N]) {
#pragma unroll
  for (int t = 0; t < N; t++) to[t] = take8_once(find((tile + t) * TILE_KEYS + a.group).key + a.column);
}

template <int N, class Find>
DEVICE void load_values(const Attention& a, int tile, Find find, Eight to[N]) {
#pragma unroll
  for (int t = 0; t < N; t++) {
    KeyPlace at = find((tile + t) * TILE_KEYS + a.group);
    to[t] = take8_once(at.key + at.toValue + a.column);
  }
}

template <int N, class Find>
DEVICE void score_keys(const Attention& a, int tile, int base, Find find, const Eight keys[N]) {
#pragma unroll
  for (int t = 0; t < N; t++) {
    float key[8], score = 0;
    widen(keys[t], key);
    for (int i = 0; i < 8; i++) score = fused(a.query[i], key[i], score);
    for (int mask = KEY_LANES / 2; mask > 0; mask /= 2) score += shuffle_xor(score, mask);
    int i = (tile + t) * TILE_KEYS + a.group;
    float counted = find(i).seen ? score : nothing();
    if (a.first) a.scores[base + i] = counted;
  }
}

template <int N>
DEVICE void add_values(Attention& a, int tile, int base, const Eight values[N]) {
#pragma unroll
  for (int t = 0; t < N; t++) {
    float value[8], weight = a.scores[base + (tile + t) * TILE_KEYS + a.group];
    widen(values[t], value);
    for (int i = 0; i < 8; i++) a.sum[i] = fused(weight, value[i], a.sum[i]);
  }
}

template <int N, class Find>
DEVICE void load_and_score(const Attention& a, int tile, int base, Find find) {
  Eight keys[N];
  load_keys<N>(a, tile, find, keys);
  score_keys<N>(a, tile, base, find, keys);
}

template <int N, class Find>
DEVICE void load_and_add(Attention& a, int tile, int base, Find find) {
  Eight values[N];
  load_values<N>(a, tile, find, values);
  add_values<N>(a, tile, base, values);
}

// Scores -> weights that are still to be divided by the sum, which is returned.
DEVICE float weigh(float* scores, int count) {
  float most = nothing();
  for (int i = lane_index(); i < count; i += 32) most = maximum(most, scores[i]);
  most = warp_max(most);
  float sum = 0;
  for (int i = lane_index(); i < count; i += 32) {
    float weight = exponential(scores[i] - most);
    scores[i] = weight;
    sum += weight;
  }
  return warp_sum(sum);
}

// One softmax over the own lead's keys (find) and `crossing` entries of the other leads' (findCross). Every sum has one order, whoever finds the keys and
// wherever they lie: a key's eight products of a lane, then its lanes; keys by their number within a group of lanes, then the groups.
template <class Find, class FindCross>
DEVICE void attend_keys(const real* query, real* to, float* scores, int crossing, Find find, FindCross findCross) {
  int lane = lane_index(), piece = lane % KEY_LANES;
  bool inside = 8 * piece < HEAD_DIM;
  Attention a;
  a.scores = scores;
  a.group = lane / KEY_LANES;
  a.column = inside ? 8 * piece : HEAD_DIM - 8;
  a.first = piece == 0;
  Eight keys[FIRST_CHUNK], values[FIRST_CHUNK];
  load_keys<FIRST_CHUNK>(a, 0, find, keys);
  load_values<FIRST_CHUNK>(a, 0, find, values);
  load8(query + a.column, a.query);
  for (int i = 0; i < 8; i++) {
    if (!inside) a.query[i] = 0;
    a.sum[i] = 0;
  }
  score_keys<FIRST_CHUNK>(a, 0, 0, find, keys);
#pragma unroll 1
  for (int tile = FIRST_CHUNK; tile + CHUNK <= TILES; tile += CHUNK) load_and_score<CHUNK>(a, tile, 0, find);
  if constexpr (LAST_CHUNK > 0) load_and_score<LAST_CHUNK>(a, TILES - LAST_CHUNK, 0, find);
#pragma unroll 1
  for (int tile = 0; tile * TILE_KEYS < crossing; tile += CROSS_CHUNK) load_and_score<CROSS_CHUNK>(a, tile, OWN_KEYS, findCross);
  warp_sync();
  constexpr int many = CROSS_CHUNK * TILE_KEYS;
  float total = weigh(scores, OWN_KEYS + (crossing + many - 1) / many * many);
  warp_sync();
  add_values<FIRST_CHUNK>(a, 0, 0, values);
#pragma unroll 1
  for (int tile = FIRST_CHUNK; tile + CHUNK <= TILES; tile += CHUNK) load_and_add<CHUNK>(a, tile, 0, find);
  if constexpr (LAST_CHUNK > 0) load_and_add<LAST_CHUNK>(a, TILES - LAST_CHUNK, 0, find);
#pragma unroll 1
  for (int tile = 0; tile * TILE_KEYS < crossing; tile += CROSS_CHUNK) load_and_add<CROSS_CHUNK>(a, tile, OWN_KEYS, findCross);
  float share = divide(1.0f, total);
  for (int i = 0; i < 8; i++) {
    for (int mask = KEY_LANES; mask < 32; mask *= 2) a.sum[i] += shuffle_xor(a.sum[i], mask);
    a.sum[i] *= share;
  }
  if (a.group == 0 && inside) store8(to + a.column, a.sum);
}

// The keys of a layer and a head in a ring; the values lie WINDOW * HEAD_DIM numbers behind.
DEVICE real* ring_of(const Pass& p, int leadSlot, int head) {
  return p.rings + ((((long long)leadSlot * LAYERS + p.layer) * HEADS + head) * 2) * (WINDOW * HEAD_DIM);
}

static constexpr int RING_TO_VALUE = WINDOW * HEAD_DIM;

// Keys of the other leads: entry i of the row's list, of which the token's own lead's are left out.
template <class Find>
DEVICE void attend_row(const Pass& p, int token, int head, float* scores, const TokenMeta& meta, const RowMeta& row, Find find) {
  const real* query = p.qkv + token * 3 * DIM + head * HEAD_DIM;
  const CrossKey* cross = p.cross + row.crossStart;
  int crossing = row.crossEnd - row.crossStart, leadIndex = meta.leadIndex;
  int before = (int)((row.second + WINDOW - 1) % WINDOW) * HEAD_DIM;
  auto findCross = [=, &p](int i) {
    CrossKey entry = cross[i < crossing ? i : 0];
    bool seen = (i < crossing) & (entry.leadIndex != leadIndex), far = seen & (entry.source < 0);
    const real* near = p.qkv + ((seen & !far) ? entry.source : token) * 3 * DIM + DIM + head * HEAD_DIM;
    const real* ring = ring_of(p, far ? ~entry.source : 0, head) + before;
    return KeyPlace{far ? ring : near, far ? RING_TO_VALUE : DIM, seen};
  };
  attend_keys(query, p.attended + token * DIM + head * HEAD_DIM, scores, crossing, find, findCross);
}

// Whether a token sees its own lead's key of the ring, i seconds before it.
DEVICE bool in_ring(const uint64* presence, uint64 only, int i) {
  int bit = i > 0 ? i - 1 : 0;
  uint64 word = PRESENCE_WORDS == 1 ? only : presence[bit / 64];
  return i > 0 && i < WINDOW && ((word >> (bit % 64)) & 1) != 0;
}

// Blocks on a multiprocessor. Float32 needs twice the registers, and is for comparisons.
#define ATTEND_BLOCKS (FULL ? 1 : 4)

// A block takes one head of tokens that follow one another: leads of one second, which share the keys of the other leads, or seconds of one lead, whose
// windows are the same but for a few keys. What one warp has read the others find in the first cache. The grid is HEADS blocks for WARPS tokens.
DEVICE int attended_token() { return block_index() / HEADS * WARPS + thread_index() / 32; }

// head, where no slot has two rows in the pass: reads the rings, and writes the head's key and value of this second into them. Place k mod W
// held second k - W. No warp of this launch reads it: the rings of a lead are read by its token of this pass, which sees seconds
// after k - W, and by the other leads of its row, which read second k - 1, W >= 2; both of other places. A read-only token of the lead cannot
// stand beside one that writes. And no other warp writes it: a head's ring has one writer.
KERNEL_RESIDENT(attend, ATTEND_BLOCKS) {
  SHARED float scores[WARPS][SCORES];
  int token = attended_token(), head = block_index() % HEADS;
  if (token >= p.counts->tokens) return;
  const TokenMeta& meta = p.tokens[token];
  const RowMeta& row = p.rows[meta.row];
  const uint64* presence = p.presence + token * PRESENCE_WORDS;
  uint64 only = presence[0];
  real* ring = ring_of(p, meta.leadSlot, head);
  const real* own = p.qkv + token * 3 * DIM + DIM + head * HEAD_DIM;
  int place = (int)(row.second % WINDOW);
  auto find = [=](int i) {
    int at = place - i;
    bool far = in_ring(presence, only, i);
    return KeyPlace{far ? ring + (at < 0 ? at + WINDOW : at) * HEAD_DIM : own, far ? RING_TO_VALUE : DIM, far || i == 0};
  };
  attend_row(p, token, head, scores[thread_index() / 32], meta, row, find);
  int column = 8 * lane_index();
  if (!(meta.flags & STORED) || column >= HEAD_DIM) return;
  put8(ring + place * HEAD_DIM + column, take8(own + column));
  put8(ring + RING_TO_VALUE + place * HEAD_DIM + column, take8(own + DIM + column));
}

// head, where a slot may have several rows: seconds of this pass come from qkv. The rings are as the pass found them.
KERNEL_RESIDENT(attend_behind, ATTEND_BLOCKS) {
  SHARED float scores[WARPS][SCORES];
  SHARED int sources[WARPS][OWN_KEYS];            // per second before: a token of this pass, -1: the ring, -2: none
  int token = attended_token(), head = block_index() % HEADS, lane = lane_index();
  if (token >= p.counts->tokens) return;
  const TokenMeta& meta = p.tokens[token];
  const RowMeta& row = p.rows[meta.row];
  const uint64* presence = p.presence + token * PRESENCE_WORDS;
  int* source = sources[thread_index() / 32];
  for (int i = lane; i < OWN_KEYS; i += 32) source[i] = i == 0 ? token : in_ring(presence, presence[0], i) ? -1 : -2;
  warp_sync();
  for (int n = lane; n < meta.ownCount; n += 32) {
    int earlier = p.order[meta.ownStart + n];
    long long i = row.second - p.rows[p.tokens[earlier].row].second;
    if (i > 0 && i < WINDOW) source[i] = earlier;
  }
  warp_sync();
  const real* ring = ring_of(p, meta.leadSlot, head);
  const real* keys = p.qkv + DIM + head * HEAD_DIM;
  int place = (int)(row.second % WINDOW);
  auto find = [=](int i) {
    int from = source[i], at = place - i;
    bool far = from == -1;
    return KeyPlace{far ? ring + (at < 0 ? at + WINDOW : at) * HEAD_DIM : keys + (from < 0 ? token : from) * 3 * DIM, far ? RING_TO_VALUE : DIM, from != -2};
  };
  attend_row(p, token, head, scores[thread_index() / 32], meta, row, find);
}

// token, after attend_behind: the keys and values of all heads into the rings. Two seconds of a lead that share a place are W or more apart, and
// then the earlier one is not STORED: a place has one writer.
KERNEL(append) {
  int token = warp_item();
  if (token >= p.counts->tokens || !(p.tokens[token].flags & STORED)) return;
  const TokenMeta& meta = p.tokens[token];
  int place = (int)(p.rows[meta.row].second % WINDOW);
  const real* from = p.qkv + token * 3 * DIM + DIM;
  for (int column = 8 * lane_index(); column < DIM; column += 8 * 32) {
    real* to = ring_of(p, meta.leadSlot, column / HEAD_DIM) + place * HEAD_DIM + column % HEAD_DIM;
    put8(to, take8(from + column));
    put8(to + RING_TO_VALUE, take8(from + DIM + column));
  }
}

#endif
