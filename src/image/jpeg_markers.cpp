#include "jpeg_markers.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

namespace skingauge {
namespace {

using Bytes = std::span<const std::byte>;

constexpr unsigned kSos = 0xDA;
constexpr unsigned kEoi = 0xD9;
constexpr unsigned kApp1 = 0xE1;

unsigned u8(Bytes b, std::size_t at) noexcept { return std::to_integer<unsigned>(b[at]); }

// A 16- or 32-bit number of an EXIF block in its own byte order.
struct TiffReader {
  Bytes bytes;
  bool little;
  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t at, std::size_t width) const noexcept {
    if (at + width > bytes.size()) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i)
      value = value << 8U | u8(bytes, at + (little ? width - 1 - i : i));
    return value;
  }
};

// Whether OpenCV can read a directory entry ahead of the orientation: it gives up at the first text or
// fraction that lies outside the block, and so do we.
bool readable_entry(const TiffReader& reader, std::size_t at, unsigned tag) noexcept {
  constexpr std::array kTexts{0x010EU, 0x010FU, 0x0110U, 0x0131U, 0x0132U, 0x8298U};
  constexpr std::array<std::array<std::size_t, 2>, 6> kFractions{
      {{0x011A, 1}, {0x011B, 1}, {0x013E, 2}, {0x013F, 6}, {0x0211, 3}, {0x0214, 6}}};
  const auto size = reader.number(at + 4, 4);
  const auto place = reader.number(at + 8, 4);
  const auto inside = [&](std::size_t bytes) { return place && *place + bytes <= reader.bytes.size(); };
  if (std::find(kTexts.begin(), kTexts.end(), tag) != kTexts.end())
    return size && (*size <= 4 || inside(*size));
  for (const auto& [fractions, count] : kFractions) {
    if (fractions == tag) return inside(8 * count);
  }
  return true;
}

// Orientation from an APP1 segment's payload, as OpenCV reads it: the six bytes that should say "Exif" are
// not looked at, and the first entry counts. 1 where there is none.
int exif_orientation(Bytes payload) noexcept {
  constexpr std::size_t kHeader = 6;
  if (payload.size() < kHeader + 8) return 1;
  const auto tiff = payload.subspan(kHeader);
  const bool little = std::memcmp(tiff.data(), "II*\0", 4) == 0;
  if (!little && std::memcmp(tiff.data(), "MM\0*", 4) != 0) return 1;
  const TiffReader reader{tiff, little};
  const auto directory = reader.number(4, 4);
  const auto entries = directory ? reader.number(*directory, 2) : std::nullopt;
  if (!entries) return 1;
  for (std::uint32_t i = 0; i < *entries; ++i) {
    const std::size_t at = std::size_t{*directory} + 2 + std::size_t{12} * i;
    const auto tag = reader.number(at, 2);
    if (!tag || !readable_entry(reader, at, *tag)) return 1;
    if (*tag != 0x0112) continue;
    const auto value = reader.number(at + 8, 2);
    return value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
  }
  return 1;
}

// The offset of the next marker's code byte at or after `at`, skipping entropy-coded data; bytes.size() at
// the end.
std::size_t next_marker(Bytes bytes, std::size_t at) noexcept {
  while (at + 1 < bytes.size()) {
    const auto* found =
        static_cast<const std::byte*>(std::memchr(bytes.data() + at, 0xFF, bytes.size() - at - 1));
    if (found == nullptr) break;
    at = static_cast<std::size_t>(found - bytes.data()) + 1;
    const unsigned code = u8(bytes, at);
    const bool restart = code >= 0xD0 && code <= 0xD7;
    if (code != 0x00 && code != 0xFF && !restart) return at;
  }
  return bytes.size();
}

bool has_length(unsigned code) noexcept { return !(code == 0x01 || (code >= 0xD0 && code <= 0xD9)); }

}  // namespace

JpegMarkers walk_jpeg_markers(std::span<const std::byte> bytes, int max_scans) noexcept {
  JpegMarkers result;
  bool first_app1_seen = false;
  std::size_t at = next_marker(bytes, 2);  // behind start-of-image
  while (at < bytes.size()) {
    const unsigned code = u8(bytes, at);
    if (code == kEoi) {
      result.complete = true;
      return result;
    }
    std::size_t end = at + 1;
    if (has_length(code)) {
      if (at + 3 > bytes.size()) return result;
      const std::size_t length = u8(bytes, at + 1) << 8U | u8(bytes, at + 2);
      if (length < 2 || at + 1 + length > bytes.size()) return result;
      if (code == kApp1 && !first_app1_seen && result.scans == 0) {
        result.orientation = exif_orientation(bytes.subspan(at + 3, length - 2));
        first_app1_seen = true;
      }
      end += length;
    }
    if (code == kSos && ++result.scans > max_scans) return result;
    at = next_marker(bytes, end);
  }
  return result;
}

}  // namespace skingauge
