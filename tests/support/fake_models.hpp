// The stub ensemble's models as networks of made-up devices, and as engines of the CPU that answer the same.
#pragma once

#include "skingauge/manifest.hpp"

#include "ensemble/device_loading.hpp"
#include "runtime/device_network_engine.hpp"
#include "support/fake_device.hpp"
#include "support/fake_network.hpp"
#include "support/stub_models.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>

namespace skingauge::test {

/// The protocol's models for tiles of 16 x 16.
inline Json small_manifest() {
  auto manifest = nia_manifest();
  manifest["preprocess"]["size"] = 16;
  return manifest;
}

inline std::unique_ptr<FakeNetwork> network_of(const ModelSpec& model, const Preprocess& preprocess) {
  const auto seed = static_cast<std::uint32_t>(std::hash<std::string>{}(model.id));
  return std::make_unique<FakeNetwork>(tile_bytes(preprocess), static_cast<std::size_t>(model.width()), seed);
}

/// Answers as the model's network does, without a device.
class PlainEngine final : public Engine {
 public:
  explicit PlainEngine(std::unique_ptr<FakeNetwork> network) : network_(std::move(network)) {}
  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override {
    const auto bytes = network_->tile_bytes();
    for (std::size_t t = 0; t < count; ++t) {
      const auto answer = network_->answer(tiles.subspan(t * bytes, bytes));
      std::copy(answer.begin(), answer.end(),
                outputs.begin() + static_cast<std::ptrdiff_t>(t * answer.size()));
    }
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "plain"; }

 private:
  std::unique_ptr<FakeNetwork> network_;
};

inline EngineFactory plain_factory() {
  return [](const EngineRequest& request) {
    return std::make_unique<PlainEngine>(network_of(request.model, request.preprocess));
  };
}

/// All models on one made-up device, but for those that `plain` names.
inline EngineFactory device_factory(const std::shared_ptr<DeviceApi>& device,
                                    const std::function<bool(const std::string&)>& plain = {}) {
  return [device, plain](const EngineRequest& request) -> std::unique_ptr<Engine> {
    auto network = network_of(request.model, request.preprocess);
    if (plain && plain(request.model.id)) return std::make_unique<PlainEngine>(std::move(network));
    return std::make_unique<DeviceNetworkEngine>(device, std::move(network), request.model.id);
  };
}

/// A photograph of noise.
inline Image noise_photo(int width, int height, std::uint32_t seed) {
  const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3;
  auto pixels = std::make_shared<std::uint8_t[]>(size);
  std::minstd_rand random(seed + 1);
  std::generate_n(pixels.get(), size, [&] { return static_cast<std::uint8_t>(random() >> 8U); });
  return {width, height, std::move(pixels)};
}

/// All nine faceparts at different places of it: 15 tiles, 17 where the forehead's box is `thin`.
inline Request noise_face(std::uint32_t seed, bool thin = false) {
  Request request{.image = noise_photo(160, 160, seed)};
  for (const auto& part : faceparts()) {
    const int y = 7 * static_cast<int>(index(part.facepart));
    request.regions.push_back({part.facepart, Box{10, y, 110, y + 100}});
  }
  if (thin) request.regions[1].box = Box{0, 0, 160, 52};
  return request;
}

}  // namespace skingauge::test
