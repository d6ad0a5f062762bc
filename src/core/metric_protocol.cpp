#include "skingauge/metric_protocol.hpp"

#include <algorithm>
#include <array>

namespace skingauge {
namespace {

constexpr std::string_view kScores = "a score for each class; one class: the value";
constexpr std::string_view kClassScores = "a score for each class";
constexpr std::string_view kClassId = "the class, 0..classes-1";

// By number of the enumeration.
constexpr std::array<MetricProtocolInfo, 6> kProtocols{{
    {MetricProtocol::nia_2023, "nia-2023", kScores, "the grade, 0..classes-1; one class: the value",
     "grades: top1, top2, top3, within1, exact, balanced_accuracy, macro_f1, weighted_kappa, pearson, "
     "spearman; "
     "measurements: mae, rmse, bias, pearson, spearman"},
    {MetricProtocol::gaze, "gaze", "pitch and yaw in radians", "pitch and yaw in radians", "angular_error"},
    {MetricProtocol::segmentation, "segmentation", "a class for each pixel", "a class for each pixel",
     "mean_iou, iou_0, iou_1, ..."},
    {MetricProtocol::average_recall, "average-recall", kClassScores, kClassId,
     "weighted_average_recall, unweighted_average_recall"},
    {MetricProtocol::multi_label, "multi-label", "a score for each label", "1 or 0 for each label",
     "map, op, or, of1, cp, cr, cf1, op_top3, or_top3, of1_top3, cp_top3, cr_top3, cf1_top3"},
    {MetricProtocol::top_k, "top-k", kClassScores, kClassId, "top1, top2, top3"},
}};

}  // namespace

std::span<const MetricProtocolInfo> metric_protocols() noexcept { return kProtocols; }

const MetricProtocolInfo& info(MetricProtocol protocol) noexcept {
  return kProtocols[static_cast<std::size_t>(protocol)];
}

std::string_view to_string(MetricProtocol protocol) noexcept { return info(protocol).name; }

std::optional<MetricProtocol> metric_protocol(std::string_view name) noexcept {
  const auto* found = std::find_if(kProtocols.begin(), kProtocols.end(),
                                   [&](const MetricProtocolInfo& row) { return row.name == name; });
  return found == kProtocols.end() ? std::nullopt : std::optional(found->protocol);
}

std::string metric_protocol_names() {
  std::string names;
  for (const auto& row : kProtocols) names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

}  // namespace skingauge
