#include "app/validation_run.hpp"

#include "skingauge/version.hpp"

#include "app/common_options.hpp"
#include "app/interrupt.hpp"
#include "app/regions.hpp"

#include <chrono>

#include <fmt/format.h>

namespace skingauge::app {
namespace {

constexpr std::size_t kTold = 10;

std::string with_code(const ItemError& error) {
  return error.message + " [" + std::string(to_string(error.code)) + "]";
}

}  // namespace

void Problems::error(const std::string& message) { tell("error: " + message, errors_++); }

void Problems::warning(const std::string& message) {
  if (strict_) return error(message);
  tell("warning: " + message, warnings_++);
}

void Problems::close() {
  if (errors_ > kTold) progress_->say(fmt::format("... and {} more errors", errors_ - kTold));
  if (warnings_ > kTold)
    progress_->say(fmt::format("... and {} more warnings (`dataset audit` lists them)", warnings_ - kTold));
}

void Problems::tell(const std::string& text, std::size_t before) {
  if (before < kTold) progress_->say(text);
}

ValidationRun::ValidationRun(const Ensemble& ensemble, Selection selection, ValidationFiles& files,
                             Progress& progress, bool strict)
    : ensemble_(&ensemble),
      selection_(std::move(selection)),
      files_(&files),
      progress_(&progress),
      problems_(progress, strict) {}

ExitCode ValidationRun::run() {
  const InterruptGuard guard;
  progress_->start();
  const auto start = std::chrono::steady_clock::now();
  ensemble_->stream([this] { return next_request(); }, [this](FacePrediction&& face) { return take(face); });
  facts_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  facts_.stopped = InterruptGuard::interrupted() && taken_ < selection_.photos.size();
  if (!facts_.stopped) files_->finish();
  problems_.close();
  return status();
}

RunFacts ValidationRun::facts(Criterion criterion) const {
  auto facts = facts_;
  const auto statistics = ensemble_->statistics();
  facts.version = version();
  facts.manifest_name = ensemble_->manifest().name;
  facts.manifest_sha256 = ensemble_->manifest().sha256;
  facts.demo = ensemble_->manifest().demo;
  facts.device = to_string(ensemble_->devices());
  facts.precision = to_string(ensemble_->options().precision);
  facts.engine = ensemble_->engine_name();
  for (const auto& model : ensemble_->manifest().models) facts.models.push_back({model.id, model.sha256});
  facts.min_box_side = ensemble_->manifest().preprocess.min_box_side;
  facts.split = selection_.description;
  facts.shared_subjects = selection_.shared_subjects;
  facts.criterion = criterion;
  facts.photos = static_cast<std::int64_t>(taken_);
  facts.passed_over = selection_.passed_over;
  facts.gpu_photos = statistics.gpu_photos;
  facts.crops = statistics.crops;
  facts.tiles = statistics.tiles;
  facts.decode_core_seconds = statistics.decode_seconds;
  facts.cut_core_seconds = statistics.cut_seconds;
  facts.network_core_seconds = statistics.network_seconds;
  return facts;
}

std::optional<Request> ValidationRun::next_request() {
  if (InterruptGuard::interrupted()) {
    progress_->say(fmt::format(
        "stopping: {} photographs under way are finished first; once more ends at once", under_way_.size()));
    return std::nullopt;
  }
  if (next_ == selection_.photos.size()) return std::nullopt;
  const auto& photo = selection_.photos[next_++];
  under_way_.push_back(read_labels(photo));
  return request_of(photo, under_way_.back());
}

bool ValidationRun::take(const FacePrediction& face) {
  const auto& photo = selection_.photos[taken_++];
  const auto labels = std::move(under_way_.front());
  under_way_.pop_front();
  facts_.photos_without_labels += photo.labels.empty() ? 1 : 0;
  report(photo, face, labels);
  const auto outcomes = compare(face, labels);
  const auto place = data_.add_photo(facts_from_labels(photo, labels));
  for (const auto& outcome : outcomes) data_.add(place, outcome);
  files_->add(photo, outcomes);
  progress_->update(taken_);
  return !device_failed_;
}

void ValidationRun::report(const PhotoEntry& photo, const FacePrediction& face, const PhotoLabels& labels) {
  if (face.error) {
    ++facts_.photos_failed;
    device_failed_ = device_failed_ || face.error->code == ErrorCode::device_failed;
    problems_.error(photo.id + ": " + with_code(*face.error));
  }
  for (const auto& error : labels.errors) {
    if (!error) continue;
    if (++facts_.labels_failed == 1) facts_.first_label_error = error->message;
    problems_.error(with_code(*error));
  }
  for (const auto& label : labels.labels) {
    if (label) report(*label);
  }
  for (const auto& conflict : labels.conflicts) problems_.warning(photo.id + ": " + conflict);
  report_heads(face);
}

void ValidationRun::report(const Label& label) {
  facts_.boxes += label.box ? 1 : 0;
  facts_.swapped_corners += label.corners_swapped ? 1 : 0;
  for (const auto& problem : label.problems) {
    const auto text = label.file.string() + ": " + problem.field + ": " + problem.message;
    if (problem.error) {
      problems_.error(text);
    } else {
      problems_.warning(text);
    }
  }
}

// A crop's failure is told once, not for each of its heads.
void ValidationRun::report_heads(const FacePrediction& face) {
  const std::string* told = nullptr;
  for (const auto& head : face.heads) {
    const auto* skip = std::get_if<Skipped>(&head.answer);
    const bool failure = skip != nullptr &&
                         (skip->reason == SkipReason::box_outside || skip->reason == SkipReason::model_error);
    if (!failure || (told != nullptr && *told == skip->detail)) continue;
    problems_.error(skip->detail + " [" + std::string(to_string(skip->reason)) + "]");
    told = &skip->detail;
  }
}

ExitCode ValidationRun::status() const {
  if (device_failed_) return ExitCode::device;
  if (taken_ > 0 && facts_.photos_failed == static_cast<std::int64_t>(taken_)) return ExitCode::input;
  return problems_.any_error() || facts_.stopped ? ExitCode::some_failed : ExitCode::done;
}

}  // namespace skingauge::app
