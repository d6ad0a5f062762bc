// How large the values of a model become.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/int8_ranges.hpp"
#include "skingauge/network.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace skingauge {

/// The Network of a request's file, checked against TorchScript in float32 on a fixed batch. Throws
/// ModelError (model-format) with the reason where it has none.
Network lowered_network(const EngineRequest& request);

/// For each value the range with the least error in 8 bits on these tiles (count >= 1), and for each output
/// how much lower it is with those ranges than in float32, on average over them.
struct NetworkRanges {
  ByteRanges cpu;
  ByteRanges gpu;  ///< by gpu_int8_answers
};
NetworkRanges network_ranges(const Network& network, const Preprocess& preprocess,
                             std::span<const std::uint8_t> tiles, std::size_t count);

/// Adds `shift` to what a network answers. Throws std::invalid_argument where it has another width.
void shift_outputs(Network& network, const std::vector<float>& shift);

}  // namespace skingauge
