// The nine regions of a face that the data set labels (protocol, section 1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace skingauge {

/// Numbered as the label files number them. "Left" is the viewer's left of the picture.
enum class Facepart : std::uint8_t {
  face = 0,
  forehead = 1,
  glabella = 2,
  left_eye_corner = 3,
  right_eye_corner = 4,
  left_cheek = 5,
  right_cheek = 6,
  lips = 7,
  chin = 8,
};

/// The side of the picture a facepart lies on.
enum class Side : std::uint8_t { none, left, right };

/// One row of the table of faceparts.
struct FacepartInfo {
  Facepart facepart{};
  Side side{Side::none};
  std::string_view name;  ///< for people, e.g. "left cheek"
};

/// All nine faceparts, in the order of their numbers.
std::array<FacepartInfo, 9> const& faceparts() noexcept;

/// The row of one facepart.
const FacepartInfo& info(Facepart facepart) noexcept;

/// The number 0..8 in the label files.
constexpr int number(Facepart facepart) noexcept { return static_cast<int>(facepart); }

/// The same number, for arrays with one entry per facepart.
constexpr std::size_t index(Facepart facepart) noexcept { return static_cast<std::size_t>(facepart); }

/// The facepart with this number; empty outside 0..8.
std::optional<Facepart> facepart_from_number(long long number) noexcept;

}  // namespace skingauge
