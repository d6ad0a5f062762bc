#include "skingauge/multi_label.hpp"

#include "evaluation/append.hpp"
#include "evaluation/argument.hpp"
#include "evaluation/ratio.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace skingauge {
namespace {

// Per label, over all samples.
struct LabelCounts {
  explicit LabelCounts(std::size_t labels) : correct(labels), answered(labels), truths(labels) {}
  std::vector<std::int64_t> correct;
  std::vector<std::int64_t> answered;
  std::vector<std::int64_t> truths;
};

using Member = std::optional<double> LabelSetFigures::*;
constexpr std::pair<const char*, Member> kMembers[] = {
    {"op", &LabelSetFigures::overall_precision}, {"or", &LabelSetFigures::overall_recall},
    {"of1", &LabelSetFigures::overall_f1},       {"cp", &LabelSetFigures::class_precision},
    {"cr", &LabelSetFigures::class_recall},      {"cf1", &LabelSetFigures::class_f1}};

std::int64_t sum_of(const std::vector<std::int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

std::optional<double> ratio_of(std::int64_t part, std::int64_t whole) {
  return ratio(static_cast<double>(part), whole);
}

// Mean of part / whole over the labels that are ever true; a whole of nothing counts as 0.
std::optional<double> class_mean(const std::vector<std::int64_t>& parts,
                                 const std::vector<std::int64_t>& wholes,
                                 const std::vector<std::int64_t>& truths) {
  double sum = 0;
  std::int64_t occurring = 0;
  for (std::size_t i = 0; i < truths.size(); ++i) {
    if (truths[i] == 0) continue;
    sum += ratio_of(parts[i], wholes[i]).value_or(0.0);
    ++occurring;
  }
  return ratio(sum, occurring);
}

std::optional<double> harmonic_mean(std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return std::nullopt;
  return *a + *b == 0 ? 0 : 2 * *a * *b / (*a + *b);
}

LabelSetFigures figures_of(const LabelCounts& counts) {
  const auto correct = sum_of(counts.correct);
  const auto answered = sum_of(counts.answered);
  const auto truths = sum_of(counts.truths);
  LabelSetFigures f;
  f.overall_precision = ratio_of(correct, answered);
  f.overall_recall = ratio_of(correct, truths);
  f.overall_f1 = ratio_of(2 * correct, answered + truths);
  f.class_precision = class_mean(counts.correct, counts.answered, counts.truths);
  f.class_recall = class_mean(counts.correct, counts.truths, counts.truths);
  f.class_f1 = harmonic_mean(f.class_precision, f.class_recall);
  return f;
}

// Labels by score, highest first; ties to the lower.
void order_by_score(std::vector<std::size_t>& labels, std::span<const double> scores) {
  std::iota(labels.begin(), labels.end(), std::size_t{0});
  std::stable_sort(labels.begin(), labels.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
}

// Counts of answering, for each sample, the first `taken` labels by score that reach the threshold.
LabelCounts count_answers(std::span<const double> scores, std::span<const std::uint8_t> truths,
                          std::size_t labels, std::size_t taken, std::optional<double> threshold) {
  LabelCounts counts(labels);
  std::vector<std::size_t> order(labels);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t at = 0; at < scores.size(); at += labels) {
    const auto sample = scores.subspan(at, labels);
    if (taken < labels) order_by_score(order, sample);
    for (std::size_t i = 0; i < labels; ++i) counts.truths[i] += truths[at + i];
    for (std::size_t i = 0; i < taken; ++i) {
      const auto label = order[i];
      if (threshold && sample[label] < *threshold) continue;
      ++counts.answered[label];
      counts.correct[label] += truths[at + label];
    }
  }
  return counts;
}

// The best figures of the same set of least..most labels for every sample. Of all sets of one size the
// commonest labels are best in each figure.
LabelSetFigures best_constant(std::span<const std::uint8_t> truths, std::size_t labels, std::size_t least,
                              std::size_t most) {
  LabelCounts counts(labels);
  for (std::size_t i = 0; i < truths.size(); ++i) counts.truths[i % labels] += truths[i];
  std::vector<double> commonness(counts.truths.begin(), counts.truths.end());
  std::vector<std::size_t> order(labels);
  order_by_score(order, commonness);
  LabelSetFigures best;
  for (std::size_t size = 1; size <= most; ++size) {
    const auto label = order[size - 1];
    counts.answered[label] = static_cast<std::int64_t>(truths.size() / labels);
    counts.correct[label] = counts.truths[label];
    if (size < least) continue;
    const auto figures = figures_of(counts);
    for (const auto& [name, member] : kMembers) best.*member = std::max(best.*member, figures.*member);
  }
  return best;
}

void append_figures(std::vector<Figure>& figures, const std::string& suffix, const LabelSetFigures& values,
                    const LabelSetFigures& constants) {
  for (const auto& [name, member] : kMembers) {
    figures.push_back({name + suffix, values.*member, constants.*member, {}});
  }
}

}  // namespace

void MultiLabelOptions::validate() const {
  require_finite("threshold", threshold);
  require_at_least("top", top, 1);
}

MultiLabelMetrics::MultiLabelMetrics(int labels, MultiLabelOptions options)
    : labels_(labels), options_(options) {
  require_at_least("labels", labels, 1);
  options_.validate();
}

void MultiLabelMetrics::add(std::span<const double> scores, std::span<const std::uint8_t> truth) {
  require_size("scores", scores.size(), static_cast<std::size_t>(labels_));
  require_size("truth", truth.size(), static_cast<std::size_t>(labels_));
  for (const double score : scores) require_finite("score", score);
  for (const auto label : truth) require_index("truth", label, 2);
  scores_.insert(scores_.end(), scores.begin(), scores.end());
  truths_.insert(truths_.end(), truth.begin(), truth.end());
}

void MultiLabelMetrics::merge(const MultiLabelMetrics& other) {
  if (other.labels_ != labels_ || other.options_ != options_) {
    bad_argument("other multi-label metrics", std::to_string(other.labels_) + " labels or other options",
                 std::to_string(labels_) + " labels and the same options");
  }
  append(scores_, other.scores_);
  append(truths_, other.truths_);
}

std::int64_t MultiLabelMetrics::count() const noexcept { return std::ssize(truths_) / labels_; }

std::optional<double> MultiLabelMetrics::average_precision(int label) const {
  require_index("label", label, labels_);
  std::vector<std::pair<double, std::uint8_t>> ranked;
  for (auto i = static_cast<std::size_t>(label); i < scores_.size(); i += static_cast<std::size_t>(labels_)) {
    ranked.emplace_back(scores_[i], truths_[i]);
  }
  std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  double sum = 0;
  std::int64_t hits = 0;
  std::int64_t fresh = 0;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    fresh += ranked[i].second;
    if (i + 1 < ranked.size() && ranked[i + 1].first == ranked[i].first) continue;
    hits += fresh;
    sum += static_cast<double>(fresh) * static_cast<double>(hits) / static_cast<double>(i + 1);
    fresh = 0;
  }
  return ratio(sum, hits);
}

std::optional<double> MultiLabelMetrics::mean_average_precision() const {
  double sum = 0;
  std::int64_t occurring = 0;
  for (int label = 0; label < labels_; ++label) {
    const auto value = average_precision(label);
    sum += value.value_or(0.0);
    occurring += value ? 1 : 0;
  }
  return ratio(sum, occurring);
}

LabelSetFigures MultiLabelMetrics::overall() const {
  const auto labels = static_cast<std::size_t>(labels_);
  return figures_of(count_answers(scores_, truths_, labels, labels, options_.threshold));
}

LabelSetFigures MultiLabelMetrics::top() const {
  const auto threshold = options_.top_needs_threshold ? std::optional(options_.threshold) : std::nullopt;
  const auto taken = static_cast<std::size_t>(std::min(options_.top, labels_));
  return figures_of(count_answers(scores_, truths_, static_cast<std::size_t>(labels_), taken, threshold));
}

std::optional<double> MultiLabelMetrics::constant_mean_average_precision() const {
  std::vector<std::int64_t> truths(static_cast<std::size_t>(labels_));
  for (std::size_t i = 0; i < truths_.size(); ++i) truths[i % truths.size()] += truths_[i];
  return class_mean(truths, std::vector<std::int64_t>(truths.size(), count()), truths);
}

LabelSetFigures MultiLabelMetrics::constant_overall() const {
  const auto labels = static_cast<std::size_t>(labels_);
  return best_constant(truths_, labels, 1, labels);
}

LabelSetFigures MultiLabelMetrics::constant_top() const {
  const auto most = static_cast<std::size_t>(std::min(options_.top, labels_));
  return best_constant(truths_, static_cast<std::size_t>(labels_), options_.top_needs_threshold ? 1 : most,
                       most);
}

std::vector<Figure> MultiLabelMetrics::figures() const {
  std::vector<Figure> figures{{"map", mean_average_precision(), constant_mean_average_precision(), {}}};
  append_figures(figures, "", overall(), constant_overall());
  append_figures(figures, "_top" + std::to_string(options_.top), top(), constant_top());
  return figures;
}

}  // namespace skingauge
