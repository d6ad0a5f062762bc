// Metric of segmentation: intersection over union.
#pragma once

#include "skingauge/figure.hpp"
#include "skingauge/grade_metrics.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace skingauge {

/// IoU of masks of class ids 0..classes-1. Pixels are pooled over all masks, as the published benchmarks of
/// segmentation do (an average of each picture's own mean IoU is another number). A mergeable accumulator;
/// bad arguments throw std::invalid_argument and leave it as it was. Not safe for writing from several
/// threads.
class MeanIou {
 public:
  /// classes >= 1. Pixels whose truth is `ignored` are left out; an id among the classes is then no class of
  /// the mean either, and answering it elsewhere is wrong. Ids outside 0..classes-1, 255 say, are fine.
  explicit MeanIou(int classes, std::optional<int> ignored = std::nullopt);

  /// One mask: a class id for each pixel, in any order, both of one length. Answers are 0..classes-1 where
  /// the truth is not ignored.
  void add(std::span<const int> truth, std::span<const int> answer);
  /// Both must have the same classes and ignored id.
  void merge(const MeanIou& other);

  /// Masks.
  [[nodiscard]] std::int64_t count() const noexcept { return masks_; }
  /// Pixels that were judged.
  [[nodiscard]] std::int64_t pixels() const { return static_cast<std::int64_t>(pixels_.count()); }
  [[nodiscard]] int classes() const noexcept { return pixels_.classes(); }

  /// TP / (TP + FP + FN); empty for a class that is nowhere true nor answered, and for the ignored one.
  [[nodiscard]] std::optional<double> iou(int class_id) const;
  /// Mean over the classes that have an IoU; empty where none has.
  [[nodiscard]] std::optional<double> mean_iou() const;

  /// The same for the best single class answered at every pixel: for a class its share of the pixels.
  [[nodiscard]] std::optional<double> constant_iou(int class_id) const;
  [[nodiscard]] std::optional<double> constant_mean_iou() const;

  /// mean_iou, then iou_0, iou_1, ...
  [[nodiscard]] std::vector<Figure> figures() const;

 private:
  [[nodiscard]] bool is_ignored(int class_id) const noexcept { return ignored_ == class_id; }
  ConfusionMatrix pixels_;
  std::optional<int> ignored_;
  std::int64_t masks_{0};
};

}  // namespace skingauge
