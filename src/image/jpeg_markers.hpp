// What a JPEG file says of itself before any pixel is decoded.
#pragma once

#include <cstddef>
#include <span>

namespace skingauge {

struct JpegMarkers {
  int orientation{1};    ///< EXIF orientation 1..8 of the first APP1 segment, as imread; 1 where it has none
  int scans{0};          ///< start-of-scan markers, counted up to `max_scans` + 1
  bool complete{false};  ///< an end-of-image marker closes the file
};

/// Walks the markers of a JPEG in memory: segment headers and the entropy-coded bytes between them, no
/// decoding. Stops counting after `max_scans` + 1 scans. Never throws; damaged segments end the walk with
/// complete = false.
JpegMarkers walk_jpeg_markers(std::span<const std::byte> bytes, int max_scans) noexcept;

}  // namespace skingauge
