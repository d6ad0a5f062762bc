#include "app/validation_files.hpp"

#include "skingauge/error.hpp"
#include "skingauge/predictions_file.hpp"

#include "core/text_file.hpp"

namespace skingauge::app {
namespace fs = std::filesystem;

ValidationFiles::ValidationFiles(const fs::path& folder, const std::vector<Task>& tasks, std::size_t photos,
                                 Criterion criterion, bool logits)
    : predictions_(nullptr), logits_(logits) {
  make_folder(folder);
  predictions_ = &open(folder / "predictions.jsonl");
  for (const auto task : tasks) {
    auto& file = open(folder / (task == Task::grade ? "class_test.txt" : "regression_test.txt"));
    logs_.emplace_back(file.stream, task, photos, criterion);
  }
}

ValidationFiles::File& ValidationFiles::open(const fs::path& path) {
  files_.push_back(
      std::make_unique<File>(File{path, std::ofstream(path, std::ios::binary | std::ios::trunc)}));
  check();
  return *files_.back();
}

void ValidationFiles::check() {
  for (const auto& file : files_) {
    if (!file->stream) throw DiskError(ErrorCode::io_failed, file->path.string() + ": cannot be written");
  }
}

void ValidationFiles::add(const PhotoEntry& photo, const std::vector<HeadOutcome>& outcomes) {
  write_predictions(predictions_->stream, photo.id, outcomes, logits_);
  for (auto& log : logs_) log.add(photo, outcomes);
  for (const auto& file : files_) file->stream.flush();
  check();
}

void ValidationFiles::finish() {
  for (auto& log : logs_) log.finish();
  for (const auto& file : files_) file->stream.flush();
  check();
}

}  // namespace skingauge::app
