// Figures out of names and values.
#pragma once

#include "skingauge/figure.hpp"

#include "evaluation/append.hpp"

#include <optional>
#include <string>
#include <vector>

namespace skingauge {

using Values = std::vector<std::optional<double>>;

/// The lists are equally long; `constants` may be empty.
inline std::vector<Figure> make_figures(const std::vector<std::string>& names, const Values& values,
                                        const Values& constants) {
  std::vector<Figure> figures;
  figures.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    figures.push_back({names[i], values[i], constants.empty() ? std::nullopt : constants[i], std::nullopt});
  return figures;
}

}  // namespace skingauge
