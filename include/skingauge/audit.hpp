// What a data set holds, counted: before anybody believes a figure computed from it.
#pragma once

#include "skingauge/dataset.hpp"
#include "skingauge/sign.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace skingauge {

/// One sign over all label files.
struct SignAudit {
  const Sign* sign{nullptr};
  std::int64_t with_value{0};  ///< labels that hold a usable value, whatever their box
  std::int64_t judged{0};      ///< those whose box can be cut out too: what an evaluation counts
  std::map<std::string, std::int64_t> not_judged;  ///< by reason
};

/// A count of the guideline's beside what was found.
struct GuidelineRow {
  std::string what;
  std::int64_t expected{0};
  std::int64_t found{0};
};

struct AuditReport {
  std::int64_t photos{0};
  std::int64_t photos_without_labels{0};
  std::int64_t people{0};
  std::int64_t label_files{0};
  std::int64_t label_files_unusable{0};
  std::map<std::string, std::int64_t> photos_by_device;  ///< "camera", "tablet", "phone"
  std::map<std::string, std::int64_t> photos_by_angle;
  std::array<std::int64_t, 9> labels_by_facepart{};  ///< usable label files
  std::vector<SignAudit> signs;                      ///< in the order of signs()
  std::int64_t boxes{0};                             ///< usable ones
  std::int64_t swapped_corners{0};                   ///< of those
  std::int64_t conflict_count{0};
  std::int64_t warning_count{0};
  std::int64_t error_count{0};
  std::vector<std::string> conflicts;   ///< name against JSON, file against file; the first hundred
  std::vector<std::string> warnings;    ///< odd fields; the first hundred
  std::vector<std::string> errors;      ///< unusable files and fields; the first hundred
  std::vector<GuidelineRow> guideline;  ///< only where the full set's number of photographs is there
};

/// Reads every label file (no photograph). `min_box_side` as in Preprocess. `progress` gets photographs done.
AuditReport audit(const Dataset& dataset, int min_box_side,
                  const std::function<void(std::size_t)>& progress = {});

}  // namespace skingauge
