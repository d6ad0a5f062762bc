#include "skingauge/evaluation.hpp"

namespace skingauge {

const Figure* FigureGroup::find(const std::string& figure) const noexcept {
  return find_figure(figures, figure);
}

std::optional<double> FigureGroup::value(const std::string& figure) const noexcept {
  const auto* found = find(figure);
  return found == nullptr ? std::nullopt : found->value;
}

}  // namespace skingauge
