// What the figures are called, how they are written, what they mean.
#pragma once

#include "skingauge/evaluation.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge::report {

enum class FigureKind : std::uint8_t {
  share,       ///< 0..1, written as percent
  error,       ///< normalised, four decimals
  units,       ///< in the instrument's unit
  coefficient  ///< three decimals
};
enum class Better : std::uint8_t { higher, lower, near_zero };

/// A figure's row in the report's dictionary.
struct FigureWords {
  std::string_view name;   ///< as in summary.json: "top3"
  std::string_view title;  ///< "Top-3 accuracy"
  FigureKind kind{};
  Better better{};
  std::string_view meaning;   ///< of a value, as the end of a sentence about one crop or all
  std::string_view constant;  ///< what the best constant answer is
};

/// The figures with words, in the order in which they are explained.
std::span<const FigureWords> all_figure_words() noexcept;
/// Of a name without words: the name itself, as a coefficient.
FigureWords words_of(std::string_view figure);

/// "80.9 %", "0.1940", "14.2 µm"; "not defined" without a value.
std::string figure_text(std::string_view figure, std::optional<double> value, std::string_view unit = {});
/// "79.1 to 82.4"; empty without an interval.
std::string interval_text(std::string_view figure, const std::optional<Interval>& interval);
/// "80.9 % (79.1 to 82.4)".
std::string figure_with_interval(const Figure& figure);
/// A difference's number, with its sign: "+2.1" (percentage points), "-0.0123".
std::string difference_number(std::string_view figure, double value);
/// The same with its unit: "+2.1 pp"; "not defined" without a value.
std::string difference_text(std::string_view figure, std::optional<double> value);
std::string difference_interval_text(std::string_view figure, const std::optional<Interval>& interval);

/// How a figure stands to the best constant answer.
enum class Standing : std::uint8_t {
  unknown,         ///< no value, or no constant
  better,          ///< the whole interval is on the better side
  not_told_apart,  ///< the interval includes the constant
  worse,
  seems_better,  ///< by the value alone: there is no interval
  seems_no_better
};
Standing standing(const Figure& figure);
/// In a cell: "better", "no better", ...; empty for unknown.
std::string_view standing_text(Standing standing) noexcept;

/// The names of all figures of some groups, in the order in which they come.
std::vector<std::string> figure_names(const std::vector<const FigureGroup*>& groups);

}  // namespace skingauge::report
