#include "evaluation/slice_model.hpp"

#include <array>
#include <string_view>

namespace skingauge {
namespace {

constexpr int kAngles = 9;
constexpr std::array<std::string_view, 6> kSkinTypes{"neutral",          "dry", "very dry", "dry combination",
                                                     "oily combination", "oily"};

int place_of_angle(const PhotoFacts& photo, const Sign& /*sign*/) {
  for (int i = 0; i < kAngles; ++i) {
    if (angle_name(i) == photo.angle) return i;
  }
  return -1;
}

int place_of_side(const PhotoFacts& /*photo*/, const Sign& sign) {
  switch (sign.facepart) {
    case Facepart::left_eye_corner:
    case Facepart::left_cheek:
      return 0;
    case Facepart::right_eye_corner:
    case Facepart::right_cheek:
      return 1;
    default:
      return 2;
  }
}

std::string name_of_side(int place) { return place == 0 ? "left" : place == 1 ? "right" : "middle"; }

std::string name_of_decade(int place) {
  return std::to_string(10 * place) + "-" + std::to_string(10 * place + 9);
}

int place_of_skin_type(const PhotoFacts& photo, const Sign& /*sign*/) {
  const int type = photo.skin_type.value_or(-1);
  return type >= 0 && type < static_cast<int>(kSkinTypes.size()) ? type : -1;
}

}  // namespace

const std::vector<SliceDimension>& slice_dimensions() {
  static const std::vector<SliceDimension> dimensions{
      {"device", [](const PhotoFacts& p, const Sign&) { return p.device ? static_cast<int>(*p.device) : -1; },
       [](int place) { return std::string(to_string(static_cast<PhotoDevice>(place))); }},
      {"angle", place_of_angle, [](int place) { return std::string(angle_name(place)); }},
      {"side", place_of_side, name_of_side},
      {"gender",
       [](const PhotoFacts& p, const Sign&) { return p.gender == "F"   ? 0
                                                     : p.gender == "M" ? 1
                                                                       : -1; },
       [](int place) { return std::string(place == 0 ? "F" : "M"); }},
      {"age", [](const PhotoFacts& p, const Sign&) { return p.age && *p.age >= 0 ? *p.age / 10 : -1; },
       name_of_decade},
      {"skin_type", place_of_skin_type,
       [](int place) { return std::string(kSkinTypes[static_cast<std::size_t>(place)]); }},
      {"sensitive",
       [](const PhotoFacts& p, const Sign&) { return p.sensitive == 0   ? 0
                                                     : p.sensitive == 1 ? 1
                                                                        : -1; },
       [](int place) { return std::string(place == 0 ? "no" : "yes"); }}};
  return dimensions;
}

}  // namespace skingauge
