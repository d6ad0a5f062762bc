// Metrics of grades 0..classes-1. Plain accumulators: add samples in any order; two halves merged are the
// whole. Not safe for writing from several threads. Bad arguments throw std::invalid_argument.
#pragma once

#include "skingauge/figure.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace skingauge {

/// Top-k accuracy for every k: the share of samples whose true grade is among the k highest scores; ties go
/// to the lower grade (protocol, section 4).
class TopKAccuracy {
 public:
  /// classes >= 1.
  explicit TopKAccuracy(int classes);

  /// `scores`: one finite score per class, logits or probabilities.
  void add(std::span<const float> scores, int truth);
  /// `rank`: how many classes come before the true one, 0..classes-1.
  void add_rank(int rank, int truth, std::int64_t samples = 1);
  /// The other may have fewer classes, or more: this then grows.
  void merge(const TopKAccuracy& other);

  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  /// Empty where nothing was added. k >= 1; k >= classes is 1.
  [[nodiscard]] std::optional<double> value(int k) const;
  /// The share of the k commonest true grades.
  [[nodiscard]] std::optional<double> best_constant(int k) const;
  /// top1, top2, top3.
  [[nodiscard]] std::vector<Figure> figures() const;

  /// How many classes come before `truth`: those with a higher score, and lower classes with the same.
  static int rank_of(std::span<const float> scores, int truth);
  static int rank_of(std::span<const double> scores, int truth);

 private:
  std::int64_t count_{0};
  std::vector<std::int64_t> ranks_;   ///< samples by rank of the truth
  std::vector<std::int64_t> truths_;  ///< samples by true grade
};

/// Everything that follows from how often grade `a` was answered where `t` was true.
/// Cells may be weighted (a bootstrap's), so they are doubles; counts stay exact to 2^53, and no weight or
/// given cell may be above that.
class ConfusionMatrix {
 public:
  /// classes >= 1.
  explicit ConfusionMatrix(int classes);
  /// From cells, truth by row: classes x classes values, each 0..2^53.
  ConfusionMatrix(int classes, std::vector<double> cells);

  void add(int truth, int answer, double weight = 1.0);
  /// The other may have fewer classes, or more: this then grows.
  void merge(const ConfusionMatrix& other, double weight = 1.0);

  [[nodiscard]] int classes() const noexcept { return classes_; }
  [[nodiscard]] double at(int truth, int answer) const;
  [[nodiscard]] double count() const;
  [[nodiscard]] std::vector<double> truths() const;   ///< by true grade
  [[nodiscard]] std::vector<double> answers() const;  ///< by answered grade

  /// All are empty where nothing was added.
  /// Share of |answer - truth| <= n, n >= 0; n = 0 is exact accuracy.
  [[nodiscard]] std::optional<double> within(int n) const;
  /// Mean of the grades' recalls, weighted by how often each is true: the same number as exact accuracy.
  [[nodiscard]] std::optional<double> weighted_average_recall() const { return within(0); }
  /// Mean recall over the grades that occur as truth (unweighted average recall).
  [[nodiscard]] std::optional<double> balanced_accuracy() const;
  /// Mean of 2TP / (2TP + FP + FN) over the grades that occur as truth or as answer.
  [[nodiscard]] std::optional<double> macro_f1() const;
  /// Cohen's kappa with weights (a - t)^2: 1 is agreement, 0 is chance. Empty where chance alone would agree
  /// fully: one grade only, in truths and answers.
  [[nodiscard]] std::optional<double> weighted_kappa() const;
  /// Correlation of grades, and of their mid-ranks; empty where either side is constant.
  [[nodiscard]] std::optional<double> pearson() const;
  [[nodiscard]] std::optional<double> spearman() const;

  /// The same of the best constant answer: for within(n) the best middle, for macro-F1 the commonest grade,
  /// for balanced accuracy 1 / (grades that occur), for kappa 0 (empty where one grade alone occurs).
  [[nodiscard]] std::optional<double> constant_within(int n) const;
  [[nodiscard]] std::optional<double> constant_balanced_accuracy() const;
  [[nodiscard]] std::optional<double> constant_macro_f1() const;
  [[nodiscard]] std::optional<double> constant_weighted_kappa() const;

  /// within1, exact, balanced_accuracy, macro_f1, weighted_kappa, pearson, spearman.
  [[nodiscard]] std::vector<Figure> figures() const;

 private:
  [[nodiscard]] double& cell(int truth, int answer);
  int classes_;
  std::vector<double> cells_;
};

}  // namespace skingauge
