// How large the values of a model become.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/network.hpp"

#include "runtime/value_numbers.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace skingauge {

/// The Network of a request's file, checked against TorchScript in float32 on a fixed batch. Throws
/// ModelError (model-format) with the reason where it has none.
Network lowered_network(const EngineRequest& request);

/// For each value the range with the least error in 8 bits on these tiles (count >= 1).
ValueRanges network_ranges(const Network& network, const Preprocess& preprocess,
                           std::span<const std::uint8_t> tiles, std::size_t count);

}  // namespace skingauge
