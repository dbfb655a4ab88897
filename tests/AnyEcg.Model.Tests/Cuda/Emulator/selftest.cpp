// What the emulator promises of threads, checked without a kernel of the engine: a program that ends with 0 or says what is wrong.
#include "emulator.h"
#include <vector>

struct Pass { float* out; int* turns; int argument; };

KERNEL(sum_of_block) {
  SHARED float shared[128];
  int t = thread_index();
  shared[t] = (float)t + 128.0f * (float)block_index();
  block_sync();
  float x = shared[(t + 65) % 128];
  for (int mask = 16; mask > 0; mask /= 2) x += shuffle_xor(x, mask);
  block_sync();
  if (t % 32 == 0) shared[t / 32] = x;
  block_sync();
  if (t == 0) p.out[block_index()] = shared[0] + shared[1] + shared[2] + shared[3];
}

KERNEL(shuffles) {
  int t = thread_index(), lane = t % 32;
  int a = shuffle(t, (lane + 1) % 32);
  int b = shuffle_xor(a, 3);
  float c = shuffle((float)b, 31 - lane);
  float d = shuffle_xor(c, 16);
  p.out[t] = d;
}

KERNEL(product) {
  uint32 a[4], b[2];
  float d[4];
  int lane = thread_index() % 32;
  if (thread_index() >= 32) return;
  const uint32* in = (const uint32*)p.turns;
  for (int i = 0; i < 4; i++) a[i] = in[4 * lane + i];
  for (int i = 0; i < 2; i++) b[i] = in[128 + 2 * lane + i];
  for (int i = 0; i < 4; i++) d[i] = p.out[4 * lane + i];
  multiply_tile(d, a, b);
  for (int i = 0; i < 4; i++) p.out[4 * lane + i] = d[i];
}

KERNEL(race) {
  SHARED float shared[128];
  int t = thread_index();
  shared[t] = (float)t;
  if (p.argument) block_sync();
  p.out[t] = shared[(t + 32) % 128];
}

KERNEL(left_over) {
  SHARED float shared;
  if (thread_index() == 0) { p.out[block_index()] = shared; shared = 1.0f; }
}

KERNEL(who) { p.turns[(*(int*)p.out)++] = block_index() * 128 + thread_index(); }
KERNEL(lane_left) { if (thread_index() % 32 == 7) return; warp_sync(); }
KERNEL(unlike) { if (thread_index() % 32 < 5) warp_sync(); else p.out[0] = shuffle(1.0f, 0); }
KERNEL(part_of_block) { if (thread_index() < 64) block_sync(); }
KERNEL(part_of_warp) { if (thread_index() < 16) block_sync(); else warp_sync(); }

static int faults;
static void check(bool right, const char* what, int order) {
  if (right) return;
  std::printf("wrong in order %d: %s\n", order, what);
  faults++;
}

static bool refused(void (*kernel)(const Pass*), const Pass& p, int order, const char* word) {
  const char* fault = aecg_launch_ordered((void*)kernel, 2, &p, sizeof p, order, 5);
  return fault && std::strstr(fault, word);
}

static float element(int i) { return (float)((i * 37 + 11) % 61 - 30) / 8.0f; }
static uint32 pair(float low, float high) { return bits_of(low) >> 16 | (bits_of(high) & 0xffff0000u); }

// Row by row, with no word of lanes: which lane holds A[r][c] is asked the other way round.
static void check_product(int order) {
  float a[16][16], b[16][8], d[16][8];
  std::vector<uint32> in(128 + 64);
  std::vector<float> out(128);
  for (int r = 0; r < 16; r++)
    for (int c = 0; c < 16; c++) {
      a[r][c] = element(16 * r + c);
      if (c % 2 == 0) in[4 * (4 * (r % 8) + c % 8 / 2) + r / 8 + 2 * (c / 8)] = pair(a[r][c], element(16 * r + c + 1));
    }
  for (int r = 0; r < 16; r++)
    for (int c = 0; c < 8; c++) {
      b[r][c] = element(500 + 8 * r + c);
      if (r % 2 == 0) in[128 + 2 * (4 * c + r % 8 / 2) + r / 8] = pair(b[r][c], element(500 + 8 * (r + 1) + c));
      d[r][c] = element(900 + 8 * r + c);
      out[4 * (4 * (r % 8) + c / 2) + 2 * (r / 8) + c % 2] = d[r][c];
    }
  Pass p{out.data(), (int*)in.data(), 0};
  aecg_launch(product, 1, &p, sizeof p);
  bool right = true;
  for (int r = 0; r < 16; r++)
    for (int c = 0; c < 8; c++) {
      for (int k = 0; k < 16; k++) d[r][c] += a[r][k] * b[k][c];   // exact: eighths, small
      right = right && out[4 * (4 * (r % 8) + c / 2) + 2 * (r / 8) + c % 2] == d[r][c];
    }
  check(right, "multiply_tile", order);
}

static void check_order(int order) {
  aecg_order(order, 3);
  std::vector<float> out(256);
  std::vector<int> turns(3 * 128);
  Pass p{out.data(), turns.data(), 0};
  aecg_launch(sum_of_block, 3, &p, sizeof p);
  for (int i = 0; i < 3; i++) check(out[i] == 127.0f * 64 + 128.0f * 128 * i, "block_sync and shuffle_xor", order);
  aecg_launch(shuffles, 1, &p, sizeof p);
  for (int t = 0; t < 128; t++) {
    int lane = (((31 - ((t % 32) ^ 16)) ^ 3) + 1) % 32;
    check(out[t] == (float)(t / 32 * 32 + lane), "shuffles", order);
  }
  check_product(order);
  aecg_launch(left_over, 3, &p, sizeof p);
  for (int i = 0; i < 3; i++) check(out[i] != out[i], "a block finds what the one before left in shared memory", order);
  int zero = 0;
  Pass w{(float*)&zero, turns.data(), 0};
  aecg_launch(who, 3, &w, sizeof w);
  std::vector<int> seen(3 * 128);
  for (int i : turns) seen[i]++;
  for (int i : seen) check(i == 1, "every thread once", order);
  check(order != emulation::Forward || (turns[0] == 0 && turns[383] == 383), "forward", order);
  check(order != emulation::Reverse || (turns[0] == 383 && turns[383] == 0), "reverse", order);
  check(refused(lane_left, p, order, "left"), "a lane that left while others wait", order);
  check(refused(unlike, p, order, "shuffle"), "lanes at unlike places", order);
  check(refused(part_of_block, p, order, "block_sync"), "a part of the block at block_sync", order);
  check(refused(part_of_warp, p, order, "warp_sync"), "a part of the warp at block_sync", order);
  aecg_launch(shuffles, 1, &p, sizeof p);
}

static bool race_shows() {
  std::vector<float> a(128), b(128);
  Pass p{a.data(), nullptr, 0};
  aecg_order(emulation::Forward, 0);
  aecg_launch(race, 1, &p, sizeof p);
  p.out = b.data();
  aecg_order(emulation::Reverse, 0);
  aecg_launch(race, 1, &p, sizeof p);
  return std::memcmp(a.data(), b.data(), 512) != 0;
}

int main() {
  for (int order = 0; order < 3; order++) check_order(order);
  check(race_shows(), "a race gives the same result in both orders", 0);
  float nan = float_of(0x7fffffffu);
  check(maximum(nan, 2.0f) == 2.0f && minimum(3.0f, nan) == 3.0f && !std::signbit(maximum(-0.0f, 0.0f)) && std::signbit(minimum(0.0f, -0.0f)),
      "maximum and minimum", 0);
  check(power_of_two(-140.0f) == 0.0f && power_of_two(3.0f) == 8.0f && nearest(2.5) == 2.0 && nearest(-3.5) == -4.0, "functions", 0);
  std::printf(faults ? "%d faults\n" : "all right\n", faults);
  return faults != 0;
}
