// Which LibTorch this build runs with; chosen by which source CMake compiles.
#pragma once

#include <string>

namespace skingauge {

/// "2.11.0", or "none".
std::string libtorch_version();

}  // namespace skingauge
