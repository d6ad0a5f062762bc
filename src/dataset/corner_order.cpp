#include "dataset/corner_order.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace skingauge {
namespace {

// Of [x, y, width, height] the far side is the sum of two numbers, whichever of them is larger. Boxes drawn
// up to the border may leave the picture a little.
bool fits(int near, int far, int length) { return near >= 0 && near + far <= length + length / 50; }

// Twice a box's centre.
struct Centre {
  int x;
  int y;
};

// Read as corners, or swapped ones as [x, y, width, height]: there x is the larger of x and width, and so is
// y.
std::optional<Centre> centre_of(const std::vector<OrderedBox>& boxes, Facepart facepart, bool as_sizes) {
  const auto found =
      std::find_if(boxes.begin(), boxes.end(), [&](const OrderedBox& b) { return b.facepart == facepart; });
  if (found == boxes.end()) return std::nullopt;
  const auto& box = found->box;
  if (as_sizes && found->swapped) return Centre{2 * box.x2 + box.x1, 2 * box.y2 + box.y1};
  return Centre{box.x1 + box.x2, box.y1 + box.y2};
}

// How many pairs of faceparts lie the wrong way round, as they do in no upright face.
int disorder(const std::vector<OrderedBox>& boxes, bool as_sizes) {
  using enum Facepart;
  constexpr std::array<std::array<Facepart, 2>, 2> kLeftOf{
      {{left_eye_corner, right_eye_corner}, {left_cheek, right_cheek}}};
  constexpr std::array<std::array<Facepart, 2>, 15> kAbove{{{forehead, glabella},
                                                            {forehead, left_eye_corner},
                                                            {forehead, right_eye_corner},
                                                            {forehead, left_cheek},
                                                            {forehead, right_cheek},
                                                            {forehead, lips},
                                                            {forehead, chin},
                                                            {glabella, lips},
                                                            {glabella, chin},
                                                            {left_eye_corner, lips},
                                                            {right_eye_corner, lips},
                                                            {left_eye_corner, chin},
                                                            {right_eye_corner, chin},
                                                            {left_cheek, chin},
                                                            {right_cheek, chin}}};
  const auto wrong = [&](const auto& pair, int Centre::*axis) {
    const auto first = centre_of(boxes, pair[0], as_sizes);
    const auto second = centre_of(boxes, pair[1], as_sizes);
    return first && second && (*first).*axis > (*second).*axis;
  };
  return static_cast<int>(
      std::count_if(kLeftOf.begin(), kLeftOf.end(), [&](const auto& p) { return wrong(p, &Centre::x); }) +
      std::count_if(kAbove.begin(), kAbove.end(), [&](const auto& p) { return wrong(p, &Centre::y); }));
}

std::size_t count_swapped(const std::vector<OrderedBox>& boxes) {
  return static_cast<std::size_t>(
      std::count_if(boxes.begin(), boxes.end(), [](const OrderedBox& b) { return b.swapped; }));
}

}  // namespace

std::vector<Facepart> find_sizes(const std::vector<OrderedBox>& boxes, int width, int height) {
  const auto swapped = count_swapped(boxes);
  const bool fitting = std::all_of(boxes.begin(), boxes.end(), [&](const OrderedBox& b) {
    return !b.swapped || (fits(b.box.x1, b.box.x2, width) && fits(b.box.y1, b.box.y2, height));
  });
  if (swapped == 0 || !fitting) return {};
  const bool all = swapped >= 2 && 3 * swapped >= 2 * boxes.size();
  if (!all && disorder(boxes, false) <= disorder(boxes, true)) return {};
  std::vector<Facepart> sizes;
  for (const auto& box : boxes) {
    if (all || box.swapped) sizes.push_back(box.facepart);
  }
  return sizes;
}

std::string sizes_hint(const std::vector<OrderedBox>& boxes) {
  return std::to_string(count_swapped(boxes)) + " of the photograph's " + std::to_string(boxes.size()) +
         " boxes have swapped corners and would fit as [x, y, width, height]; expected two opposite corners "
         "[x1, y1, "
         "x2, y2]";
}

}  // namespace skingauge
