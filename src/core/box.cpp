#include "skingauge/box.hpp"

namespace skingauge {

std::string to_string(const Box& box) {
  return "[" + std::to_string(box.x1) + ", " + std::to_string(box.y1) + ", " + std::to_string(box.x2) + ", " +
         std::to_string(box.y2) + "]";
}

}  // namespace skingauge
