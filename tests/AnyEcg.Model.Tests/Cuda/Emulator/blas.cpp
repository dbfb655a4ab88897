// cuBLASLt, as far as a product y = x W^T with an epilogue needs it; what the library would refuse or get wrong is refused. Its algorithms differ in
// the order of their sums, and which one the heuristic puts first depends on the number of columns, as on a card.
#include "card.h"
#include <algorithm>
#include <cmath>

using namespace card;

namespace {

// cublasStatus_t.
enum { Fine = 0, NotReadyYet = 1, BadValue = 7, Mismatch = 8, Failed = 13, NotSupported = 15 };
enum { Float = 0, Bfloat = 14, ComputeFloat = 68 };                              // cudaDataType, cublasComputeType_t
enum { NoEpilogue = 1, BiasOnly = 4, GeluOnly = 32, GeluBias = 36 };              // cublasLtEpilogue_t
const size_t Workspace = 1 << 16;

struct Desc { int compute, scale, transA = 0, transB = 0, epilogue = NoEpilogue, biasType = -1; Address bias = 0; };
struct Layout { int type; uint64_t rows, columns; int64_t stride; };
struct Preference { uint64_t workspace = 0; uint32_t reductions = ~0u, alignment[4] = {256, 256, 256, 256}; };
struct Algorithm { uint64_t id, splits, workspace, alignment, tag, reduction, columns, unused; };
struct Heuristic { Algorithm algorithm; size_t workspace; int state; float waves; int reserved[4]; };
static_assert(sizeof(Algorithm) == 64 && sizeof(Heuristic) == 96, "cublasLtMatmulHeuristicResult_t");
const uint64_t Tag = 0x6165636721;

struct Problem { Desc desc; Layout a, b, c, d; int m, n, k; };

size_t bytes_of(int type) { return type == Float ? 4 : 2; }
size_t extent(const Layout& l) { return ((l.columns - 1) * uint64_t(l.stride) + l.rows) * bytes_of(l.type); }

int state(const Desc& desc, const Layout& a, const Layout& b, const Layout& c, const Layout& d, Problem& problem) {
  for (const Layout* l : {&a, &b, &c, &d}) {
    if (l->type != Float && l->type != Bfloat) return NotSupported;
    if (l->rows == 0 || l->columns == 0 || l->stride < int64_t(l->rows)) return BadValue;
    if (uint64_t(l->stride) * bytes_of(l->type) % 16) return NotSupported;
  }
  uint64_t m = desc.transA ? a.columns : a.rows, k = desc.transA ? a.rows : a.columns;
  uint64_t n = desc.transB ? b.rows : b.columns, k2 = desc.transB ? b.columns : b.rows;
  if (k != k2 || d.rows != m || d.columns != n || c.rows != m || c.columns != n) return BadValue;
  if (desc.compute != ComputeFloat || desc.scale != Float || a.type != b.type || c.type != d.type) return NotSupported;
  if (a.type == Float && d.type != Float) return NotSupported;
  int epilogue = desc.epilogue;
  if (epilogue != NoEpilogue && epilogue != BiasOnly && epilogue != GeluOnly && epilogue != GeluBias) return NotSupported;
  if (epilogue != NoEpilogue && !the.epilogues) return NotSupported;
  if ((epilogue & BiasOnly) && desc.biasType != -1 && desc.biasType != d.type) return NotSupported;
  problem = Problem{desc, a, b, c, d, int(m), int(n), int(k)};
  return Fine;
}

// An algorithm that this problem takes: its parts are added up if and only if there are several, and a test may want it for one size only.
int accepts(const Algorithm& algorithm, const Problem& problem) {
  if ((algorithm.splits > 1) != (algorithm.reduction != 0)) return BadValue;
  return the.choosy && algorithm.columns != uint64_t(problem.n) ? NotSupported : Fine;
}

float number(const void* data, int type, size_t at) {
  if (type == Float) return ((const float*)data)[at];
  uint32_t bits = uint32_t(((const uint16_t*)data)[at]) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

void put(void* data, int type, size_t at, float value) {
  if (type == Float) { ((float*)data)[at] = value; return; }
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  if (value != value) bits |= 0x400000u; else bits += 0x7fffu + (bits >> 16 & 1u);
  ((uint16_t*)data)[at] = uint16_t(bits >> 16);
}

// The numbers along k of row or column i, next to each other.
void gather(const void* data, const Layout& l, bool along, int i, int k, float* to) {
  size_t start = along ? size_t(i) * size_t(l.stride) : size_t(i), step = along ? 1 : size_t(l.stride);
  for (int j = 0; j < k; j++) to[j] = number(data, l.type, start + size_t(j) * step);
}

// One order of sums a kind: sixteen sums side by side over the whole of k, or over parts of k that are added up afterwards.
float dot(const float* a, const float* b, int k, const Algorithm& algorithm) {
  int part = algorithm.id == 2 ? 64 : k / int(algorithm.splits);
  float total = 0;
  for (int start = 0; start < k; start += std::max(part, 1)) {
    float sum[16] = {};
    int end = std::min(k, start + std::max(part, 1)), j = start;
    for (; j + 16 <= end; j += 16)
      for (int lane = 0; lane < 16; lane++) sum[lane] += a[j + lane] * b[j + lane];
    for (; j < end; j++) sum[(j - start) % 16] += a[j] * b[j];
    float partial = 0;
    for (int lane = 0; lane < 16; lane++) partial += sum[lane];
    total += partial;
  }
  return total;
}

float gelu(float x) { return 0.5f * x * (1.0f + std::tanh(0.7978845608f * (x + 0.044715f * x * x * x))); }

void multiply(const Problem& p, const Algorithm& algorithm, float alpha, float beta, const void* a, const void* b, const void* c, void* d) {
  std::vector<float> columns(size_t(p.n) * size_t(p.k)), row(size_t(p.k), 0.0f);
  for (int j = 0; j < p.n; j++) gather(b, p.b, !p.desc.transB, j, p.k, &columns[size_t(j) * size_t(p.k)]);
  for (int i = 0; i < p.m; i++) {
    gather(a, p.a, p.desc.transA, i, p.k, row.data());
    float bias = p.desc.epilogue & BiasOnly ? number((const void*)p.desc.bias, p.d.type, size_t(i)) : 0.0f;
    for (int j = 0; j < p.n; j++) {
      float value = alpha * dot(row.data(), &columns[size_t(j) * size_t(p.k)], p.k, algorithm);
      if (beta != 0) value += beta * number(c, p.c.type, size_t(j) * size_t(p.c.stride) + size_t(i));
      value += bias;
      put(d, p.d.type, size_t(j) * size_t(p.d.stride) + size_t(i), p.desc.epilogue & GeluOnly ? gelu(value) : value);
    }
  }
}

template <class T> int make(T** result, const char* what, T value) {
  *result = new T(value);
  the.others[what]++;
  return Fine;
}
template <class T> int unmake(T* object, const char* what) {
  if (!object) return BadValue;
  delete object;
  the.others[what]--;
  return Fine;
}
template <class T> int take(const void* data, size_t size, T& to) {
  if (!data || size != sizeof to) return BadValue;
  std::memcpy(&to, data, size);
  return Fine;
}

}  // namespace

#define BLAS(function) \
  std::lock_guard<std::recursive_mutex> guard(the.lock); \
  if (int code = injected(function)) return code

API size_t cublasLtGetVersion() { return 120400; }
API const char* cublasLtGetStatusName(int status) {
  switch (status) {
    case Fine: return "CUBLAS_STATUS_SUCCESS";
    case NotReadyYet: return "CUBLAS_STATUS_NOT_INITIALIZED";
    case BadValue: return "CUBLAS_STATUS_INVALID_VALUE";
    case Mismatch: return "CUBLAS_STATUS_ARCH_MISMATCH";
    case Failed: return "CUBLAS_STATUS_EXECUTION_FAILED";
    case NotSupported: return "CUBLAS_STATUS_NOT_SUPPORTED";
    default: return "CUBLAS_STATUS unknown";
  }
}
API const char* cublasLtGetStatusString(int status) { return cublasLtGetStatusName(status); }

API int cublasLtCreate(char** handle) {
  BLAS("cublasLtCreate");
  if (!current || the.retained == 0 || the.lost) return NotReadyYet;
  return make(handle, "cuBLASLt handles", 'h');
}
API int cublasLtDestroy(char* handle) { BLAS("cublasLtDestroy"); return unmake(handle, "cuBLASLt handles"); }

API int cublasLtMatmulDescCreate(Desc** desc, int compute, int scale) {
  BLAS("cublasLtMatmulDescCreate");
  Desc fresh{};
  fresh.compute = compute;
  fresh.scale = scale;
  return make(desc, "cuBLASLt descriptions", fresh);
}
API int cublasLtMatmulDescDestroy(Desc* desc) { BLAS("cublasLtMatmulDescDestroy"); return unmake(desc, "cuBLASLt descriptions"); }
API int cublasLtMatmulDescSetAttribute(Desc* desc, int attribute, const void* data, size_t size) {
  BLAS("cublasLtMatmulDescSetAttribute");
  switch (attribute) {   // cublasLtMatmulDescAttributes_t
    case 3: return take(data, size, desc->transA);
    case 4: return take(data, size, desc->transB);
    case 7: return take(data, size, desc->epilogue);
    case 8: return take(data, size, desc->bias);
    case 26: return take(data, size, desc->biasType);
    default: return BadValue;
  }
}

API int cublasLtMatrixLayoutCreate(Layout** layout, int type, uint64_t rows, uint64_t columns, int64_t stride) {
  BLAS("cublasLtMatrixLayoutCreate");
  return make(layout, "cuBLASLt layouts", Layout{type, rows, columns, stride});
}
API int cublasLtMatrixLayoutDestroy(Layout* layout) { BLAS("cublasLtMatrixLayoutDestroy"); return unmake(layout, "cuBLASLt layouts"); }

API int cublasLtMatmulPreferenceCreate(Preference** preference) {
  BLAS("cublasLtMatmulPreferenceCreate");
  return make(preference, "cuBLASLt preferences", Preference{});
}
API int cublasLtMatmulPreferenceDestroy(Preference* preference) {
  BLAS("cublasLtMatmulPreferenceDestroy");
  return unmake(preference, "cuBLASLt preferences");
}
API int cublasLtMatmulPreferenceSetAttribute(Preference* preference, int attribute, const void* data, size_t size) {
  BLAS("cublasLtMatmulPreferenceSetAttribute");
  switch (attribute) {   // cublasLtMatmulPreferenceAttributes_t
    case 1: return take(data, size, preference->workspace);
    case 3: return take(data, size, preference->reductions);
    case 5: case 6: case 7: case 8: return take(data, size, preference->alignment[attribute - 5]);
    default: return BadValue;
  }
}

API int cublasLtMatmulAlgoGetHeuristic(char* handle, Desc* desc, Layout* a, Layout* b, Layout* c, Layout* d, Preference* preference, int wanted,
    Heuristic* results, int* given) {
  BLAS("cublasLtMatmulAlgoGetHeuristic");
  if (!handle || !desc || !a || !b || !c || !d || !preference || wanted < 1) return BadValue;
  Problem problem;
  *given = 0;
  if (int refused = state(*desc, *a, *b, *c, *d, problem)) return refused;
  uint32_t alignment = *std::min_element(preference->alignment, preference->alignment + 4);
  if (alignment < 16) return NotSupported;
  uint64_t first = problem.n > 64 ? 2 : 1, columns = uint64_t(problem.n);
  std::vector<Algorithm> offered;
  if (preference->reductions && preference->workspace >= Workspace)   // sums of parts of k, by several blocks
    offered.push_back(Algorithm{3, problem.n > 64 ? 2u : 4u, Workspace, alignment, Tag, 2, columns, 0});
  offered.push_back(Algorithm{first, 1, preference->workspace >= Workspace ? Workspace : 0, alignment, Tag, 0, columns, 0});
  offered.push_back(Algorithm{3 - first, 1, 0, alignment, Tag, 0, columns, 0});
  for (int i = 0; i < wanted && i < int(offered.size()); i++)
    results[(*given)++] = Heuristic{offered[size_t(i)], offered[size_t(i)].workspace, Fine, 1.0f, {}};
  return Fine;
}

API int cublasLtMatmulAlgoCheck(char* handle, Desc* desc, Layout* a, Layout* b, Layout* c, Layout* d, const Algorithm* algorithm, Heuristic* result) {
  BLAS("cublasLtMatmulAlgoCheck");
  if (!handle || !desc || !a || !b || !c || !d || !algorithm || !result || algorithm->tag != Tag) return BadValue;
  Problem problem;
  if (int refused = state(*desc, *a, *b, *c, *d, problem)) return refused;
  if (int refused = accepts(*algorithm, problem)) return refused;
  *result = Heuristic{*algorithm, algorithm->workspace, Fine, 1.0f, {}};
  return Fine;
}

API int cublasLtMatmulAlgoConfigGetAttribute(const Algorithm* algorithm, int attribute, void* data, size_t size, size_t* written) {
  int value;
  if (algorithm->tag != Tag) return BadValue;
  switch (attribute) {   // cublasLtMatmulAlgoConfigAttributes_t
    case 0: value = int(algorithm->id); break;
    case 1: value = 1; break;
    case 2: value = int(algorithm->splits); break;
    case 3: value = int(algorithm->reduction); break;
    default: return BadValue;
  }
  if (written) *written = sizeof value;
  if (size != sizeof value) return BadValue;
  std::memcpy(data, &value, size);
  return Fine;
}

// The algorithms that never split have no such knobs.
API int cublasLtMatmulAlgoConfigSetAttribute(Algorithm* algorithm, int attribute, const void* data, size_t size) {
  BLAS("cublasLtMatmulAlgoConfigSetAttribute");
  int value = 0;
  if (algorithm->tag != Tag || take(data, size, value) != Fine || value < 0) return BadValue;
  if (algorithm->id != 3) return NotSupported;
  if (attribute == 2) algorithm->splits = uint64_t(value ? value : 1);
  else if (attribute == 3) algorithm->reduction = uint64_t(value);
  else return BadValue;
  return Fine;
}

API int cublasLtMatmul(char* handle, Desc* desc, const float* alpha, const void* a, Layout* la, const void* b, Layout* lb, const float* beta,
    const void* c, Layout* lc, void* d, Layout* ld, const Algorithm* algorithm, void* workspace, size_t workspaceSize, void* stream) {
  BLAS("cublasLtMatmul");
  if (the.lost) return Failed;
  if (!current || the.retained == 0) return NotReadyYet;
  if (!handle || !desc || !la || !lb || !lc || !ld || !alpha || !beta || !algorithm || algorithm->tag != Tag || !stream_of(stream)) return BadValue;
  Problem problem;
  if (int refused = state(*desc, *la, *lb, *lc, *ld, problem)) return refused;
  if (int refused = accepts(*algorithm, problem)) return refused;
  if (c != d && *beta != 0) return NotSupported;   // no caller of ours adds to anything but the result itself
  for (const void* pointer : {a, b, c, (const void*)d})
    if (!pointer || Address(pointer) % algorithm->alignment) return NotSupported;
  const Algorithm chosen = *algorithm;
  if (workspaceSize < chosen.workspace || (chosen.workspace && Address(workspace) % 256)) return BadValue;
  const float alphaValue = *alpha, betaValue = *beta;
  auto there = [=]() {
    return inside(Address(a), extent(problem.a)) && inside(Address(b), extent(problem.b)) && inside(Address(d), extent(problem.d))
        && (chosen.workspace == 0 || inside(Address(workspace), chosen.workspace))
        && (!(problem.desc.epilogue & BiasOnly) || inside(problem.desc.bias, size_t(problem.m) * bytes_of(problem.d.type)));
  };
  if (!there()) return BadValue;
  return submit(stream, Work{"cublasLtMatmul", [=]() {
    if (!there()) { the.message = "cublasLtMatmul: its memory is gone"; return IllegalAddress; }
    if (chosen.workspace) std::memset(workspace, 0xff, chosen.workspace);
    multiply(problem, chosen, alphaValue, betaValue, a, b, c, d);
    return Success;
  }}) == Success ? Fine : Failed;
}
