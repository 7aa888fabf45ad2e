// A CUDA driver in software, for tests on machines without a GPU: the cu* functions that ../driver.ts calls, over host
// memory and the kernels compiled as C++. Fresh memory is full of NaN. The environment makes it a machine with trouble:
//   SOFTWARE_CUDA_GPUS=n         this many equal devices (default 1), of which CUDA_VISIBLE_DEVICES shows some
//   SOFTWARE_CUDA_MEMORY=bytes   memory of each (default 4 GiB)
//   SOFTWARE_CUDA_VERSION=12040  version of the driver
//   SOFTWARE_CUDA_CAPABILITY=80  compute capability 8.0 (default 7.5)
//   SOFTWARE_CUDA_FAIL=f:code    function f returns this error; f:code:n from its nth call on
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include "../kernels/fast.cu"
#include "../kernels/kernels.cu"
#include "fibers.h"

typedef unsigned long long Address;

namespace {
constexpr size_t roomy = 4ull << 30;

double setting(const char* name, double otherwise) {
  const char* value = getenv(name);
  return value && *value ? atof(value) : otherwise;
}

struct Device {
  size_t used = 0;
  std::map<Address, size_t> pieces;
};
Device devices[16];
int currentDevice = 0;

size_t memoryOf() { return (size_t)setting("SOFTWARE_CUDA_MEMORY", roomy); }

// Numbers of the devices that this process sees, as the real driver reads CUDA_VISIBLE_DEVICES; returns how many.
int visible(int* to) {
  const int all = (int)setting("SOFTWARE_CUDA_GPUS", 1);
  const char* list = getenv("CUDA_VISIBLE_DEVICES");
  int count = 0;
  if (!list) {
    for (; count < all && count < 16; count++) to[count] = count;
    return count;
  }
  for (const char* at = list; *at && count < 16;) {
    int device = -1;
    if (!strncmp(at, "GPU-", 4) || !strncmp(at, "MIG-", 4)) device = atoi(strrchr(at, '-') + 1);
    else if (*at >= '0' && *at <= '9') device = atoi(at);
    if (device < 0 || device >= all) break;
    to[count++] = device;
    at = strchr(at, ',');
    if (!at) break;
    at++;
  }
  return count;
}

// The error that SOFTWARE_CUDA_FAIL plans for this call, or 0.
int planned(const char* function) {
  static std::map<std::string, int> calls;
  const char* plan = getenv("SOFTWARE_CUDA_FAIL");
  const size_t length = strlen(function);
  if (!plan || strncmp(plan, function, length) || plan[length] != ':') return 0;
  const char* after = strchr(plan + length + 1, ':');
  return ++calls[function] >= (after ? atoi(after + 1) : 1) ? atoi(plan + length + 1) : 0;
}
#define PLANNED                                \
  if (const int code = planned(__func__)) return code

template <class... A, size_t... I>
void call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) {
  kernel(*(A*)arguments[I]...);
}
#define KERNEL(name)                                                                                          \
  {                                                                                                           \
    #name, [](void** a) {                                                                                     \
      [&]<class... A>(void (*kernel)(A...)) { call(kernel, a, std::index_sequence_for<A...>{}); }(name);       \
    }                                                                                                         \
  }
const struct {
  const char* name;
  void (*run)(void**);
} kernels[] = {KERNEL(transpose), KERNEL(masks), KERNEL(forward), KERNEL(forwardGru),
               KERNEL(forwardRnn), KERNEL(dense), KERNEL(backward), KERNEL(backwardGru),
               KERNEL(backwardRnn), KERNEL(below), KERNEL(belowRows), KERNEL(weights),
               KERNEL(denseWeights), KERNEL(measure), KERNEL(update), KERNEL(advance),
               KERNEL(forwardFast), KERNEL(forwardGruFast), KERNEL(forwardRnnFast), KERNEL(backwardFast),
               KERNEL(backwardGruFast), KERNEL(backwardRnnFast), KERNEL(belowFast), KERNEL(belowRowsFast),
               KERNEL(weightsFast)};
}  // namespace

#pragma GCC visibility push(default)
extern "C" {
int cuInit(unsigned) { PLANNED; return 0; }

int cuDriverGetVersion(int* version) {
  *version = (int)setting("SOFTWARE_CUDA_VERSION", 13000);
  return 0;
}

int cuDeviceGetCount(int* count) {
  PLANNED;
  int numbers[16];
  *count = visible(numbers);
  return 0;
}

int cuDeviceGet(int* device, int ordinal) {
  PLANNED;
  int numbers[16];
  if (ordinal >= visible(numbers)) return 101;
  *device = numbers[ordinal];
  return 0;
}

int cuDeviceGetName(char* name, int size, int) {
  snprintf(name, size, "software CUDA");
  return 0;
}

int cuDeviceGetPCIBusId(char* id, int size, int device) {
  snprintf(id, size, "0000:%02X:00.0", device + 1);
  return 0;
}

int cuDeviceGetAttribute(int* value, int attribute, int) {
  const int capability = (int)setting("SOFTWARE_CUDA_CAPABILITY", 75);
  *value = attribute == 75 ? capability / 10 : attribute == 76 ? capability % 10 : 1;  // one of everything else
  return 0;
}

int cuDeviceTotalMem_v2(size_t* bytes, int) {
  *bytes = memoryOf();
  return 0;
}

int cuDevicePrimaryCtxRetain(void** context, int device) {
  PLANNED;
  *context = (void*)(size_t)(device + 1);
  return 0;
}

int cuDevicePrimaryCtxRelease_v2(int) { return 0; }

int cuCtxSetCurrent(void* context) {
  currentDevice = (int)(size_t)context - 1;
  return 0;
}

int cuMemGetInfo_v2(size_t* left, size_t* total) {
  *total = memoryOf();
  *left = *total - devices[currentDevice].used;
  return 0;
}

int cuMemAlloc_v2(Address* at, size_t bytes) {
  PLANNED;
  Device& device = devices[currentDevice];
  if (device.used + bytes > memoryOf()) return 2;
  void* memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
  if (!memory) return 2;
  memset(memory, 0xFF, bytes);
  device.used += bytes;
  device.pieces[(Address)memory] = bytes;
  *at = (Address)memory;
  return 0;
}

int cuMemFree_v2(Address at) {
  Device& device = devices[currentDevice];
  const auto piece = device.pieces.find(at);
  if (piece == device.pieces.end()) return 1;
  device.used -= piece->second;
  device.pieces.erase(piece);
  free((void*)at);
  return 0;
}

int cuMemcpyHtoD_v2(Address to, const void* from, size_t bytes) {
  PLANNED;
  memcpy((void*)to, from, bytes);
  return 0;
}

int cuMemcpyDtoH_v2(void* to, Address from, size_t bytes) {
  PLANNED;
  memcpy(to, (void*)from, bytes);
  return 0;
}

int cuMemsetD8_v2(Address at, unsigned char value, size_t bytes) {
  memset((void*)at, value, bytes);
  return 0;
}

// The text is not run, but it has to be one, for this GPU. A module is a copy of it, never unloaded.
int cuModuleLoadData(void** module, const void* text) {
  PLANNED;
  const char* target = strstr((const char*)text, ".target sm_");
  if (!target || !strstr(target, ".entry")) return 218;
  *module = new std::string((const char*)text);
  return atoi(target + strlen(".target sm_")) > setting("SOFTWARE_CUDA_CAPABILITY", 75) ? 209 : 0;
}

int cuModuleGetFunction(void** function, void* module, const char* name) {
  PLANNED;
  const std::string entry = std::string(".entry ") + name + "(";
  if (((const std::string*)module)->find(entry) == std::string::npos) return 500;
  for (const auto& kernel : kernels)
    if (!strcmp(kernel.name, name)) {
      *function = (void*)kernel.run;
      return 0;
    }
  return 500;
}

int cuLaunchKernel(void* kernel, unsigned gx, unsigned gy, unsigned gz, unsigned threads, unsigned, unsigned, unsigned, void*,
                   void** arguments, void**) {
  PLANNED;
  fibers::launch((void (*)(void**))kernel, arguments, {gx, gy, gz}, threads);
  return 0;
}

int cuStreamQuery(void*) { PLANNED; return 0; }

int cuGetErrorName(int code, const char** name) {
  *name = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_OF_THE_SOFTWARE";
  return 0;
}
}
#pragma GCC visibility pop
