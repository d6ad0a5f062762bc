// A request's checkpoint, checked once for whatever engine is made of it.
#pragma once

#include "skingauge/engine.hpp"

#include "model/torchscript_module.hpp"

#include <cstdint>
#include <vector>

namespace skingauge {

/// How many tiles a network is checked on.
inline constexpr std::size_t kCheckTiles = 2;

/// kCheckTiles x size x size x 3 bytes, the same on every machine: noise, in which each layer sees all of its
/// range, and a dim picture of other colours, so that statistics over a batch of the two are neither's.
std::vector<std::uint8_t> check_tiles(const Preprocess& preprocess);

/// Reads and checks a request's file (read_torchscript) with these tiles.
CheckedModule read_module(const EngineRequest& request);

/// The engine that make_torchscript_engine makes, of a module that is read already.
std::unique_ptr<Engine> make_torchscript_engine(const EngineRequest& request, const CheckedModule& checked);

}  // namespace skingauge
