// A network on the made-up device, run as a worker would run it.
#pragma once

#include "runtime/device_runner.hpp"
#include "runtime/device_weights.hpp"
#include "runtime/fused_device_network.hpp"
#include "runtime/int8_simulation.hpp"
#include "support/fake_device.hpp"
#include "support/host_layers.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace skingauge::test {

inline constexpr int kSize = 32;
inline constexpr std::size_t kTileBytes = std::size_t{kSize} * kSize * 3;

inline Preprocess some_preprocess() {
  Preprocess preprocess;
  preprocess.size = kSize;
  preprocess.scale = 1.0 / 255;
  preprocess.mean = {0.4, 0.5, 0.6};
  preprocess.std = {0.2, 0.25, 0.3};
  preprocess.order = ChannelOrder::rgb;
  return preprocess;
}

inline Normalisation some_normalisation() { return Normalisation(some_preprocess()); }

inline std::vector<std::uint8_t> noise(std::size_t tiles) {
  std::mt19937 random(7);
  std::vector<std::uint8_t> bytes(tiles * kTileBytes);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

inline std::vector<float> plain_answers(const Network& network, const std::vector<std::uint8_t>& tiles) {
  std::vector<float> planes(tiles.size());
  write_planes(some_normalisation(), tiles, kSize, planes.data());
  return run_plainly(network, planes, kSize, kSize);
}

/// What a network must answer to tiles in some precision.
inline std::vector<float> known_answers(const Network& network, Precision precision,
                                        const ValueRanges& ranges, const std::vector<std::uint8_t>& tiles) {
  if (precision != Precision::int8) return plain_answers(network, tiles);
  return gpu_int8_answers(network, kSize, some_normalisation(), ranges, tiles, tiles.size() / kTileBytes);
}

inline double farthest(const std::vector<float>& one, const std::vector<float>& other) {
  double most = 0;
  for (std::size_t i = 0; i < one.size(); ++i)
    most = std::max(most, std::abs(static_cast<double>(one[i]) - other[i]));
  return most;
}

/// How far from 0 they reach.
inline double spread_of(const std::vector<float>& answers) {
  return farthest(answers, std::vector<float>(answers.size()));
}

class OnFakeDevice {
 public:
  explicit OnFakeDevice(const Network& network, std::function<bool(const ConvolutionCase&)> takes_fused = {})
      : OnFakeDevice(network, Precision::fp32, {}, std::move(takes_fused)) {}
  OnFakeDevice(const Network& network, Precision precision, const ValueRanges& ranges,
               std::function<bool(const ConvolutionCase&)> takes_fused = {})
      : layers_(std::make_shared<HostLayers>(precision)) {
    if (takes_fused) layers_->takes_fused = std::move(takes_fused);
    const auto tile = noise(1);
    network_ = std::make_unique<FusedDeviceNetwork>(
        prepare_for_device(network, precision, known_answers(network, precision, ranges, tile), ranges),
        layers_, kSize, some_normalisation(), tile);
  }

  /// Through lanes, padding and graphs, as a worker runs it.
  std::vector<float> run(const std::vector<std::uint8_t>& tiles) {
    DeviceRunner runner(device_, {{"some", network_.get()}}, {.largest_batch = 8});
    EXPECT_EQ(runner.difference(0), "");
    const auto count = tiles.size() / kTileBytes;
    const PinnedMemory pixels(device_, tiles.size());
    std::memcpy(pixels.get(), tiles.data(), tiles.size());
    runner.start(0, {reinterpret_cast<const std::uint8_t*>(pixels.get()), tiles.size()}, count, 1);
    runner.wait();
    std::vector<float> answers;
    runner.finish(
        [&](const FinishedBatch& batch) { answers.assign(batch.outputs.begin(), batch.outputs.end()); });
    return answers;
  }

  FakeDevice device_;
  std::shared_ptr<HostLayers> layers_;
  std::unique_ptr<FusedDeviceNetwork> network_;
};

}  // namespace skingauge::test
