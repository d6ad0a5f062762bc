// How tiles are written where a network reads them.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/network.hpp"

#include "runtime/layer_weights.hpp"
#include "runtime/normalisation.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace skingauge {

/// In fp32 and bf16: normalised floats, N x H x W x C. In int8: the bytes as they are, within a border of the
/// first layer's padding where 0 is not what pads them.
class InputLayout {
 public:
  InputLayout(const Network& network, int size, const Normalisation& normalisation, Precision precision)
      : tile_size_(static_cast<std::size_t>(size)),
        normalisation_(normalisation),
        bytes_(precision == Precision::int8) {
    const auto& bias = normalisation.bias;
    if (bytes_ && !network.layers.empty() && std::any_of(bias, bias + 3, [](float b) { return b != 0.0F; }))
      border_ = static_cast<std::size_t>(network.layers.front().padding);
    filling_ = border_bytes(normalisation);
  }

  /// Of what the network reads, with its border.
  [[nodiscard]] int size() const noexcept { return static_cast<int>(tile_size_ + 2 * border_); }
  [[nodiscard]] int border() const noexcept { return static_cast<int>(border_); }
  [[nodiscard]] std::size_t tile_bytes() const noexcept { return tile_size_ * tile_size_ * 3U; }

  void write(std::span<const std::uint8_t> tiles, std::size_t count, std::byte* to) const {
    if (!bytes_) return write_floats(tiles, reinterpret_cast<float*>(to));
    if (border_ == 0) {
      std::copy(tiles.begin(), tiles.end(), reinterpret_cast<std::uint8_t*>(to));
      return;
    }
    for (std::size_t t = 0; t < count; ++t) to = write_bordered(tiles.data() + t * tile_bytes(), to);
  }

 private:
  void write_floats(std::span<const std::uint8_t> tiles, float* to) const {
    const auto& n = normalisation_;
    const std::size_t blue = n.swap ? 2 : 0;
    const std::size_t red = 2 - blue;
    const auto* from = tiles.data();
    for (std::size_t i = 0; i < tiles.size(); i += 3) {
      to[i] = static_cast<float>(from[i + blue]) * n.gain[0] + n.bias[0];
      to[i + 1] = static_cast<float>(from[i + 1]) * n.gain[1] + n.bias[1];
      to[i + 2] = static_cast<float>(from[i + red]) * n.gain[2] + n.bias[2];
    }
  }

  std::byte* write_bordered(const std::uint8_t* tile, std::byte* to) const {
    const auto side = tile_size_ + 2 * border_;
    auto* out = reinterpret_cast<std::uint8_t*>(to);
    for (std::size_t i = 0; i < side * side * 3U; ++i) out[i] = filling_[i % 3U];
    for (std::size_t y = 0; y < tile_size_; ++y)
      std::copy_n(tile + y * tile_size_ * 3U, tile_size_ * 3U, out + ((y + border_) * side + border_) * 3U);
    return to + side * side * 3U;
  }

  std::size_t tile_size_;
  Normalisation normalisation_;
  bool bytes_;
  std::size_t border_{0};
  std::array<std::uint8_t, 3> filling_{};
};

}  // namespace skingauge
