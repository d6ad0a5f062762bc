#include "skingauge/mean_iou.hpp"

#include "evaluation/argument.hpp"
#include "evaluation/ratio.hpp"

#include <algorithm>

namespace skingauge {
namespace {

std::string text_of(const std::optional<int>& ignored) { return ignored ? std::to_string(*ignored) : "none"; }

}  // namespace

MeanIou::MeanIou(int classes, std::optional<int> ignored) : pixels_(classes), ignored_(ignored) {}

void MeanIou::add(std::span<const int> truth, std::span<const int> answer) {
  require_size("answered mask", answer.size(), truth.size());
  ConfusionMatrix mask(classes());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!is_ignored(truth[i])) mask.add(truth[i], answer[i]);
  }
  pixels_.merge(mask);
  ++masks_;
}

void MeanIou::merge(const MeanIou& other) {
  if (other.classes() != classes() || other.ignored_ != ignored_) {
    const auto text = [](const MeanIou& m) {
      return std::to_string(m.classes()) + " classes, ignored " + text_of(m.ignored_);
    };
    bad_argument("other mean IoU", text(other), text(*this));
  }
  pixels_.merge(other.pixels_);
  masks_ += other.masks_;
}

std::optional<double> MeanIou::iou(int class_id) const {
  require_index("class", class_id, classes());
  const auto at = static_cast<std::size_t>(class_id);
  const double both = pixels_.at(class_id, class_id);
  const double either = pixels_.truths()[at] + pixels_.answers()[at] - both;
  if (is_ignored(class_id) || either == 0) return std::nullopt;
  return both / either;
}

std::optional<double> MeanIou::mean_iou() const {
  double sum = 0;
  std::int64_t defined = 0;
  for (int id = 0; id < classes(); ++id) {
    const auto value = iou(id);
    sum += value.value_or(0.0);
    defined += value ? 1 : 0;
  }
  return ratio(sum, defined);
}

std::optional<double> MeanIou::constant_iou(int class_id) const {
  require_index("class", class_id, classes());
  if (is_ignored(class_id)) return std::nullopt;
  return ratio(pixels_.truths()[static_cast<std::size_t>(class_id)], pixels());
}

std::optional<double> MeanIou::constant_mean_iou() const {
  const auto truths = pixels_.truths();
  const double commonest = *std::max_element(truths.begin(), truths.end());
  const auto occurring =
      std::count_if(truths.begin(), truths.end(), [](double pixels) { return pixels > 0; });
  const auto share = ratio(commonest, pixels());
  return share ? ratio(*share, occurring) : std::nullopt;
}

std::vector<Figure> MeanIou::figures() const {
  std::vector<Figure> figures{{"mean_iou", mean_iou(), constant_mean_iou(), {}}};
  for (int id = 0; id < classes(); ++id) {
    figures.push_back({"iou_" + std::to_string(id), iou(id), constant_iou(id), {}});
  }
  return figures;
}

}  // namespace skingauge
