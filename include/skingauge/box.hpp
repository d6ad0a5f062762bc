// Rectangles in pixels.
#pragma once

#include <string>

namespace skingauge {

/// A half-open rectangle [x1, x2) x [y1, y2) in pixels of the upright photograph, corners sorted: x1 <= x2,
/// y1 <= y2.
struct Box {
  int x1{0};
  int y1{0};
  int x2{0};
  int y2{0};

  /// A box from two opposite corners in either order (in the data set, corners can come swapped).
  static constexpr Box from_corners(int xa, int ya, int xb, int yb) noexcept {
    return {xa < xb ? xa : xb, ya < yb ? ya : yb, xa < xb ? xb : xa, ya < yb ? yb : ya};
  }
  [[nodiscard]] constexpr int width() const noexcept { return x2 - x1; }
  [[nodiscard]] constexpr int height() const noexcept { return y2 - y1; }
  /// Whether the box is not empty and lies wholly inside a picture of this size.
  [[nodiscard]] constexpr bool inside(int picture_width, int picture_height) const noexcept {
    return x1 >= 0 && y1 >= 0 && x1 < x2 && y1 < y2 && x2 <= picture_width && y2 <= picture_height;
  }
  friend bool operator==(const Box&, const Box&) = default;
};

/// "[x1, y1, x2, y2]", as the label files write it.
std::string to_string(const Box& box);

}  // namespace skingauge
