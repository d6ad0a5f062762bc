#include "skingauge/synthesis.hpp"

#include "skingauge/error.hpp"

#include "core/text_file.hpp"
#include "face_awkward.hpp"
#include "face_labels.hpp"
#include "face_portrait.hpp"
#include "face_shots.hpp"
#include "face_staging.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace skingauge {
namespace {

namespace fs = std::filesystem;

template <class Value>
void check(const char* field, Value value, Value low, Value high) {
  if (value >= low && value <= high) return;
  throw UsageError(ErrorCode::bad_option, std::string("synthesis: ") + field + " is " +
                                              std::to_string(value) + ", allowed is " + std::to_string(low) +
                                              ".." + std::to_string(high));
}

void count_box(const Box& box, Facepart facepart, SynthesisReport& report) {
  constexpr int kMinSide = 50;
  const int shorter = std::min(box.width(), box.height());
  const int longer = std::max(box.width(), box.height());
  if (shorter < kMinSide) {
    ++report.small_boxes;
  } else if (facepart != Facepart::face && shorter * 2 < longer) {
    ++report.thin_boxes;
  }
}

void write_labels(const fs::path& folder, const face::Shot& shot, const face::Person& person,
                  const face::Geometry& geometry, bool awkward, SynthesisReport& report) {
  for (const auto& part : faceparts()) {
    const auto box = geometry.box(part.facepart, shot.facts.width, shot.facts.height);
    if (box) {
      count_box(*box, part.facepart, report);
    } else {
      ++report.hidden_boxes;
    }
    auto label = face::make_label(person, shot.facts, part.facepart, box);
    face::Random random{face::mix_seed({shot.seed, static_cast<std::uint64_t>(number(part.facepart)), 0xA})};
    if (awkward) face::make_awkward(label, random, report);
    write_text_file(folder / (shot.facts.name + "_0" + std::to_string(number(part.facepart)) + ".json"),
                    label.dump(2) + "\n");
    ++report.labels;
  }
}

// Draws one photograph and writes it with its labels; what it adds to the report.
SynthesisReport take_photo(const fs::path& root, const face::Shot& shot, const SynthesisOptions& options) {
  const auto sitting = face::sit(shot, options.seed, options.awkward);
  SynthesisReport report;
  report.photos = 1;
  report.far_turns = sitting.take.far_turn ? 1 : 0;
  write_jpeg(root / "img" / shot.folder() / (shot.facts.name + ".jpg"), sitting.photograph(shot),
             options.jpeg_quality);
  write_labels(root / "label" / shot.folder(), shot,
               face::examine(face::subject_id(shot.subject), sitting.traits, sitting.marks), sitting.geometry,
               options.awkward, report);
  return report;
}

void add(SynthesisReport& sum, const SynthesisReport& more) {
  for (auto field :
       {&SynthesisReport::photos, &SynthesisReport::labels, &SynthesisReport::hidden_boxes,
        &SynthesisReport::small_boxes, &SynthesisReport::thin_boxes, &SynthesisReport::far_turns,
        &SynthesisReport::null_boxes, &SynthesisReport::swapped_corners, &SynthesisReport::null_annotations,
        &SynthesisReport::null_equipment, &SynthesisReport::failed_readings, &SynthesisReport::null_values}) {
    sum.*field += more.*field;
  }
}

// Takes all photographs on several threads; the first failure stops the rest and is thrown.
class Studio {
 public:
  Studio(const fs::path& root, const SynthesisOptions& options, const std::vector<face::Shot>& shots)
      : root_(root), options_(options), shots_(shots) {}

  SynthesisReport run(int threads, const std::function<void(std::size_t, std::size_t)>& progress) {
    std::vector<std::jthread> workers;
    workers.reserve(static_cast<std::size_t>(threads));
    for (int i = 0; i < threads; ++i) workers.emplace_back([this] { work(); });
    watch(progress);
    workers.clear();
    if (failure_) std::rethrow_exception(failure_);
    return report_;
  }

 private:
  void work() noexcept {
    for (auto i = next_++; i < shots_.size(); i = next_++) {
      try {
        const auto one = take_photo(root_, shots_[i], options_);
        const std::scoped_lock lock(mutex_);
        add(report_, one);
      } catch (...) {
        const std::scoped_lock lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
        next_ = shots_.size();
      }
      changed_.notify_one();
    }
  }

  // Progress is told here, on the caller's thread and outside the lock.
  void watch(const std::function<void(std::size_t, std::size_t)>& progress) {
    std::size_t told = 0;
    while (told < shots_.size()) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return report_.photos > told || failure_; });
      if (failure_) return;
      told = report_.photos;
      lock.unlock();
      if (progress) progress(told, shots_.size());
    }
  }

  const fs::path& root_;
  const SynthesisOptions& options_;
  const std::vector<face::Shot>& shots_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  SynthesisReport report_;
  std::exception_ptr failure_;
};

}  // namespace

void SynthesisOptions::validate() const {
  check("subjects", subjects, 1, 9999);
  check("photos_per_subject", photos_per_subject, 0, 13);
  check("jpeg_quality", jpeg_quality, 50, 100);
  check("threads", threads, 0, 256);
  check("number of devices", devices.size(), std::size_t{1}, std::size_t{3});
  for (const int device : devices) check("device", device, 1, 3);
  if (std::set<int>(devices.begin(), devices.end()).size() != devices.size()) {
    throw UsageError(ErrorCode::bad_option, "synthesis: a device is listed twice");
  }
}

SynthesisReport synthesize(const std::filesystem::path& root, const SynthesisOptions& options,
                           const std::function<void(std::size_t done, std::size_t total)>& progress) {
  options.validate();
  face::Staging staging(root);
  const auto shots = face::plan_shots(options);
  for (const auto& shot : shots) {
    staging.make_folder(fs::path("img") / shot.folder());
    staging.make_folder(fs::path("label") / shot.folder());
  }
  const int cores = std::max(static_cast<int>(std::thread::hardware_concurrency()), 1);
  const int threads = options.threads > 0 ? options.threads : cores;
  const auto report = Studio(staging.folder(), options, shots).run(threads, progress);
  staging.finish();
  return report;
}

}  // namespace skingauge
