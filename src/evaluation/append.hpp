// Joining lists.
#pragma once

#include <algorithm>
#include <vector>

namespace skingauge {

/// Appends a copy of `from`, which may be `to` itself.
template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  const auto count = static_cast<std::ptrdiff_t>(from.size());
  to.resize(to.size() + from.size());
  std::copy_n(from.begin(), count, to.end() - count);
}

}  // namespace skingauge
