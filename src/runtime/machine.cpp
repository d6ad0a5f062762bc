#include "skingauge/machine.hpp"

#include "skingauge/version.hpp"

#include "model/torchscript_version.hpp"
#include "runtime/dnnl_network.hpp"
#include "runtime/torchscript_cuda.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

#include <sched.h>
#include <unistd.h>

namespace skingauge {
namespace {

// The value of a line "key : value" of /proc/cpuinfo.
std::string cpuinfo(std::string_view key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(':');
    if (line.starts_with(key) && colon != std::string::npos && colon + 2 <= line.size())
      return line.substr(colon + 2);
  }
  return "";
}

// As the system allows them: what it does not save between processes is not among them.
const std::vector<std::string>& all_features() {
  static const auto features = [] {
    std::istringstream flags(cpuinfo("flags"));
    return std::vector<std::string>(std::istream_iterator<std::string>(flags), {});
  }();
  return features;
}

std::vector<std::string> known_features() {
  constexpr std::array<std::string_view, 9> kKnown{
      "avx2", "fma", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "amx_int8"};
  std::vector<std::string> found;
  for (const auto& flag : all_features()) {
    if (std::find(kKnown.begin(), kKnown.end(), flag) != kKnown.end()) found.push_back(flag);
  }
  return found;
}

}  // namespace

bool cpu_has(std::string_view feature) {
  const auto& features = all_features();
  return std::find(features.begin(), features.end(), feature) != features.end();
}

int usable_threads() noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

MachineReport describe_machine() {
  MachineReport report;
  report.version = std::string(version());
  report.cpu_model = cpuinfo("model name");
  report.cpu_threads = usable_threads();
  report.cpu_features = known_features();
  report.memory_total =
      static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  report.libtorch = libtorch_version();
  report.onednn = dnnl_version();
  report.cudnn = cudnn_version();
  report.cuda = query_cuda(true);
  return report;
}

}  // namespace skingauge
