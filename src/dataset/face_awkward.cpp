#include "face_awkward.hpp"

#include <string_view>
#include <utility>

namespace skingauge::face {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNullBox = 0.01;
constexpr double kSwappedCorners = 0.03;
constexpr double kNullBlock = 0.01;
constexpr double kFailedReading = 0.015;
constexpr double kNullValue = 0.01;

void disturb_box(Json& box, Random& random, SynthesisReport& report) {
  const bool null_box = random.chance(kNullBox);
  const bool swapped = random.chance(kSwappedCorners);
  const bool both_axes = random.chance(0.5);
  if (box.is_null()) return;
  if (null_box) {
    box = nullptr;
    ++report.null_boxes;
  } else if (swapped) {
    std::swap(box[0], box[2]);
    if (both_axes) std::swap(box[1], box[3]);
    ++report.swapped_corners;
  }
}

// Nulls a whole block, or single values of it; in the instruments' block readings also fail.
void disturb_block(Json& block, bool instruments, std::size_t& null_blocks, Random& random,
                   SynthesisReport& report) {
  const bool null_block = random.chance(kNullBlock);
  if (block.is_null()) return;
  if (null_block) {
    block = nullptr;
    ++null_blocks;
    return;
  }
  for (auto& value : block) {
    const double chance = random.uniform();
    if (value.is_null()) continue;
    if (instruments && chance < kFailedReading) {
      value = "Er";
      ++report.failed_readings;
    } else if (chance > 1.0 - kNullValue) {
      value = nullptr;
      ++report.null_values;
    }
  }
}

}  // namespace

void make_awkward(Json& label, Random& random, SynthesisReport& report) {
  disturb_box(label["images"]["bbox"], random, report);
  disturb_block(label["annotations"], false, report.null_annotations, random, report);
  disturb_block(label["equipment"], true, report.null_equipment, random, report);
}

}  // namespace skingauge::face
