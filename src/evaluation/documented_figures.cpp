#include "skingauge/report.hpp"

#include <array>
#include <string_view>

namespace skingauge {
namespace {

struct Row {
  Task task{};
  std::string_view figure;
  double value{0};
  std::string_view source;
};

constexpr std::array kDocumented{
    Row{Task::grade, "top3", 0.79, "the data set's guideline, version 3.0"},
    Row{Task::grade, "within1", 0.8088, "the published run's log of 2023-11-25"},
    Row{Task::measurement, "mae", 0.28, "the data set's guideline, version 3.0"},
};

}  // namespace

std::optional<DocumentedFigure> documented_figure(Task task, const std::string& figure) {
  for (const auto& row : kDocumented) {
    if (row.task == task && row.figure == figure) return DocumentedFigure{row.value, std::string(row.source)};
  }
  return std::nullopt;
}

}  // namespace skingauge
