// Metrics of several labels at a time, as the multi-label literature defines them.
#pragma once

#include "skingauge/figure.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace skingauge {

/// What counts as a label that was answered.
struct MultiLabelOptions {
  /// A label is answered where its score is at least this: 0.5 for probabilities, 0 for logits. Finite.
  double threshold{0.5};
  /// top() answers at most this many labels of a sample, those of its highest scores; ties go to the lower
  /// label. >= 1; as many as there are labels, or more, means all.
  int top{3};
  /// Whether these must reach the threshold too. So it is in the program published with ML-GCN (Chen et al.,
  /// CVPR 2019), whose evaluation later work took over: hence the default. Without it always exactly `top`
  /// labels are answered, as in older papers.
  bool top_needs_threshold{true};

  /// Throws std::invalid_argument naming the field.
  void validate() const;
  friend bool operator==(const MultiLabelOptions&, const MultiLabelOptions&) = default;
};

/// Precision and recall of sets of labels. With c correct, a answered and t true samples of a label, and sums
/// and means over labels:
struct LabelSetFigures {
  std::optional<double> overall_precision;  ///< OP: sum c / sum a; empty where nothing was answered
  std::optional<double> overall_recall;     ///< OR: sum c / sum t; empty where no label is true
  std::optional<double> overall_f1;       ///< OF1: 2 sum c / (sum a + sum t), the harmonic mean of OP and OR
  std::optional<double> class_precision;  ///< CP: mean of c / a, where a label never answered has 0
  std::optional<double> class_recall;     ///< CR: mean of c / t
  std::optional<double> class_f1;  ///< CF1: harmonic mean of CP and CR (not the mean of F1s); 0 of 0 and 0
};

/// mAP and OP/OR/OF1/CP/CR/CF1. The means (mAP, CP, CR) run over the labels that are true for at least one
/// sample, and are empty where none is: a label that is never true has no recall and no average precision.
/// What is answered of it counts in OP and OF1. (The program published with ML-GCN divides by zero there, and
/// counts a label never answered as answered once in OP; this does not.) Keeps every score: 9 bytes a label
/// and sample. Two halves merged are the whole. Bad arguments throw std::invalid_argument. Not safe for
/// writing from several threads.
class MultiLabelMetrics {
 public:
  /// labels >= 1.
  explicit MultiLabelMetrics(int labels, MultiLabelOptions options = {});

  /// One sample: a finite score for each label, and 1 where it is true, else 0.
  void add(std::span<const double> scores, std::span<const std::uint8_t> truth);
  /// Both must have the same labels and options.
  void merge(const MultiLabelMetrics& other);

  [[nodiscard]] std::int64_t count() const noexcept;
  [[nodiscard]] int labels() const noexcept { return labels_; }

  /// Sum over thresholds of precision x what recall gains there, from high to low; equal scores are one
  /// threshold, so that the order of samples does not matter. Empty for a label that is never true.
  [[nodiscard]] std::optional<double> average_precision(int label) const;
  [[nodiscard]] std::optional<double> mean_average_precision() const;
  /// At the threshold, and of the highest labels alone.
  [[nodiscard]] LabelSetFigures overall() const;
  [[nodiscard]] LabelSetFigures top() const;

  /// The same of the best constant answer. mAP: the mean share of the true, whatever the scores. The others:
  /// the best set of labels answered for every sample, for each figure its own; at most, or without
  /// top_needs_threshold exactly, `top` of them for top().
  [[nodiscard]] std::optional<double> constant_mean_average_precision() const;
  [[nodiscard]] LabelSetFigures constant_overall() const;
  [[nodiscard]] LabelSetFigures constant_top() const;

  /// map, op, or, of1, cp, cr, cf1; op_top3, or_top3, ..., cf1_top3, with the number of
  /// MultiLabelOptions::top.
  [[nodiscard]] std::vector<Figure> figures() const;

 private:
  int labels_;
  MultiLabelOptions options_;
  std::vector<double> scores_;        ///< samples x labels
  std::vector<std::uint8_t> truths_;  ///< the same
};

}  // namespace skingauge
