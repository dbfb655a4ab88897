// Memory of the card: pieces of the host's, between red zones. Fresh memory holds 0xff bytes (no number in any of our formats).
#include "card.h"
#include <cstdlib>
#include <sys/mman.h>

using namespace card;

static const size_t Zone = 1024, Alignment = 256;
static const uint32_t Mark = 0xfffefffeu;   // no number either, but not what a kernel writes

static void mark(char* zone) {
  for (size_t i = 0; i < Zone; i += 4) std::memcpy(zone + i, &Mark, 4);
}

static bool marked(const char* zone) {
  static char untouched[Zone];
  static bool made = (mark(untouched), true);
  return made && std::memcmp(zone, untouched, Zone) == 0;
}

static char* end_of(const std::pair<const Address, Block>& block) { return (char*)block.first + (block.second.size + 15) / 16 * 16; }

namespace card {

bool inside(Address at, size_t bytes) {
  auto block = the.blocks.upper_bound(at);
  if (block == the.blocks.begin()) return false;
  --block;
  return at - block->first <= block->second.size && bytes <= block->second.size - (at - block->first);
}

static bool within(const std::map<Address, size_t>& ranges, Address at, size_t bytes, bool& touched) {
  auto range = ranges.upper_bound(at + bytes - 1);
  if (range == ranges.begin()) return false;
  --range;
  if (range->first + range->second <= at) return false;
  touched = true;
  return range->first <= at && at + bytes <= range->first + range->second;
}

bool pinned(const void* at, size_t bytes, bool& partly) {
  bool touched = false;
  bool whole = within(the.hosts, Address(at), bytes, touched) || within(the.registered, Address(at), bytes, touched);
  partly = touched && !whole;
  return whole;
}

std::string trespass() {
  for (auto& block : the.blocks) {
    const char* start = (const char*)block.first;
    std::string size = std::to_string(block.second.size);
    if (!marked(start - Zone)) return "wrote before the start of an allocation of " + size + " bytes";
    if (!marked(end_of(block))) return "wrote behind the end of an allocation of " + size + " bytes";
    for (const char* p = start + block.second.size; p < end_of(block); p++)
      if (*p != (char)0xff) return "wrote behind the end of an allocation of " + size + " bytes";
  }
  return "";
}

void end_context() {
  for (auto& block : the.blocks) munmap(block.second.base, block.second.mapped);
  for (auto& host : the.hosts) std::free((void*)host.first);
  the.blocks.clear(); the.hosts.clear(); the.registered.clear();
  the.streams.clear(); the.events.clear(); the.graphs.clear(); the.executables.clear(); the.modules.clear();
  the.legacy.queue.clear();
  the.used = 0;
  the.lost = 0;
}

}  // namespace card

API Status cuMemGetInfo_v2(size_t* free, size_t* total) {
  ENTER("cuMemGetInfo_v2");
  *free = the.memory - the.used;
  *total = the.memory;
  return Success;
}

API Status cuMemAlloc_v2(Address* result, size_t bytes) {
  ENTER("cuMemAlloc_v2");
  if (capture_forbids()) return CaptureUnsupported;
  if (bytes == 0) return InvalidValue;
  if (bytes > the.memory - the.used) return OutOfMemory;
  size_t mapped = bytes + 2 * Zone + Alignment + 16;
  void* base = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return OutOfMemory;
  Address start = (Address(base) + Zone + Alignment - 1) / Alignment * Alignment;
  auto& block = *the.blocks.emplace(start, Block{bytes, (char*)base, mapped}).first;
  mark((char*)start - Zone);
  std::memset((void*)start, 0xff, size_t(end_of(block) - (char*)start));
  mark(end_of(block));
  the.used += bytes;
  *result = start;
  return Success;
}

API Status cuMemFree_v2(Address at) {
  ENTER("cuMemFree_v2");
  if (at == 0) return Success;
  if (capture_forbids()) return CaptureUnsupported;
  auto block = the.blocks.find(at);
  if (block == the.blocks.end()) return InvalidValue;
  if (Status fault = run_all()) return fault;
  the.used -= block->second.size;
  munmap(block->second.base, block->second.mapped);
  the.blocks.erase(block);
  return Success;
}

API Status cuMemHostAlloc(void** result, size_t bytes, unsigned) {
  ENTER("cuMemHostAlloc");
  if (capture_forbids()) return CaptureUnsupported;
  if (bytes == 0) return InvalidValue;
  *result = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  std::memset(*result, 0xff, bytes);
  the.hosts[Address(*result)] = bytes;
  return Success;
}

API Status cuMemFreeHost(void* at) {
  ENTER("cuMemFreeHost");
  if (!the.hosts.count(Address(at))) return InvalidValue;
  if (Status fault = run_all()) return fault;
  the.hosts.erase(Address(at));
  std::free(at);
  return Success;
}

API Status cuMemHostRegister_v2(void* at, size_t bytes, unsigned) {
  ENTER("cuMemHostRegister_v2");
  if (capture_forbids()) return CaptureUnsupported;
  if (!at || bytes == 0) return InvalidValue;
  bool partly = false;
  if (pinned(at, bytes, partly) || partly) return AlreadyRegistered;
  the.registered[Address(at)] = bytes;
  return Success;
}

API Status cuMemHostUnregister(void* at) {
  ENTER("cuMemHostUnregister");
  if (!the.registered.count(Address(at))) return NotRegistered;
  if (Status fault = run_all()) return fault;
  the.registered.erase(Address(at));
  return Success;
}

// A copy is checked when it is asked for and again when it runs: what it needs may be gone by then.
static Status copy(void* stream, const char* name, void* to, const void* from, size_t bytes, bool toCard, bool fromCard) {
  const void* host = toCard ? fromCard ? nullptr : from : to;
  if ((toCard && !inside(Address(to), bytes)) || (fromCard && !inside(Address(from), bytes))) return InvalidValue;
  bool partly = false;
  if (host && !pinned(host, bytes, partly)) return InvalidValue;
  return submit(stream, Work{name, [=]() {
    bool part = false;
    if ((toCard && !inside(Address(to), bytes)) || (fromCard && !inside(Address(from), bytes)) || (host && !pinned(host, bytes, part))) {
      the.message = std::string(name) + ": its memory is gone";
      return IllegalAddress;
    }
    std::memmove(to, from, bytes);
    return Success;
  }});
}

static Status staged(Address to, const void* from, size_t bytes, void* stream) {
  if (stream_of(stream) && stream_of(stream)->captures) return CaptureUnsupported;
  auto data = std::make_shared<std::vector<char>>((const char*)from, (const char*)from + bytes);
  if (!inside(to, bytes)) return InvalidValue;
  return submit(stream, Work{"cuMemcpyHtoDAsync_v2", [=]() {
    if (!inside(to, bytes)) { the.message = "cuMemcpyHtoDAsync_v2: its memory is gone"; return IllegalAddress; }
    std::memcpy((void*)to, data->data(), bytes);
    return Success;
  }});
}

API Status cuMemcpyHtoDAsync_v2(Address to, const void* from, size_t bytes, void* stream) {
  ENTER("cuMemcpyHtoDAsync_v2");
  if (bytes == 0) return Success;
  bool partly = false;
  if (pinned(from, bytes, partly)) return copy(stream, "cuMemcpyHtoDAsync_v2", (void*)to, from, bytes, true, false);
  return partly ? InvalidValue : staged(to, from, bytes, stream);
}

API Status cuMemcpyDtoHAsync_v2(void* to, Address from, size_t bytes, void* stream) {
  ENTER("cuMemcpyDtoHAsync_v2");
  if (bytes == 0) return Success;
  bool partly = false;
  if (pinned(to, bytes, partly)) return copy(stream, "cuMemcpyDtoHAsync_v2", to, (const void*)from, bytes, false, true);
  if (partly || !inside(from, bytes)) return InvalidValue;
  Stream* queue = stream_of(stream);
  if (!queue) return InvalidHandle;
  if (queue->captures) return CaptureUnsupported;
  if (Status fault = run_until_empty(*queue)) return fault;   // to pageable memory: returns when the copy is made
  std::memcpy(to, (const void*)from, bytes);
  return Success;
}

API Status cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, void* stream) {
  ENTER("cuMemcpyDtoDAsync_v2");
  if (bytes == 0) return Success;
  return copy(stream, "cuMemcpyDtoDAsync_v2", (void*)to, (const void*)from, bytes, true, true);
}

API Status cuMemsetD8Async(Address at, unsigned char value, size_t bytes, void* stream) {
  ENTER("cuMemsetD8Async");
  if (bytes == 0) return Success;
  if (!inside(at, bytes)) return InvalidValue;
  return submit(stream, Work{"cuMemsetD8Async", [=]() {
    if (!inside(at, bytes)) { the.message = "cuMemsetD8Async: its memory is gone"; return IllegalAddress; }
    std::memset((void*)at, value, bytes);
    return Success;
  }});
}

API Status cuMemcpyHtoD_v2(Address to, const void* from, size_t bytes) {
  ENTER("cuMemcpyHtoD_v2");
  if (Status fault = staged(to, from, bytes, nullptr)) return fault;
  return run_until_empty(the.legacy);
}

API Status cuMemcpyDtoH_v2(void* to, Address from, size_t bytes) {
  ENTER("cuMemcpyDtoH_v2");
  if (!inside(from, bytes)) return InvalidValue;
  if (Status fault = run_until_empty(the.legacy)) return fault;
  std::memcpy(to, (const void*)from, bytes);
  return Success;
}
