// ResNet-50 with random weights: it costs what the checkpoints cost, and needs no file.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/ensemble.hpp"

#include "runtime/dnnl_network.hpp"
#include "support/networks.hpp"
#include "support/stub_models.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace skingauge::bench {

constexpr int kWidest = 15;  // outputs of the forehead's grades, the most of any model

/// torchvision's resnet50: 3, 4, 6 and 3 bottlenecks; 25.5 million weights.
inline Network resnet50(int width) {
  test::NetworkMaker make(523);
  std::size_t value = make.max_pool(make.convolution(0, 3, 64, 7, 2, true), 64);
  int channels = 64;
  constexpr std::array<int, 4> kBlocks{3, 4, 6, 3};
  for (std::size_t stage = 0; stage < kBlocks.size(); ++stage) {
    const int inner = 64 << stage;
    for (int block = 0; block < kBlocks[stage]; ++block) {
      const int stride = stage > 0 && block == 0 ? 2 : 1;
      const auto shortcut =
          block == 0 ? make.convolution(value, channels, 4 * inner, 1, stride, false) : value;
      const auto narrow = make.convolution(value, channels, inner, 1, 1, true);
      const auto middle = make.convolution(narrow, inner, inner, 3, stride, true);
      value = make.convolution(middle, inner, 4 * inner, 1, 1, true, shortcut);
      channels = 4 * inner;
    }
  }
  make.linear(make.mean(value, channels), channels, width);
  return std::move(make.network);
}

/// The network as oneDNN runs it, packed once a precision and kept.
inline std::shared_ptr<const DnnlNetwork> packed_resnet50(Precision precision) {
  static const Network network = resnet50(kWidest);
  static std::array<std::shared_ptr<const DnnlNetwork>, 2> kept;
  auto& packed = kept[precision == Precision::fp32 ? 0 : 1];
  if (!packed) {
    const Preprocess preprocess;
    packed = std::make_shared<DnnlNetwork>(network, preprocess.size, Normalisation(preprocess), precision);
  }
  return packed;
}

/// A model's engine that runs the network above and hands on as many outputs as the model has heads for.
class RandomEngine final : public Engine {
 public:
  RandomEngine(std::shared_ptr<const DnnlNetwork> network, int width)
      : network_(std::move(network)), width_(static_cast<std::size_t>(width)) {}

  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override {
    std::vector<float> all(count * kWidest);
    network_->run(tiles, count, all);
    for (std::size_t n = 0; n < count; ++n)
      std::copy_n(all.data() + n * kWidest, width_, outputs.data() + n * width_);
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "random"; }

 private:
  std::shared_ptr<const DnnlNetwork> network_;
  std::size_t width_;
};

}  // namespace skingauge::bench
