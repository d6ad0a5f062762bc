// The library's version.
#pragma once

#include <string_view>

namespace skingauge {

/// "major.minor.patch", by semantic versioning.
std::string_view version() noexcept;

}  // namespace skingauge
