// A card that is not there: driver API, NVRTC and cuBLASLt over the memory and the compiler of the host, for tests. One shared object is one card;
// a copy of the file under another name is another card. What is asked of a stream is only noted down and runs when somebody waits for it, in an
// order that a seed chooses among those that a card could choose, so that a missing wait gives wrong numbers. Kernels run as emulator.h says.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#define API extern "C" __attribute__((visibility("default")))

// CUresult (cuda.h), those in use here.
enum Status : int {
  Success = 0, InvalidValue = 1, OutOfMemory = 2, NotInitialized = 3, NoDevice = 100, InvalidDevice = 101, InvalidImage = 200, InvalidContext = 201,
  NoBinary = 209, InvalidPtx = 218, InvalidHandle = 400, NotFound = 500, NotReady = 600, IllegalAddress = 700, AlreadyRegistered = 712,
  NotRegistered = 713, LaunchFailed = 719, CaptureUnsupported = 900, CaptureInvalidated = 901, CaptureUnmatched = 903, Unknown = 999,
};

namespace card {

typedef unsigned long long Address;

struct Work {
  std::string name;
  std::function<Status()> run;
};

struct Event {
  bool timed = true;
  uint64_t asked = 0, done = 0;     // tickets of records: the last one noted down, the last one run
  struct Stream* by = nullptr;      // where it was recorded last
  double milliseconds = 0;
};

struct Order {                      // one entry of a stream
  Work work;                        // run is empty for the two below
  std::shared_ptr<Event> record, wait;
  uint64_t ticket = 0;
  struct Stream* by = nullptr;      // where the record was noted down that is waited for
};

struct Stream {
  std::deque<Order> queue;
  bool captures = false, spoiled = false;
  int mode = 0;
  std::thread::id capturer;
  std::vector<Work> captured;
};

typedef std::vector<Work> Graph;

struct Function {
  std::string name;
  void* entry;
  size_t bytes;                     // of its parameters
};

struct Module {
  ~Module();
  void* library = nullptr;
  std::map<std::string, std::unique_ptr<Function>> functions;
};

struct Block { size_t size; char* base; size_t mapped; };

struct Fault { int after; int code; };   // calls that still succeed; below 0: every call fails

struct Card {
  std::recursive_mutex lock;
  // Settings.
  int major = 9, minor = 0, driver = 12040;
  size_t memory = size_t(8) << 30;
  int devices = 1;
  bool epilogues = true, choosy = false;   // of cuBLASLt: fused epilogues are known; an algorithm takes but the size that it was proposed for
  int order = 2;                    // of threads: forward, reverse, pseudo-random; 3: another one for every launch
  uint64_t random = 1;
  std::map<std::string, Fault> faults;
  std::string message;              // of the last fault that a card would have reported by number only
  // State.
  bool initialized = false;
  int retained = 0;
  int lost = 0;                     // what every call answers once the context is broken
  size_t used = 0;
  long leaked = 0;                  // objects that were alive when the context ended
  uint64_t tickets = 0, launches = 0;
  std::map<Address, Block> blocks;
  std::map<Address, size_t> hosts, registered;
  std::map<Stream*, std::unique_ptr<Stream>> streams;
  std::map<Event*, std::shared_ptr<Event>> events;
  std::map<Graph*, std::unique_ptr<Graph>> graphs, executables;
  std::map<Module*, std::unique_ptr<Module>> modules;
  std::map<std::string, long> others;   // handles and descriptors of the two libraries
  Stream legacy;                    // the stream 0

  uint32_t draw() {
    random = random * 6364136223846793005ull + 1442695040888963407ull;
    return uint32_t(random >> 33);
  }
};

extern Card the;
extern thread_local bool current;     // this thread's context is the card's

// Whether a call may go on: null, or what it must answer.
Status refuse(const char* function, bool needsContext);
int injected(const char* function);  // what this call must answer by a test's wish, or 0
long live();
void end_context();

// memory.cpp
bool inside(Address at, size_t bytes);
bool pinned(const void* at, size_t bytes, bool& partly);
std::string trespass();              // which allocation's red zone was written to, or nothing
// streams.cpp
Stream* stream_of(void* handle);
Status submit(void* stream, Work work);
Status run_until_empty(Stream& stream);
Status run_all();
bool capture_forbids();              // an unsafe call while a capture of this thread, or of all threads, is going on
// modules.cpp
Status launch(const Function& function, void* launcher, int grid, const void* args);

}  // namespace card

#define ENTER(function) \
  std::lock_guard<std::recursive_mutex> guard(card::the.lock); \
  if (Status refused = card::refuse(function, true)) return refused
#define ENTER_BARE(function) \
  std::lock_guard<std::recursive_mutex> guard(card::the.lock); \
  if (Status refused = card::refuse(function, false)) return refused
