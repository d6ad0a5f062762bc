// Loops in a CPU's own instructions; chosen by which source CMake compiles.
#pragma once

#include "runtime/multiply_add_limit.hpp"

namespace skingauge {

/// Those of this kind that the CPU at hand can run, the fastest first.
std::vector<MultiplyAddLoop> special_multiply_add_loops(Arithmetic arithmetic);

}  // namespace skingauge
