// Which layers few pictures at a time go through before the rest of a batch: values of early layers are
// large, and a whole batch of them would leave the core's caches between one layer and the next.
#pragma once

#include "skingauge/network.hpp"

#include <cstddef>
#include <vector>

namespace skingauge {

struct DepthFirst {
  std::size_t layers{0};  ///< at the network's start; none where a whole batch stays near the core
  int together{1};        ///< pictures that go through them at a time; divides the batch
};

/// `value_bytes`: of one picture, by value. Cuts only where a single value is all that later layers read of
/// earlier ones.
DepthFirst depth_first(const Network& network, const std::vector<std::size_t>& value_bytes, int batch);

}  // namespace skingauge
