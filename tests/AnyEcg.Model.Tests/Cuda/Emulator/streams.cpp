// Streams, events, captures, graphs. Which of the streams that could go on does so is drawn, and how far others run when one is waited for, too.
#include "card.h"
#include <algorithm>
#include <chrono>

using namespace card;

static bool can_run(const Stream& stream) {
  if (stream.queue.empty()) return false;
  const Order& order = stream.queue.front();
  return !order.wait || order.wait->done >= order.ticket;
}

static Status run_one(Stream& stream) {
  Order order = std::move(stream.queue.front());
  stream.queue.pop_front();
  if (order.record) {
    order.record->done = std::max(order.record->done, order.ticket);
    order.record->milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
  } else if (!order.wait) {
    Status fault = order.work.run();
    if (fault != Success) {
      the.lost = fault;
      if (the.message.empty()) the.message = order.work.name;
      return fault;
    }
  }
  return Success;
}

static std::vector<Stream*> ready() {
  std::vector<Stream*> streams;
  if (can_run(the.legacy)) streams.push_back(&the.legacy);
  for (auto& stream : the.streams)
    if (can_run(*stream.second)) streams.push_back(stream.second.get());
  return streams;
}

static Status run_any() {
  std::vector<Stream*> streams = ready();
  return streams.empty() ? Success : run_one(*streams[the.draw() % streams.size()]);
}

// One step towards the end of a stream: of itself, or of what it waits for.
static Status advance(Stream& stream) {
  Stream* at = &stream;
  while (!can_run(*at)) at = at->queue.front().by;
  return run_one(*at);
}

// Until done() holds. The others run as far as they can, or not at all, or now and then.
template <class Done>
static Status run_until(Stream& stream, Done done) {
  if (the.lost) return Status(the.lost);
  int manner = int(the.draw() % 3);
  if (manner == 0)
    for (;;) {
      std::vector<Stream*> streams = ready();
      for (size_t i = 0; i < streams.size(); i++)
        if (streams[i] == &stream) { streams.erase(streams.begin() + long(i)); break; }
      if (streams.empty()) break;
      if (Status fault = run_one(*streams[the.draw() % streams.size()])) return fault;
    }
  while (!done()) {
    Status fault = manner == 2 && the.draw() % 2 ? run_any() : advance(stream);
    if (fault) return fault;
  }
  return Success;
}

namespace card {

Stream* stream_of(void* handle) {
  if (!handle) return &the.legacy;
  auto stream = the.streams.find((Stream*)handle);
  return stream == the.streams.end() ? nullptr : stream->second.get();
}

Status submit(void* handle, Work work) {
  Stream* stream = stream_of(handle);
  if (!stream) return InvalidHandle;
  if (stream->captures) {
    if (stream->spoiled) return CaptureInvalidated;
    stream->captured.push_back(std::move(work));
    return Success;
  }
  Order order;
  order.work = std::move(work);
  stream->queue.push_back(std::move(order));
  return Success;
}

Status run_until_empty(Stream& stream) {
  return run_until(stream, [&]() { return stream.queue.empty(); });
}

Status run_all() {
  if (the.lost) return Status(the.lost);
  while (!ready().empty())
    if (Status fault = run_any()) return fault;
  return Success;
}

bool capture_forbids() {
  bool forbids = false;
  for (auto& stream : the.streams) {
    if (!stream.second->captures || stream.second->mode == 2) continue;
    if (stream.second->mode == 1 && stream.second->capturer != std::this_thread::get_id()) continue;
    stream.second->spoiled = forbids = true;
  }
  return forbids;
}

}  // namespace card

static Status spoil(Stream& stream) {
  stream.spoiled = true;
  return CaptureUnsupported;
}

API Status cuStreamCreate(void** result, unsigned) {
  ENTER("cuStreamCreate");
  auto stream = std::make_unique<Stream>();
  *result = stream.get();
  the.streams[stream.get()] = std::move(stream);
  return Success;
}

API Status cuStreamDestroy_v2(void* handle) {
  ENTER("cuStreamDestroy_v2");
  Stream* stream = stream_of(handle);
  if (!handle || !stream) return InvalidHandle;
  if (Status fault = run_all()) return fault;   // it ends when its work is done
  the.streams.erase(stream);
  return Success;
}

API Status cuStreamSynchronize(void* handle) {
  ENTER("cuStreamSynchronize");
  Stream* stream = stream_of(handle);
  if (!stream) return InvalidHandle;
  return stream->captures ? spoil(*stream) : run_until_empty(*stream);
}

API Status cuStreamQuery(void* handle) {
  ENTER("cuStreamQuery");
  Stream* stream = stream_of(handle);
  if (!stream) return InvalidHandle;
  if (stream->captures) return spoil(*stream);
  if (stream->queue.empty()) return Success;
  Status fault = run_any();
  return fault ? fault : NotReady;
}

API Status cuCtxSynchronize() {
  ENTER("cuCtxSynchronize");
  return capture_forbids() ? CaptureUnsupported : run_all();
}

API Status cuStreamWaitEvent(void* handle, void* event, unsigned) {
  ENTER("cuStreamWaitEvent");
  Stream* stream = stream_of(handle);
  auto waited = the.events.find((Event*)event);
  if (!stream || waited == the.events.end()) return InvalidHandle;
  if (stream->captures) return spoil(*stream);
  Order order;
  order.wait = waited->second;
  order.ticket = waited->second->asked;
  order.by = waited->second->by;
  stream->queue.push_back(std::move(order));
  return Success;
}

API Status cuEventCreate(void** result, unsigned flags) {
  ENTER("cuEventCreate");
  auto event = std::make_shared<Event>();
  event->timed = !(flags & 2);
  *result = event.get();
  the.events[event.get()] = event;
  return Success;
}

API Status cuEventDestroy_v2(void* handle) {
  ENTER("cuEventDestroy_v2");
  return the.events.erase((Event*)handle) ? Success : InvalidHandle;
}

API Status cuEventRecord(void* handle, void* streamHandle) {
  ENTER("cuEventRecord");
  Stream* stream = stream_of(streamHandle);
  auto event = the.events.find((Event*)handle);
  if (!stream || event == the.events.end()) return InvalidHandle;
  if (stream->captures) return spoil(*stream);
  Order order;
  order.record = event->second;
  order.ticket = event->second->asked = ++the.tickets;
  event->second->by = stream;
  stream->queue.push_back(std::move(order));
  return Success;
}

API Status cuEventSynchronize(void* handle) {
  ENTER("cuEventSynchronize");
  auto found = the.events.find((Event*)handle);
  if (found == the.events.end()) return InvalidHandle;
  std::shared_ptr<Event> event = found->second;
  if (event->done >= event->asked) return Success;
  return run_until(*event->by, [&]() { return event->done >= event->asked; });
}

API Status cuEventQuery(void* handle) {
  ENTER("cuEventQuery");
  auto found = the.events.find((Event*)handle);
  if (found == the.events.end()) return InvalidHandle;
  if (found->second->done >= found->second->asked) return Success;
  Status fault = run_any();
  return fault ? fault : NotReady;
}

API Status cuEventElapsedTime(float* milliseconds, void* start, void* end) {
  ENTER("cuEventElapsedTime");
  auto from = the.events.find((Event*)start), to = the.events.find((Event*)end);
  if (from == the.events.end() || to == the.events.end()) return InvalidHandle;
  Event &a = *from->second, &b = *to->second;
  if (!a.timed || !b.timed || !a.asked || !b.asked) return InvalidHandle;
  if (a.done < a.asked || b.done < b.asked) return NotReady;
  *milliseconds = float(b.milliseconds - a.milliseconds);
  return Success;
}

API Status cuStreamBeginCapture_v2(void* handle, int mode) {
  ENTER("cuStreamBeginCapture_v2");
  Stream* stream = stream_of(handle);
  if (!stream) return InvalidHandle;
  if (stream == &the.legacy || stream->captures) return CaptureUnsupported;
  if (mode < 0 || mode > 2) return InvalidValue;
  stream->captures = true;
  stream->spoiled = false;
  stream->mode = mode;
  stream->capturer = std::this_thread::get_id();
  stream->captured.clear();
  return Success;
}

API Status cuStreamEndCapture(void* handle, void** result) {
  ENTER("cuStreamEndCapture");
  Stream* stream = stream_of(handle);
  if (!stream) return InvalidHandle;
  if (!stream->captures) return CaptureUnmatched;
  stream->captures = false;
  *result = nullptr;
  if (stream->spoiled) return CaptureInvalidated;
  auto graph = std::make_unique<Graph>(std::move(stream->captured));
  stream->captured.clear();
  *result = graph.get();
  the.graphs[graph.get()] = std::move(graph);
  return Success;
}

API Status cuGraphInstantiateWithFlags(void** result, void* handle, unsigned long long) {
  ENTER("cuGraphInstantiateWithFlags");
  auto graph = the.graphs.find((Graph*)handle);
  if (graph == the.graphs.end()) return InvalidValue;
  auto executable = std::make_unique<Graph>(*graph->second);
  *result = executable.get();
  the.executables[executable.get()] = std::move(executable);
  return Success;
}

API Status cuGraphLaunch(void* handle, void* streamHandle) {
  ENTER("cuGraphLaunch");
  auto graph = the.executables.find((Graph*)handle);
  if (graph == the.executables.end()) return InvalidValue;
  for (const Work& work : *graph->second)
    if (Status fault = submit(streamHandle, work)) return fault;
  return Success;
}

API Status cuGraphExecDestroy(void* handle) {
  ENTER("cuGraphExecDestroy");
  return the.executables.erase((Graph*)handle) ? Success : InvalidValue;
}

API Status cuGraphDestroy(void* handle) {
  ENTER("cuGraphDestroy");
  return the.graphs.erase((Graph*)handle) ? Success : InvalidValue;
}
