// The machine's own limits, as the benchmarks show them.
#pragma once

#include "skingauge/engine.hpp"

#include "core/json_file.hpp"
#include "runtime/multiply_add_limit.hpp"

#include <optional>
#include <string>

namespace skingauge::app {

/// How the CPU multiplies in this precision; empty for those of a GPU.
std::optional<Arithmetic> arithmetic_of(Precision precision) noexcept;

/// The loop that limits networks of a precision on a device; empty on a GPU, and where the CPU has no such
/// instruction.
std::optional<MultiplyAddLoop> limiting_loop(Precision precision, const ComputeDevice& device);

/// Why networks do more than the loop that limits them; empty where they don't. Operations are counted as
/// direct convolutions do them.
std::string why_above_limit(double share, Precision precision);

}  // namespace skingauge::app
