// Boxes written as [x, y, width, height] where two corners are expected.
#pragma once

#include "skingauge/box.hpp"
#include "skingauge/facepart.hpp"

#include <string>
#include <vector>

namespace skingauge {

/// A facepart's box with its corners sorted, and whether they came swapped.
struct OrderedBox {
  Facepart facepart{};
  Box box;
  bool swapped{false};
};

/// Faceparts whose boxes, on a photograph of this size, are most likely [x, y, width, height]. In the data
/// set corners come swapped now and then, and are sorted. Nearly all boxes of a face that are [x, y, width,
/// height] look swapped, for x is larger than the width save at the picture's left border, and all fit into
/// the picture. So where all swapped boxes would fit, all boxes are meant if two thirds are swapped (and at
/// least two: a lone box may be either), the swapped ones if the face makes less sense in corners: its
/// forehead below its chin, say.
std::vector<Facepart> find_sizes(const std::vector<OrderedBox>& boxes, int width, int height);

/// "7 of the photograph's 9 boxes have swapped corners ...", for an error.
std::string sizes_hint(const std::vector<OrderedBox>& boxes);

}  // namespace skingauge
