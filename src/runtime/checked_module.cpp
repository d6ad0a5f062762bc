#include "runtime/checked_module.hpp"

#include "runtime/normalisation.hpp"

#include <random>

namespace skingauge {
namespace {

// From blue above to green below and red at the right, a quarter as bright as noise.
std::uint8_t dim_value(std::uint32_t random, std::size_t channel, std::size_t y, std::size_t x,
                       std::size_t size) {
  const auto ramp = channel == 0 ? size - y : channel == 1 ? y : x;
  return static_cast<std::uint8_t>(48U * ramp / size + (random >> 28U));
}

}  // namespace

std::vector<std::uint8_t> check_tiles(const Preprocess& preprocess) {
  const auto size = static_cast<std::size_t>(preprocess.size);
  std::mt19937 random(523);
  std::vector<std::uint8_t> tiles(tile_bytes(preprocess));
  for (auto& value : tiles) value = static_cast<std::uint8_t>(random() >> 24U);
  for (std::size_t y = 0; y < size; ++y) {
    for (std::size_t x = 0; x < size; ++x) {
      for (std::size_t c = 0; c < 3; ++c)
        tiles.push_back(dim_value(static_cast<std::uint32_t>(random()), c, y, x, size));
    }
  }
  return tiles;
}

CheckedModule read_module(const EngineRequest& request) {
  const auto tiles = check_tiles(request.preprocess);
  std::vector<float> values(tiles.size());
  write_planes(Normalisation(request.preprocess), tiles, request.preprocess.size, values.data());
  return read_torchscript(request.model, request.file, {values, request.preprocess.size});
}

std::unique_ptr<Engine> make_torchscript_engine(const EngineRequest& request) {
  return make_torchscript_engine(request, read_module(request));
}

}  // namespace skingauge
