// Compiled kernels: an image is a shared object of the host behind a head that says what it was compiled for.
#include "image.h"
#include "card.h"
#include <atomic>
#include <cstdio>
#include <dlfcn.h>
#include <unistd.h>

using namespace card;

typedef const char* Launcher(void* kernel, int grid, const void* args, size_t bytes, int order, unsigned long long seed);

// True: the call touched what is no memory. One library for all cards of the process, for a process has one handler of a signal.
static bool guarded(void (*call)(void*), void* data) {
  static auto guard = (int (*)(void (*)(void*), void*))dlsym(dlopen(AECG_GUARD, RTLD_NOW | RTLD_LOCAL), "aecg_guarded");
  return guard(call, data) != 0;
}

static Status fault(const std::string& text, Status status) {
  the.message = text;
  std::fprintf(stderr, "emulated card: %s\n", text.c_str());
  return status;
}

// What looks like an address must be one of the card's: on a card the host's memory is not there to be read.
static std::string foreign(const char* args, size_t bytes) {
  for (size_t i = 0; i + 8 <= bytes; i += 8) {
    Address word;
    std::memcpy(&word, args + i, 8);
    if (word >= 0x550000000000ull && word < 0x800000000000ull && !inside(word, 1))
      return "byte " + std::to_string(i) + " of its parameters is an address, but not of the card's memory";
  }
  return "";
}

namespace card {

Status launch(const Function& function, void* library, int grid, const void* args) {
  std::string stray = foreign((const char*)args, function.bytes);
  if (!stray.empty()) return fault(function.name + ": " + stray, IllegalAddress);
  the.launches++;
  struct Call {
    Launcher* launcher;
    const Function* function;
    int grid;
    const void* args;
    int order;
    uint64_t seed;
    const char* said;
  } call = {(Launcher*)dlsym(library, "aecg_launch_ordered"), &function, grid, args, the.order == 3 ? int(the.draw() % 3) : the.order, the.draw(), nullptr};
  bool fell = guarded([](void* data) {
    Call& c = *(Call*)data;
    c.said = c.launcher(c.function->entry, c.grid, c.args, c.function->bytes, c.order, c.seed);
  }, &call);
  if (fell) ((void (*)())dlsym(library, "aecg_abandon"))();
  if (fell) return fault(function.name + ": touched what is no memory", IllegalAddress);
  if (call.said) return fault(function.name + ": " + call.said, LaunchFailed);
  std::string wrote = trespass();
  return wrote.empty() ? Success : fault(function.name + ": " + wrote, IllegalAddress);
}

Module::~Module() { if (library) dlclose(library); }

}  // namespace card

API Status cuModuleLoadData(void** result, const void* image) {
  ENTER("cuModuleLoadData");
  if (capture_forbids()) return CaptureUnsupported;
  ImageHead head;
  std::memcpy(&head, image, sizeof head);
  if (std::memcmp(head.magic, ImageMagic, sizeof head.magic) != 0) return InvalidImage;
  int card = 10 * the.major + the.minor;
  if (head.ptx ? head.architecture > card : head.architecture / 10 != the.major || head.architecture > card) return head.ptx ? InvalidPtx : NoBinary;
  // Under a name of its own: two modules have no variable in common.
  static std::atomic<int> count;
  std::string path = std::string(P_tmpdir) + "/aecg-" + std::to_string(getpid()) + "-" + std::to_string((size_t)&the) + "-" + std::to_string(count++);
  FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return Unknown;
  std::fwrite((const char*)image + sizeof head, 1, head.bytes, file);
  std::fclose(file);
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) std::fprintf(stderr, "emulated card: %s\n", dlerror());
  unlink(path.c_str());
  if (!library) return InvalidImage;
  auto module = std::make_unique<Module>();
  module->library = library;
  *result = module.get();
  the.modules[module.get()] = std::move(module);
  return Success;
}

API Status cuModuleLoadDataEx(void** result, const void* image, unsigned, int*, void**) { return cuModuleLoadData(result, image); }

API Status cuModuleUnload(void* handle) {
  ENTER("cuModuleUnload");
  if (!the.modules.count((Module*)handle)) return InvalidHandle;
  if (Status fault = run_all()) return fault;
  the.modules.erase((Module*)handle);
  return Success;
}

API Status cuModuleGetFunction(void** result, void* handle, const char* name) {
  ENTER("cuModuleGetFunction");
  auto found = the.modules.find((Module*)handle);
  if (found == the.modules.end()) return InvalidHandle;
  Module& module = *found->second;
  auto bytes = (size_t (*)())dlsym(module.library, (std::string(name) + "_bytes").c_str());
  void* entry = dlsym(module.library, name);
  if (!entry || !bytes) return NotFound;
  auto& function = module.functions[name];
  if (!function) function.reset(new Function{name, entry, bytes()});
  *result = function.get();
  return Success;
}

// CUfunction_attribute: most threads of a block, shared bytes, constant bytes, local bytes, registers. The host's compiler knows of none of them.
API Status cuFuncGetAttribute(int* value, int attribute, void*) {
  ENTER("cuFuncGetAttribute");
  if (attribute < 0 || attribute > 4) return InvalidValue;
  *value = attribute == 0 ? 128 : attribute == 4 ? 64 : 0;
  return Success;
}

API Status cuLaunchKernel(void* handle, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ,
    unsigned shared, void* stream, void** parameters, void** extra) {
  ENTER("cuLaunchKernel");
  Module* module = nullptr;
  for (auto& each : the.modules)
    for (auto& function : each.second->functions)
      if (function.second.get() == handle) module = each.second.get();
  if (!module) return InvalidHandle;
  if (gridX == 0 || gridX > 0x7fffffffu || gridY != 1 || gridZ != 1 || blockX != 128 || blockY != 1 || blockZ != 1 || shared || !parameters || extra)
    return InvalidValue;
  const Function function = *(Function*)handle;
  auto args = std::make_shared<std::vector<char>>((char*)parameters[0], (char*)parameters[0] + function.bytes);
  void* library = module->library;
  return submit(stream, Work{function.name, [=]() { return launch(function, library, int(gridX), args->data()); }});
}
