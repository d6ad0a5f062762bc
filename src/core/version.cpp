#include "skingauge/version.hpp"

namespace skingauge {

std::string_view version() noexcept { return SKINGAUGE_VERSION; }  // set by CMake from project(VERSION)

}  // namespace skingauge
