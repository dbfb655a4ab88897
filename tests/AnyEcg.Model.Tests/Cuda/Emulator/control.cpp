// What tests ask of the card itself: settings, faults, what is alive. And the calls that tell a program what card there is.
#include "card.h"
#include <cstdio>

using namespace card;

namespace card {

Card the;
thread_local bool current;

int injected(const char* function) {
  auto fault = the.faults.find(function);
  if (fault == the.faults.end()) return 0;
  int code = fault->second.code;
  if (fault->second.after < 0) return code;
  if (fault->second.after-- > 0) return 0;
  the.faults.erase(fault);
  return code;
}

Status refuse(const char* function, bool needsContext) {
  if (int code = injected(function)) return Status(code);
  if (the.lost) return Status(the.lost);
  if (!the.initialized) return NotInitialized;
  if (needsContext && (!current || the.retained == 0)) return InvalidContext;
  return Success;
}

long live() {
  long count = long(the.blocks.size() + the.hosts.size() + the.registered.size() + the.streams.size() + the.events.size() + the.graphs.size()
      + the.executables.size() + the.modules.size());
  for (auto& other : the.others) count += other.second;
  return count;
}

}  // namespace card

static std::string alive() {
  std::string text;
  auto add = [&](const char* what, long count) {
    if (count) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  add("device allocations", long(the.blocks.size()));
  add("host allocations", long(the.hosts.size()));
  add("registrations", long(the.registered.size()));
  add("streams", long(the.streams.size()));
  add("events", long(the.events.size()));
  add("graphs", long(the.graphs.size()));
  add("executable graphs", long(the.executables.size()));
  add("modules", long(the.modules.size()));
  for (auto& other : the.others) add(other.first.c_str(), other.second);
  return text;
}

#define LOCK std::lock_guard<std::recursive_mutex> guard(the.lock)
API void aecg_set_seed(uint64_t seed) { LOCK; the.random = seed * 0x9e3779b97f4a7c15ull + 1; }
API void aecg_set_order(int order) { LOCK; the.order = order; }
API void aecg_set_memory(uint64_t bytes) { LOCK; the.memory = bytes; }
API void aecg_set_capability(int major, int minor) { LOCK; the.major = major; the.minor = minor; }
API void aecg_set_devices(int count) { LOCK; the.devices = count; }
API void aecg_set_driver(int version) { LOCK; the.driver = version; }
API void aecg_set_epilogues(int offered) { LOCK; the.epilogues = offered != 0; }
API void aecg_set_choosy(int choosy) { LOCK; the.choosy = choosy != 0; }
// The call after `after` more calls of the function answers with the code, or every call does (after < 0).
API void aecg_fail(const char* function, int after, int code) { LOCK; the.faults[function] = Fault{after, code}; }
API void aecg_heal() { LOCK; the.faults.clear(); }
API void aecg_lose(int code) { LOCK; the.lost = code; }
API long aecg_live() { LOCK; return live(); }
API long aecg_leaked() { LOCK; return the.leaked; }
API uint64_t aecg_launches() { LOCK; return the.launches; }
API uint64_t aecg_used() { LOCK; return the.used; }
static int give(const std::string& text, char* buffer, int size) { return std::snprintf(buffer, size_t(size), "%s", text.c_str()); }
API int aecg_message(char* buffer, int size) { LOCK; return give(the.message, buffer, size); }
API int aecg_alive(char* buffer, int size) { LOCK; return give(alive(), buffer, size); }

API Status cuInit(unsigned flags) {
  LOCK;
  the.initialized = true;
  if (Status refused = refuse("cuInit", false)) { the.initialized = false; return refused; }
  if (flags) return InvalidValue;
  return the.devices ? Success : NoDevice;
}
API Status cuDriverGetVersion(int* version) { LOCK; *version = the.driver; return Success; }
API Status cuDeviceGetCount(int* count) { ENTER_BARE("cuDeviceGetCount"); *count = the.devices; return Success; }
API Status cuDeviceGet(int* device, int ordinal) {
  ENTER_BARE("cuDeviceGet");
  if (ordinal < 0 || ordinal >= the.devices) return InvalidDevice;
  *device = ordinal;
  return Success;
}
API Status cuDeviceGetName(char* name, int size, int) {
  ENTER_BARE("cuDeviceGetName");
  std::snprintf(name, size_t(size), "Emulated card");
  return Success;
}
API Status cuDeviceTotalMem_v2(size_t* bytes, int) { ENTER_BARE("cuDeviceTotalMem_v2"); *bytes = the.memory; return Success; }

// CUdevice_attribute (cuda.h).
API Status cuDeviceGetAttribute(int* value, int attribute, int) {
  ENTER_BARE("cuDeviceGetAttribute");
  switch (attribute) {
    case 1: *value = 1024; return Success;                      // threads of a block
    case 8: *value = 49152; return Success;                     // shared memory of a block
    case 10: *value = 32; return Success;                       // lanes of a warp
    case 13: case 36: *value = 1000000; return Success;         // kHz of processors, of memory
    case 16: *value = 4; return Success;                        // multiprocessors
    case 18: *value = 0; return Success;                        // integrated
    case 37: *value = 5120; return Success;                     // bits of the memory bus
    case 38: *value = 50 << 20; return Success;                 // second level cache
    case 40: *value = 3; return Success;                        // copy engines
    case 41: *value = 1; return Success;                        // unified addressing
    case 75: *value = the.major; return Success;
    case 76: *value = the.minor; return Success;
    default: return InvalidValue;
  }
}

API Status cuDevicePrimaryCtxRetain(void** context, int) {
  ENTER_BARE("cuDevicePrimaryCtxRetain");
  the.retained++;
  *context = &the;
  return Success;
}

API Status cuDevicePrimaryCtxRelease_v2(int) {
  LOCK;
  Status answer = refuse("cuDevicePrimaryCtxRelease_v2", false);
  if (the.retained == 0) return InvalidContext;
  if (--the.retained == 0) {
    if (!the.lost) the.leaked = live();
    end_context();
  }
  return answer;
}

API Status cuCtxSetCurrent(void* context) {
  ENTER_BARE("cuCtxSetCurrent");
  if (context && (context != &the || the.retained == 0)) return InvalidContext;
  current = context != nullptr;
  return Success;
}
API Status cuCtxGetCurrent(void** context) { ENTER_BARE("cuCtxGetCurrent"); *context = current ? &the : nullptr; return Success; }

static const std::map<int, std::pair<const char*, const char*>> Names = {
  {Success, {"CUDA_SUCCESS", "no error"}}, {InvalidValue, {"CUDA_ERROR_INVALID_VALUE", "invalid argument"}},
  {OutOfMemory, {"CUDA_ERROR_OUT_OF_MEMORY", "out of memory"}}, {NotInitialized, {"CUDA_ERROR_NOT_INITIALIZED", "initialization error"}},
  {NoDevice, {"CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"}}, {InvalidDevice, {"CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"}},
  {InvalidImage, {"CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"}},
  {InvalidContext, {"CUDA_ERROR_INVALID_CONTEXT", "invalid device context"}},
  {NoBinary, {"CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"}},
  {InvalidPtx, {"CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"}}, {InvalidHandle, {"CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"}},
  {NotFound, {"CUDA_ERROR_NOT_FOUND", "named symbol not found"}}, {NotReady, {"CUDA_ERROR_NOT_READY", "device not ready"}},
  {IllegalAddress, {"CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"}},
  {AlreadyRegistered, {"CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED", "part or all of the requested memory range is already mapped"}},
  {NotRegistered, {"CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED", "pointer does not correspond to a registered memory region"}},
  {LaunchFailed, {"CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"}},
  {CaptureUnsupported, {"CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing"}},
  {CaptureInvalidated, {"CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", "operation failed due to a previous error during capture"}},
  {CaptureUnmatched, {"CUDA_ERROR_STREAM_CAPTURE_UNMATCHED", "capture was not begun on this stream"}},
  {Unknown, {"CUDA_ERROR_UNKNOWN", "unknown error"}},
};

API Status cuGetErrorName(int code, const char** text) {
  auto name = Names.find(code);
  *text = name == Names.end() ? nullptr : name->second.first;
  return *text ? Success : InvalidValue;
}
API Status cuGetErrorString(int code, const char** text) {
  auto name = Names.find(code);
  *text = name == Names.end() ? nullptr : name->second.second;
  return *text ? Success : InvalidValue;
}
