#include "skingauge/audit.hpp"

#include <algorithm>
#include <set>

namespace skingauge {
namespace {

constexpr std::size_t kListed = 100;
constexpr std::int64_t kFullSetPhotos = 13'936;

void list(std::vector<std::string>& lines, std::int64_t& count, std::string line) {
  ++count;
  if (lines.size() < kListed) lines.push_back(std::move(line));
}

// Why a crop cannot be cut out, as far as its label tells.
std::optional<SkipReason> box_reason(const Label& label, int min_box_side) {
  if (!label.box) return SkipReason::no_box;
  const bool sized = label.width && label.height;
  const bool small = std::min(label.box->width(), label.box->height()) < min_box_side;
  if (sized && !small && !label.box->inside(*label.width, *label.height)) return SkipReason::box_outside;
  return small ? std::optional(SkipReason::box_too_small) : std::nullopt;
}

class Auditor {
 public:
  Auditor(AuditReport& report, int min_box_side) : report_(&report), min_box_side_(min_box_side) {
    for (const auto& sign : signs()) report.signs.push_back({&sign, 0, 0, {}});
  }

  void add(const PhotoEntry& photo) {
    ++report_->photos;
    ++report_->photos_by_device[std::string(to_string(photo.device))];
    ++report_->photos_by_angle[photo.angle];
    report_->label_files += static_cast<std::int64_t>(photo.labels.size());
    report_->photos_without_labels += photo.labels.empty() ? 1 : 0;
    people_.insert(photo.subject);
    const auto labels = read_labels(photo);
    for (const auto& conflict : labels.conflicts)
      list(report_->conflicts, report_->conflict_count, photo.id + ": " + conflict);
    for (const auto& error : labels.errors) {
      if (!error) continue;
      ++report_->label_files_unusable;
      list(report_->errors, report_->error_count, error->message);
    }
    for (auto& sign : report_->signs) add(sign, labels);
    for (const auto& label : labels.labels) {
      if (label) add(*label);
    }
    report_->people = static_cast<std::int64_t>(people_.size());
  }

 private:
  void add(const Label& label) {
    ++report_->labels_by_facepart[index(label.facepart)];
    report_->boxes += label.box ? 1 : 0;
    report_->swapped_corners += label.corners_swapped ? 1 : 0;
    for (const auto& problem : label.problems) {
      auto text = label.file.string() + ": " + problem.field + ": " + problem.message;
      if (problem.error) {
        list(report_->errors, report_->error_count, std::move(text));
      } else {
        list(report_->warnings, report_->warning_count, std::move(text));
      }
    }
  }

  void add(SignAudit& audit, const PhotoLabels& labels) const {
    const auto at = index(audit.sign->facepart);
    const auto skip = [&](SkipReason reason) { ++audit.not_judged[std::string(to_string(reason))]; };
    if (!labels.labels[at]) return skip(labels.errors[at] ? SkipReason::label_error : SkipReason::no_label);
    const auto& label = *labels.labels[at];
    const auto value = truth(label, *audit.sign);
    const bool usable = std::holds_alternative<double>(value);
    audit.with_value += usable ? 1 : 0;
    if (const auto reason = box_reason(label, min_box_side_)) return skip(*reason);
    if (!usable) return skip(std::get<Skipped>(value).reason);
    ++audit.judged;
  }

  AuditReport* report_;
  int min_box_side_;
  std::set<std::string> people_;
};

// The guideline's counts of the full set (protocol, section 8).
std::vector<GuidelineRow> guideline(const AuditReport& r) {
  const auto values = [&](std::string_view stem, Task task) {
    std::int64_t sum = 0;
    for (const auto& s : r.signs) sum += s.sign->stem == stem && s.sign->task == task ? s.with_value : 0;
    return sum;
  };
  const auto device = [&](const char* name) {
    const auto found = r.photos_by_device.find(name);
    return found == r.photos_by_device.end() ? std::int64_t{0} : found->second;
  };
  using enum Task;
  return {{"photos, camera", 7'504, device("camera")},
          {"photos, tablet", 3'216, device("tablet")},
          {"photos, phone", 3'216, device("phone")},
          {"label files", 125'424, r.label_files},
          {"values, forehead", 13'936, values("forehead_wrinkle", grade)},
          {"values, glabella", 13'935, values("glabellus_wrinkle", grade)},
          {"values, eye corners, grade", 22'566, values("perocular_wrinkle", grade)},
          {"values, eye corners, instrument", 20'304, values("perocular_wrinkle_Ra", measurement)},
          {"values, cheeks, grade", 27'802, values("cheek_pore", grade)},
          {"values, cheeks, instrument", 23'607, values("cheek_moisture", measurement)},
          {"values, lips", 13'936, values("lip_dryness", grade)},
          {"values, chin", 13'936, values("chin_sagging", grade)}};
}

}  // namespace

AuditReport audit(const Dataset& dataset, int min_box_side,
                  const std::function<void(std::size_t)>& progress) {
  AuditReport report;
  Auditor auditor(report, min_box_side);
  for (const auto& photo : dataset.photos) {
    auditor.add(photo);
    if (progress) progress(static_cast<std::size_t>(report.photos));
  }
  if (report.photos == kFullSetPhotos) report.guideline = guideline(report);
  return report;
}

}  // namespace skingauge
