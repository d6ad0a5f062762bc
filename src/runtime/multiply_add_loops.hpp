// Loops in a CPU's own instructions; chosen by which source CMake compiles.
#pragma once

#include "runtime/multiply_add_limit.hpp"

namespace skingauge {

/// The widest of this kind that the CPU at hand can run; empty where there is none.
std::optional<MultiplyAddLoop> special_multiply_add_loop(Arithmetic arithmetic);

}  // namespace skingauge
