#include "evaluation/report/figure_words.hpp"

#include "evaluation/report/numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace skingauge::report {
namespace {

using enum FigureKind;
using enum Better;

constexpr std::string_view kNone;

constexpr std::array kWords{
    FigureWords{"top1", "Top-1 accuracy", share, higher,
                "The share of crops whose true grade has the highest score.", "the commonest grade"},
    FigureWords{"top2", "Top-2 accuracy", share, higher,
                "The share of crops whose true grade is among the two highest scores.",
                "the two commonest grades"},
    FigureWords{
        "top3", "Top-3 accuracy", share, higher,
        "The share of crops whose true grade is among the network's three highest scores. With five to "
        "nine grades to choose from, three guesses go a long way.",
        "the three commonest grades"},
    FigureWords{"within1", "Within-one accuracy", share, higher,
                "The share of crops whose answer is the true grade or a neighbour of it.",
                "the grade whose neighbourhood is commonest"},
    FigureWords{"exact", "Exact accuracy", share, higher,
                "The share of crops whose answer is the true grade.", "the commonest grade"},
    FigureWords{
        "balanced_accuracy", "Balanced accuracy", share, higher,
        "The share answered exactly right, taken for each true grade apart and then averaged, so that "
        "rare grades count as much as common ones.",
        "any one grade: 1 / number of grades that occur"},
    FigureWords{
        "macro_f1", "Macro-F1", coefficient, higher,
        "For each grade the balance of finding all its crops and of claiming no others, averaged over "
        "the grades. 1 is perfect.",
        "the commonest grade"},
    FigureWords{
        "weighted_kappa", "Weighted kappa", coefficient, higher,
        "Agreement beyond chance, large misses weighing most (by their square): 1 is perfect, 0 is what "
        "chance or any constant answer reaches.",
        "any one grade: 0"},
    FigureWords{
        "spearman", "Spearman correlation", coefficient, higher,
        "Whether a higher truth goes with a higher answer, by rank: 1 always, 0 not at all. Not defined "
        "where all answers or all truths are the same.",
        "not defined"},
    FigureWords{"pearson", "Pearson correlation", coefficient, higher,
                "Whether answers follow the truths on a straight line: 1 exactly, 0 not at all. Not defined "
                "where all answers or all truths are the same.",
                "not defined"},
    FigureWords{"ece", "Calibration error", share, near_zero,
                "How far the network's stated certainty is from how often it is right (expected calibration "
                "error): 0 is honest.",
                "the grades' own shares: 0"},
    FigureWords{"overconfidence", "Overconfidence", share, near_zero,
                "Mean stated certainty minus the share that is right: above 0 the network is too sure.",
                kNone},
    FigureWords{
        "mae", "Mean absolute error", error, lower,
        "The mean distance of answer and truth, both divided by the measurement's scale, so that 0.1 is "
        "a tenth of the scale.",
        "the median of the truths"},
    FigureWords{"mae_units", "Mean absolute error in units", units, lower,
                "The same in the instrument's unit.", "the median of the truths"},
    FigureWords{"rmse", "Root mean square error", error, lower,
                "Like the mean absolute error, but large misses weigh more.", "the mean of the truths"},
    FigureWords{"bias", "Bias", error, near_zero,
                "The mean of answer minus truth: above 0 the network answers too much.",
                "the mean of the truths: 0"},
};

std::string plain_number(FigureKind kind, double value) {
  switch (kind) {
    case share:
      return decimals(100 * value, 1);
    case error:
      return decimals(value, 4);
    case units:
      return significant(value);
    case coefficient:
      break;
  }
  return decimals(value, 3);
}

std::string with_sign(const std::string& number, double value) {
  const bool zero = number.find_first_not_of("-0.") == std::string::npos;
  return value > 0 && !zero ? "+" + number : number;
}

bool is_finite(const std::optional<Interval>& interval) {
  return interval && std::isfinite(interval->low) && std::isfinite(interval->high);
}

// How far a value is on the better side of another: above 0 is better.
double advantage(Better better, double value, double other) {
  if (better == higher) return value - other;
  if (better == lower) return other - value;
  return std::abs(other) - std::abs(value);
}

}  // namespace

std::span<const FigureWords> all_figure_words() noexcept { return kWords; }

FigureWords words_of(std::string_view figure) {
  const auto* found = std::find_if(kWords.begin(), kWords.end(),
                                   [&](const FigureWords& words) { return words.name == figure; });
  return found == kWords.end() ? FigureWords{figure, figure, coefficient, higher, kNone, kNone} : *found;
}

std::string figure_text(std::string_view figure, std::optional<double> value, std::string_view unit) {
  if (!value || !std::isfinite(*value)) return std::string(kNotDefined);
  const auto kind = words_of(figure).kind;
  const auto text = plain_number(kind, *value);
  if (kind == share) return text + " %";
  return kind == units && !unit.empty() ? text + " " + std::string(unit) : text;
}

std::string interval_text(std::string_view figure, const std::optional<Interval>& interval) {
  if (!is_finite(interval)) return {};
  const auto kind = words_of(figure).kind;
  return plain_number(kind, interval->low) + " to " + plain_number(kind, interval->high);
}

std::string figure_with_interval(const Figure& figure) {
  const auto interval = interval_text(figure.name, figure.interval);
  return figure_text(figure.name, figure.value) + (interval.empty() ? "" : " (" + interval + ")");
}

std::string difference_number(std::string_view figure, double value) {
  return with_sign(plain_number(words_of(figure).kind, value), value);
}

std::string difference_text(std::string_view figure, std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return std::string(kNotDefined);
  return difference_number(figure, *value) + (words_of(figure).kind == share ? " pp" : "");
}

std::string difference_interval_text(std::string_view figure, const std::optional<Interval>& interval) {
  if (!is_finite(interval)) return {};
  return difference_number(figure, interval->low) + " to " + difference_number(figure, interval->high);
}

Standing standing(const Figure& figure) {
  const auto better = words_of(figure.name).better;
  if (!figure.value || !figure.best_constant || better == near_zero) return Standing::unknown;
  if (!figure.interval) {
    return advantage(better, *figure.value, *figure.best_constant) > 0 ? Standing::seems_better
                                                                       : Standing::seems_no_better;
  }
  const double low = advantage(better, figure.interval->low, *figure.best_constant);
  const double high = advantage(better, figure.interval->high, *figure.best_constant);
  if (std::min(low, high) > 0) return Standing::better;
  return std::max(low, high) < 0 ? Standing::worse : Standing::not_told_apart;
}

std::string_view standing_text(Standing standing) noexcept {
  switch (standing) {
    case Standing::better:
      return "better";
    case Standing::not_told_apart:
      return "no better";
    case Standing::worse:
      return "worse";
    case Standing::seems_better:
      return "better, no interval";
    case Standing::seems_no_better:
      return "no better, no interval";
    case Standing::unknown:
      break;
  }
  return {};
}

std::vector<std::string> figure_names(const std::vector<const FigureGroup*>& groups) {
  std::vector<std::string> names;
  for (const auto* group : groups) {
    for (const auto& figure : group->figures) {
      if (std::find(names.begin(), names.end(), figure.name) == names.end()) names.push_back(figure.name);
    }
  }
  return names;
}

}  // namespace skingauge::report
