// Numbers, gaps and lists of numbers as tables write them: pandas, numpy, PyTorch, JSON, people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge {

/// A finite number that is the whole text ("2", "+2", "2.", "2e0"), or empty.
std::optional<double> parse_number(std::string_view text);
/// A whole number of at most nine digits, in any of these spellings ("2.0" too), or empty.
std::optional<int> parse_whole(std::string_view text);

/// Whether the text stands for no value: empty, or NaN, NA, N/A, None, null, <NA> in any case.
bool is_missing(std::string_view text);

/// The numbers of a list as Python, numpy, PyTorch, pandas and JSON write it, or empty for any other text:
/// separated by commas or by blanks, with or without brackets, numbers or texts that hold one, also inside
/// array(...) or tensor(...), and each inside np.int64(...). A list of one list is that list.
std::optional<std::vector<double>> parse_number_list(std::string_view text);

}  // namespace skingauge
