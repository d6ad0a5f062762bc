// What this machine offers: the facts behind `skingauge doctor`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge {

struct CudaGpu {
  int index{0};
  std::string name;
  int capability_major{0};
  int capability_minor{0};
  int multiprocessors{0};
  std::size_t memory_total{0};  ///< bytes
  std::size_t memory_free{0};   ///< bytes, at the time of asking; 0 where it was not asked for
};

/// CUDA as seen from this process. `problem` is empty exactly where at least one GPU can be used.
struct CudaStatus {
  bool built{false};      ///< whether this build has CUDA code
  int driver_version{0};  ///< as CUDA writes it: 13000; 0 where there is no driver
  int runtime_version{0};
  std::vector<CudaGpu> gpus;
  std::string problem;  ///< one line for people
};

struct MachineReport {
  std::string version;  ///< of skingauge
  std::string cpu_model;
  int cpu_threads{0};  ///< that this process may use
  std::vector<std::string>
      cpu_features;  ///< of those that matter for networks: avx2, avx512f, avx512_bf16, amx_bf16, ...
  std::size_t memory_total{0};  ///< bytes
  std::string libtorch;         ///< version; "none" in a build without it
  std::string onednn;           ///< version
  std::string cudnn;            ///< version; "none" in a build without CUDA
  CudaStatus cuda;
};

/// Asks the system. Never throws for missing hardware.
MachineReport describe_machine();
/// `free_memory`: asks each GPU for it, which makes a context of some hundred MB there.
CudaStatus query_cuda(bool free_memory = false);

/// Whether this CPU has a feature, by its name in /proc/cpuinfo: "avx2", "avx512vl".
bool cpu_has(std::string_view feature);

/// How many threads this process may run at once (its CPU affinity); at least 1.
int usable_threads() noexcept;

}  // namespace skingauge
