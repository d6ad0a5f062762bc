// The files a validation writes while it runs.
#pragma once

#include "skingauge/nia_log.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

namespace skingauge::app {

/// predictions.jsonl, and class_test.txt / regression_test.txt by task, in one folder. Each photograph is
/// flushed, so that an interrupted run keeps what it has finished. Throws DiskError.
class ValidationFiles {
 public:
  ValidationFiles(const std::filesystem::path& folder, const std::vector<Task>& tasks, std::size_t photos,
                  Criterion criterion, bool logits);
  void add(const PhotoEntry& photo, const std::vector<HeadOutcome>& outcomes);
  void finish();

 private:
  struct File {
    std::filesystem::path path;
    std::ofstream stream;
  };
  File& open(const std::filesystem::path& path);
  void check();

  std::vector<std::unique_ptr<File>> files_;
  std::vector<NiaLog> logs_;
  File* predictions_;
  bool logits_;
};

}  // namespace skingauge::app
