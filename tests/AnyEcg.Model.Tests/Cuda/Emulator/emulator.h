// The host's side of platform.cuh: every thread of a block is a fiber, and a fiber goes on until it waits for others. Blocks run one at a time, so
// that a SHARED variable is a static one. The order in which lanes, warps and blocks advance can be chosen: code with a race gives another result
// in another order. What it cannot show: here lanes that meet at a shuffle or a tile product have seen each other's shared memory as after a warp_sync,
// which a card does not promise. Header only, for one translation unit; nothing of the machine but the switch of stacks.
#pragma once
#undef _FORTIFY_SOURCE
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#if !defined(__x86_64__) || defined(AECG_PORTABLE_SWITCH)
#define AECG_UCONTEXT 1
#include <ucontext.h>
#endif

#define AECG_EXPORT extern "C" __attribute__((visibility("default")))
#define KERNEL(name) \
  static void name##_body(const Pass& p); \
  AECG_EXPORT size_t name##_bytes() { return sizeof(Pass); } \
  AECG_EXPORT void name(const Pass* p) { name##_body(*p); } \
  static_assert(sizeof(Pass) <= 4096, "the parameters of a kernel"); \
  static void name##_body([[maybe_unused]] const Pass& p)
#define KERNEL_RESIDENT(name, blocks) KERNEL(name)
#define DEVICE static inline __attribute__((unused))
// In a section of their own, so that a block finds no number that the block before left.
#define SHARED __attribute__((section("aecg_shared"))) static

typedef unsigned int uint32;
typedef unsigned long long uint64;
extern "C" {
extern char __start_aecg_shared[] __attribute__((weak, visibility("hidden")));
extern char __stop_aecg_shared[] __attribute__((weak, visibility("hidden")));
}

namespace emulation {

enum { Forward = 0, Reverse = 1, Random = 2 };
enum { ThreadsOfBlock = 128, Lanes = 32, WarpsOfBlock = ThreadsOfBlock / Lanes, StackBytes = 128 * 1024, GuardBytes = 4096 };

enum Place : unsigned char { Runs, Left, AtBlockSync, AtWarpSync, AtShuffleFloat, AtShuffleInt, AtShuffleXorFloat, AtShuffleXorInt, AtMultiplyTile };
static const char* const PlaceNames[] = {"runs", "has left the kernel", "waits at block_sync", "waits at warp_sync", "waits at shuffle(float)",
    "waits at shuffle(int)", "waits at shuffle_xor(float)", "waits at shuffle_xor(int)", "waits at multiply_tile"};

struct Tile { uint32 a[4], b[2]; float d[4]; };

struct Fiber {
#ifdef AECG_UCONTEXT
  ucontext_t context;
#else
  void* stack = nullptr;
#endif
};

struct Warp {
  Place place[Lanes];
  int arrived;                  // lanes that wait or have left
  uint32 step, first;           // lane number n to go on in this phase is (first + n * step) mod 32
  int next;                     // n
  unsigned phase;
  uint32 word[2][Lanes];        // what the lanes gave to a shuffle; two, for a lane may be one shuffle ahead of another
  Tile tile[Lanes];
  bool atBlockSync, left;
};

struct State {
  Fiber main, fiber[ThreadsOfBlock];
  Warp warp[WarpsOfBlock];
  int current;                  // thread
  int block;
  void (*kernel)(const void*);
  const void* args;
  int order;
  uint64 random;
  bool started;
  bool failed;
  char message[400];
};
static State state;

static inline uint32 draw() {
  state.random = state.random * 6364136223846793005ull + 1442695040888963407ull;
  return (uint32)(state.random >> 33);
}

#ifdef AECG_UCONTEXT
static inline void switch_to(Fiber& from, Fiber& to) { swapcontext(&from.context, &to.context); }
#else
// Saves what a callee must preserve on the stack, and the stack; takes the other one up where it was left.
extern "C" void aecg_switch(void** save, void* load) __attribute__((visibility("hidden")));
asm(R"(
.text
.p2align 4
.hidden aecg_switch
.globl aecg_switch
.type aecg_switch, @function
aecg_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size aecg_switch, .-aecg_switch
)");
static inline void switch_to(Fiber& from, Fiber& to) { aecg_switch(&from.stack, to.stack); }
#endif

static inline void begin_phase(Warp& warp) {
  warp.next = 0;
  warp.phase++;
  warp.arrived = 0;
  warp.step = state.order == Random ? draw() | 1u : state.order == Reverse ? 31u : 1u;
  warp.first = state.order == Random ? draw() : state.order == Reverse ? 31u : 0u;
  for (int i = 0; i < Lanes; i++)
    if (warp.place[i] == Left) warp.arrived++; else warp.place[i] = Runs;
}

// d += a b for all lanes. With g = lane / 4 and t = lane % 4 (PTX ISA, fragments of mma.m16n8k16 for 16-bit floats): the eight numbers of A are
// a_i = A[g or, for i = 2, 3, 6, 7, g + 8][2 t + (i & 1), from i = 4 on + 8]; the four of B are b_i = B[2 t + (i & 1), from i = 2 on + 8][g];
// the four of D are d_i = D[g or, from i = 2 on, g + 8][2 t + (i & 1)]. Two numbers a register, the lower i in the lower half.
static inline void multiply(Tile tile[Lanes]) {
  float a[16][16], b[16][8], d[16][8];
  for (int lane = 0; lane < Lanes; lane++) {
    int g = lane / 4, t = lane % 4;
    for (int i = 0; i < 8; i++) {
      uint32 bits = (tile[lane].a[i / 2] >> (16 * (i & 1))) << 16;
      bool lower = i == 2 || i == 3 || i == 6 || i == 7;
      std::memcpy(&a[lower ? g + 8 : g][2 * t + (i & 1) + (i >= 4 ? 8 : 0)], &bits, 4);
    }
    for (int i = 0; i < 4; i++) {
      uint32 bits = (tile[lane].b[i / 2] >> (16 * (i & 1))) << 16;
      std::memcpy(&b[2 * t + (i & 1) + (i >= 2 ? 8 : 0)][g], &bits, 4);
      d[i >= 2 ? g + 8 : g][2 * t + (i & 1)] = tile[lane].d[i];
    }
  }
  for (int row = 0; row < 16; row++)
    for (int k = 0; k < 16; k++)
      for (int column = 0; column < 8; column++) d[row][column] += a[row][k] * b[k][column];
  for (int lane = 0; lane < Lanes; lane++)
    for (int i = 0; i < 4; i++) tile[lane].d[i] = d[i >= 2 ? lane / 4 + 8 : lane / 4][2 * (lane % 4) + (i & 1)];
}

static void fail_warp(int w) {
  Warp& warp = state.warp[w];
  int other = 1;
  while (other < Lanes - 1 && warp.place[other] == warp.place[0]) other++;
  std::snprintf(state.message, sizeof state.message, "block %d, warp %d: lane 0 %s, but lane %d %s", state.block, w, PlaceNames[warp.place[0]],
      other, PlaceNames[warp.place[other]]);
  state.failed = true;
}

// Every lane of the warp waits or has left: lets it go on, or says why it cannot.
static inline void finish_phase(int w) {
  Warp& warp = state.warp[w];
  Place place = warp.place[0];
  for (int i = 1; i < Lanes; i++)
    if (warp.place[i] != place) { fail_warp(w); return; }
  if (place == Left) warp.left = true;
  else if (place == AtBlockSync) warp.atBlockSync = true;
  else {
    if (place == AtMultiplyTile) multiply(warp.tile);
    begin_phase(warp);
  }
}

// The thread that goes on next, or -1: none can, because the block is done or has failed.
static inline int next_thread() {
  int w = state.current / Lanes;
  if (state.warp[w].arrived == Lanes) {
    finish_phase(w);
    if (state.failed) return -1;
    int waits = 0, left = 0;
    for (int i = 0; i < WarpsOfBlock; i++) { waits += state.warp[i].atBlockSync; left += state.warp[i].left; }
    if (left == WarpsOfBlock) return -1;
    if (waits == WarpsOfBlock) {
      for (int i = 0; i < WarpsOfBlock; i++) { state.warp[i].atBlockSync = false; begin_phase(state.warp[i]); }
    } else if (waits + left == WarpsOfBlock) {
      std::snprintf(state.message, sizeof state.message, "block %d: %d of its %d warps wait at block_sync, the others have left the kernel",
          state.block, waits, (int)WarpsOfBlock);
      state.failed = true;
      return -1;
    }
    int start = state.order == Random ? (int)(draw() % WarpsOfBlock) : waits == WarpsOfBlock ? (state.order == Reverse ? WarpsOfBlock - 1 : 0) : w;
    int direction = state.order == Reverse ? WarpsOfBlock - 1 : 1;
    for (w = start; state.warp[w].atBlockSync || state.warp[w].left;) w = (w + direction) % WarpsOfBlock;
  }
  Warp& warp = state.warp[w];
  for (;;) {
    int lane = (int)((warp.first + (uint32)warp.next++ * warp.step) % Lanes);
    if (warp.place[lane] == Runs) return w * Lanes + lane;
  }
}

static inline void wait_at(Place place) {
  int self = state.current;
  Warp& warp = state.warp[self / Lanes];
  warp.place[self % Lanes] = place;
  warp.arrived++;
  int next = next_thread();
  if (next == self) return;
  state.current = next < 0 ? self : next;
  switch_to(state.fiber[self], next < 0 ? state.main : state.fiber[next]);
}

static void run_fiber() {
  for (;;) {
    state.kernel(state.args);
    wait_at(Left);
  }
}

static char* stacks = nullptr;

__attribute__((destructor)) static void free_stacks() {
  if (stacks) munmap(stacks, (size_t)ThreadsOfBlock * StackBytes);
}

static void start_fibers() {
  state.started = true;
  size_t bytes = (size_t)ThreadsOfBlock * StackBytes;
  if (!stacks) stacks = (char*)mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stacks == MAP_FAILED) { std::perror("emulator: stacks"); std::abort(); }
  for (int i = 0; i < ThreadsOfBlock; i++) {
    char* stack = stacks + (size_t)i * StackBytes;
    mprotect(stack, GuardBytes, PROT_NONE);
#ifdef AECG_UCONTEXT
    ucontext_t& context = state.fiber[i].context;
    getcontext(&context);
    context.uc_stack.ss_sp = stack;
    context.uc_stack.ss_size = StackBytes;
    context.uc_link = nullptr;
    makecontext(&context, run_fiber, 0);
#else
    void** top = (void**)(stack + StackBytes) - 1;   // at the entry of a function the stack is 8 bytes off a multiple of 16
    *top = nullptr;
    *--top = (void*)run_fiber;
    for (int k = 0; k < 6; k++) *--top = nullptr;
    state.fiber[i].stack = top;
#endif
  }
}

static bool run_block(int block) {
  state.block = block;
  if (__start_aecg_shared) std::memset(__start_aecg_shared, 0xff, (size_t)(__stop_aecg_shared - __start_aecg_shared));
  for (int w = 0; w < WarpsOfBlock; w++) {
    Warp& warp = state.warp[w];
    std::memset(warp.place, Runs, sizeof warp.place);
    warp.atBlockSync = warp.left = false;
    begin_phase(warp);
  }
  state.current = state.order == Reverse ? ThreadsOfBlock - 1 : 0;
  int w = state.current / Lanes;
  state.warp[w].next++;
  if (state.order == Random) {
    w = (int)(draw() % WarpsOfBlock);
    Warp& warp = state.warp[w];
    state.warp[0].next--;
    state.current = w * Lanes + (int)(warp.first % Lanes);
    warp.next++;
  }
  switch_to(state.main, state.fiber[state.current]);
  return !state.failed;
}

}  // namespace emulation

// A launch that failed leaves fibers in the middle of the kernel: the next one begins with new ones.
AECG_EXPORT void aecg_abandon() { emulation::state.started = false; }

// Runs a kernel with a copy of its arguments. Returns null, or what it did that a card would hang or fail on. Not from two threads at once.
AECG_EXPORT const char* aecg_launch_ordered(void* kernel, int grid, const void* args, size_t bytes, int order, unsigned long long seed) {
  using namespace emulation;
  alignas(64) char copy[4096];
  if (bytes > sizeof copy) return "more than 4096 bytes of parameters";
  std::memcpy(copy, args, bytes);
  if (!state.started) start_fibers();
  state.kernel = (void (*)(const void*))kernel;
  state.args = copy;
  state.order = order;
  state.random = seed * 0x9e3779b97f4a7c15ull + 1;
  state.failed = false;
  uint32 size = 1;
  while (size < (uint32)grid) size *= 2;
  uint32 step = order == Random ? draw() | 1u : 1u, first = order == Random ? draw() : 0u;
  for (uint32 n = 0; n < size; n++) {
    uint32 block = order == Reverse ? size - 1 - n : (first + n * step) % size;
    if (block >= (uint32)grid || run_block((int)block)) continue;
    aecg_abandon();
    return state.message;
  }
  return nullptr;
}

// For programs in C++: in the order that is set, and the end of the program if the kernel does what it must not.
namespace emulation { static int chosenOrder = Forward; static uint64 chosenSeed = 1; }
static inline __attribute__((unused)) void aecg_order(int order, uint64 seed) { emulation::chosenOrder = order; emulation::chosenSeed = seed; }
template <class P> static void aecg_launch(void (*kernel)(const P*), int grid, const void* args, size_t bytes) {
  const char* fault = aecg_launch_ordered((void*)kernel, grid, args, bytes, emulation::chosenOrder, emulation::chosenSeed);
  if (fault) { std::fprintf(stderr, "emulator: %s\n", fault); std::exit(1); }
}

DEVICE int thread_index() { return emulation::state.current; }
DEVICE int block_index() { return emulation::state.block; }
DEVICE void block_sync() { emulation::wait_at(emulation::AtBlockSync); }
DEVICE void warp_sync() { emulation::wait_at(emulation::AtWarpSync); }

namespace emulation {
template <class T> static inline T exchange(T x, Place place, int from) {
  static_assert(sizeof(T) == 4, "a register");
  int self = state.current;
  Warp& warp = state.warp[self / Lanes];
  uint32* word = warp.word[warp.phase & 1];
  std::memcpy(&word[self % Lanes], &x, 4);
  wait_at(place);
  T result;
  std::memcpy(&result, &word[from & (Lanes - 1)], 4);
  return result;
}
}  // namespace emulation

DEVICE float shuffle_xor(float x, int mask) { return emulation::exchange(x, emulation::AtShuffleXorFloat, thread_index() ^ mask); }
DEVICE int shuffle_xor(int x, int mask) { return emulation::exchange(x, emulation::AtShuffleXorInt, thread_index() ^ mask); }
DEVICE float shuffle(float x, int lane) { return emulation::exchange(x, emulation::AtShuffleFloat, lane); }
DEVICE int shuffle(int x, int lane) { return emulation::exchange(x, emulation::AtShuffleInt, lane); }

DEVICE void multiply_tile(float d[4], const uint32 a[4], const uint32 b[2]) {
  int self = thread_index();
  emulation::Tile& tile = emulation::state.warp[self / 32].tile[self % 32];
  std::memcpy(tile.a, a, sizeof tile.a);
  std::memcpy(tile.b, b, sizeof tile.b);
  std::memcpy(tile.d, d, sizeof tile.d);
  emulation::wait_at(emulation::AtMultiplyTile);
  std::memcpy(d, tile.d, sizeof tile.d);
}

DEVICE uint32 bits_of(float x) { uint32 r; std::memcpy(&r, &x, 4); return r; }
DEVICE float float_of(uint32 x) { float r; std::memcpy(&r, &x, 4); return r; }
namespace emulation { static inline float flushed(float x) { return std::fabs(x) < 1.17549435e-38f ? std::copysign(0.0f, x) : x; } }

DEVICE float fused(float a, float b, float c) { return std::fma(a, b, c); }
DEVICE float power_of_two(float x) { return emulation::flushed(std::exp2(emulation::flushed(x))); }
DEVICE float log_of_two(float x) { return std::log2(emulation::flushed(x)); }
DEVICE float square_root(float x) { return std::sqrt(x); }
DEVICE float divide(float a, float b) { return a / b; }
DEVICE float reciprocal(float x) { return emulation::flushed(1.0f / emulation::flushed(x)); }
DEVICE float sine(float x) { return std::sin(x); }
DEVICE float cosine(float x) { return std::cos(x); }
DEVICE double nearest(double x) { return std::nearbyint(x); }

namespace emulation {
static inline uint32 rounded(float x) {
  uint32 u = bits_of(x);
  return x != x ? 0x7fffu : (u + 0x7fffu + ((u >> 16) & 1u)) >> 16;
}
}  // namespace emulation
DEVICE void load_once(const void* from, uint32 to[4]) { std::memcpy(to, from, 16); }
DEVICE uint32 round_pair(float low, float high) { return emulation::rounded(low) | emulation::rounded(high) << 16; }

// Of a number and what is none, the number; of two zeros, the one of the sign asked for.
DEVICE float maximum(float a, float b) { return a != a ? b : b != b ? a : a == b ? (std::signbit(a) ? b : a) : a > b ? a : b; }
DEVICE float minimum(float a, float b) { return a != a ? b : b != b ? a : a == b ? (std::signbit(a) ? a : b) : a < b ? a : b; }
