#include "support/fake_network.hpp"

#include <algorithm>
#include <cstring>
#include <random>

namespace skingauge::test {
namespace {

constexpr std::size_t kWeights = 61;

void weigh(const std::uint8_t* tile, std::size_t bytes, const std::uint8_t* weights, std::size_t width,
           std::uint32_t* sums) {
  for (std::size_t j = 0; j < width; ++j) {
    std::size_t w = 7 * j % kWeights;
    for (std::size_t i = 0; i < bytes; ++i) {
      sums[j] += static_cast<std::uint32_t>(tile[i]) * weights[w];
      w = w + 1 == kWeights ? 0 : w + 1;
    }
  }
}

std::uint32_t mix(std::uint32_t sum, std::uint32_t seed) { return (sum * 2654435761U + seed) >> 12U; }
float scale(std::uint32_t mixed) { return static_cast<float>(mixed) / 4096.0F; }

}  // namespace

FakeNetwork::FakeNetwork(std::size_t tile_bytes, std::size_t width, std::uint32_t seed)
    : tile_bytes_(tile_bytes), width_(width), seed_(seed), weights_(kWeights), check_tile_(tile_bytes) {
  std::mt19937 random(seed);
  for (auto& w : weights_) w = static_cast<std::uint8_t>(1 + (random() >> 24U) % 251);
  for (auto& p : check_tile_) p = static_cast<std::uint8_t>(random() >> 24U);
}

std::vector<float> FakeNetwork::answer(std::span<const std::uint8_t> tile) const {
  std::vector<std::uint32_t> sums(width_);
  weigh(tile.data(), tile_bytes_, weights_.data(), width_, sums.data());
  std::vector<float> outputs;
  outputs.reserve(width_);
  for (const auto sum : sums) outputs.push_back(scale(mix(sum, seed_)));
  return outputs;
}

std::size_t FakeNetwork::sums_bytes(std::size_t tiles) const noexcept {
  return tiles * width_ * sizeof(std::uint32_t);
}

std::size_t FakeNetwork::scratch_bytes(std::size_t tiles) const { return 2 * sums_bytes(tiles); }

void FakeNetwork::load(DeviceApi& device) {
  if (on_device_) return;
  const PinnedMemory staged(device, weights_.size());
  DeviceMemory weights(device, weights_.size());
  const Stream stream(device);
  const Event copied(device);
  std::memcpy(staged.get(), weights_.data(), weights_.size());
  stream.view().copy_in(weights.get(), staged.get(), weights_.size());
  copied.record(stream.view());
  copied.synchronize();
  on_device_ = std::move(weights);
}

void FakeNetwork::queue(StreamView stream, std::size_t tiles, const std::uint8_t* pixels, float* outputs,
                        std::byte* scratch) const {
  queued_.push_back(tiles);
  const auto bytes = sums_bytes(tiles);
  auto* sums = reinterpret_cast<std::uint32_t*>(scratch);
  auto* mixed = sums + tiles * width_;
  const auto* weights = reinterpret_cast<const std::uint8_t*>(on_device_.get());
  const auto count = tiles * width_;
  stream.fill_zero(sums, bytes);
  stream.launch({"weigh",
                 {{pixels, tiles * tile_bytes_}, {weights, kWeights}, {sums, bytes}},
                 {{sums, bytes}},
                 [=, tile_bytes = tile_bytes_, width = width_](NativeStream*) {
                   for (std::size_t t = 0; t < tiles; ++t)
                     weigh(pixels + t * tile_bytes, tile_bytes, weights, width, sums + t * width);
                 }});
  stream.launch({"mix", {{sums, bytes}}, {{mixed, bytes}}, [=, seed = seed_](NativeStream*) {
                   for (std::size_t k = 0; k < count; ++k) mixed[k] = mix(sums[k], seed);
                 }});
  stream.launch({"scale", {{mixed, bytes}}, {{outputs, bytes}}, [=](NativeStream*) {
                   for (std::size_t k = 0; k < count; ++k) outputs[k] = scale(mixed[k]);
                 }});
}

std::string FakeNetwork::difference(std::span<const float> outputs) const {
  const auto expected = answer(check_tile_);
  const bool same = std::equal(outputs.begin(), outputs.end(), expected.begin(), expected.end());
  return same && !wrong_ ? "" : "another answer than the known one";
}

}  // namespace skingauge::test
