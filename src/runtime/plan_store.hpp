// cuDNN's plans for one kind of GPU in one precision, kept in a file.
#pragma once

#include "skingauge/engine.hpp"

#include "runtime/gpu_description.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

struct StoredPlan {
  std::string engine;                    ///< cuDNN's name of it, for people
  std::vector<std::byte> bytes;          ///< as CudnnPlan::stored
  std::optional<double> microseconds{};  ///< as measured on the device; empty: chosen by cuDNN's heuristics
  int driver{0};                         ///< version that it was made for
};

/// A file in the folder of prepared networks, bound to GPU (name, capability, multiprocessors), cuDNN's
/// version and precision. Networks with layers of the same shape share its plans, so it is bound to none.
/// A plan serves the version of the driver that it was made for: cuDNN restores it under no other.
class PlanStore {
 public:
  /// Reads the file where there is one; a damaged one, or one bound to something else, counts as none. Empty
  /// folder: nothing is read or kept.
  PlanStore(const std::filesystem::path& folder, const GpuDescription& gpu, const std::string& cudnn,
            Precision precision);

  /// Null where there is none, or one for another driver.
  [[nodiscard]] const StoredPlan* find(const std::string& name) const;
  void put(const std::string& name, StoredPlan plan);
  /// Writes the file if plans were put since it was read. Throws DiskError.
  void keep();

  /// Whether there is a file to write.
  [[nodiscard]] bool keeps() const noexcept { return !file_.empty(); }
  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
  [[nodiscard]] std::size_t size() const noexcept { return plans_.size(); }

 private:
  void read();

  std::filesystem::path file_;  ///< empty: none
  std::string key_;
  int driver_;
  bool changed_{false};
  std::map<std::string, StoredPlan> plans_;
};

}  // namespace skingauge
