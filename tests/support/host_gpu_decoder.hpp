// A GpuDecoder made up for tests: libjpeg decodes, the kernel's index function cuts, and it refuses and fails
// as it is told.
#pragma once

#include "image/jpeg_decoder.hpp"
#include "runtime/gpu_decoder.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

namespace skingauge::test {

class HostGpuDecoder : public GpuDecoder {
 public:
  std::map<std::size_t, NotForGpu> refusals;  ///< by the photograph's number, counted over all calls
  std::function<void()> before;               ///< called at each call; may throw
  std::uint8_t error{0};                      ///< is added to the last byte of every pixel that is decoded
  std::vector<std::size_t> calls;             ///< photographs of each

  std::vector<GpuOutcome> decode(std::span<const GpuPhoto> photos, int side) override {
    calls.push_back(photos.size());
    if (before) before();
    std::vector<GpuOutcome> outcomes;
    for (const auto& photo : photos) {
      check_photo(photo);
      const auto refused = refusals.find(seen_++);
      outcomes.push_back(refused == refusals.end() ? GpuOutcome{} : refused->second);
      if (outcomes.back()) {
        spoil(photo, side);
      } else {
        decode(photo, side);
      }
    }
    return outcomes;
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "host"; }
  [[nodiscard]] int batch() const noexcept override { return 4; }

 private:
  static std::size_t bytes(int side) {
    return 3 * static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  }

  // What the places of a refused photograph hold is undefined.
  static void spoil(const GpuPhoto& photo, int side) {
    for (const auto& crop : photo.crops) std::fill_n(crop.tiles[0], bytes(side), std::uint8_t{0xCD});
  }

  void decode(const GpuPhoto& photo, int side) const {
    JpegDecoder decoder(photo.file, {}, "photo");
    decoder.begin({0, 0, decoder.width(), decoder.height()});
    decoder.decode_to(decoder.height());
    const auto decoded = decoder.pixels().pixels();
    std::vector<std::uint8_t> pixels(decoded.begin(), decoded.end());
    for (std::size_t i = 2; i < pixels.size(); i += 3)
      pixels[i] = static_cast<std::uint8_t>(pixels[i] + error);
    if (photo.picture != nullptr) std::copy(pixels.begin(), pixels.end(), photo.picture);
    for (const auto& crop : photo.crops) cut(crop, photo, pixels.data(), side);
  }

  static void cut(const GpuCrop& crop, const GpuPhoto& photo, const std::uint8_t* pixels, int side) {
    auto planned = cut_crop(crop, photo, pixels);
    std::copy(std::begin(crop.tiles), std::end(crop.tiles), planned.tiles);
    CutBatch batch;
    add_crop(batch, planned, side);
    for (const auto& tile : batch.tiles) {
      auto* out = tile.out;
      for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
          for (const auto byte : cut_pixel(tile, batch.taps.data(), x, y).channels) *out++ = byte;
        }
      }
    }
  }

  std::size_t seen_{0};
};

}  // namespace skingauge::test
