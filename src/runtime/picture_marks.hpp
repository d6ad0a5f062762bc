// Marks in a picture's memory, by which one that a decoder has left out shows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace skingauge {

/// Every byte of the memory before a picture is decoded into it.
constexpr std::uint8_t kMark = 0xA5;
/// Pixels that are looked at afterwards: eight in each of eight bands, from the first row to the last.
constexpr std::size_t kMarks = 64;
constexpr std::size_t kMarkBytes = 3 * kMarks;

/// Bytes between two of the pixels in a picture of so many bytes, 3 a pixel; it has 64 pixels at least. The
/// last mark is one of the last 63 pixels.
constexpr std::size_t mark_step(std::size_t picture_bytes) noexcept {
  return (picture_bytes / 3 - 1) / (kMarks - 1) * 3;
}

/// Whether a decoder wrote into every band. A photograph with a band of exactly that grey seems not to be:
/// the CPU decodes it then.
constexpr bool written(std::span<const std::uint8_t> marks) noexcept {
  constexpr std::size_t kBand = kMarkBytes / 8;
  for (std::size_t band = 0; band < marks.size(); band += kBand) {
    const auto pixels = marks.subspan(band, kBand);
    if (std::all_of(pixels.begin(), pixels.end(), [](std::uint8_t byte) { return byte == kMark; }))
      return false;
  }
  return true;
}

}  // namespace skingauge
