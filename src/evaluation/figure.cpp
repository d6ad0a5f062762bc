#include "skingauge/figure.hpp"

#include <algorithm>

namespace skingauge {

const Figure* find_figure(const std::vector<Figure>& figures, const std::string& name) noexcept {
  const auto found =
      std::find_if(figures.begin(), figures.end(), [&](const Figure& figure) { return figure.name == name; });
  return found == figures.end() ? nullptr : &*found;
}

}  // namespace skingauge
