#include "skingauge/sign.hpp"

#include <algorithm>
#include <array>

namespace skingauge {
namespace {

using enum Facepart;

constexpr Sign grade(std::string_view stem, std::string_view key, Facepart facepart, Item item,
                     int max_grade) {
  return {stem, key, facepart, Task::grade, item, max_grade, 1.0, 0.0, ""};
}

constexpr Sign measure(std::string_view stem, std::string_view key, Facepart facepart, Item item,
                       double scale, double official_max, std::string_view unit) {
  return {stem, key, facepart, Task::measurement, item, 0, scale, official_max, unit};
}

// The protocol's two tables. Left and right differ in key and facepart alone.
constexpr std::array kSigns{
    grade("forehead_pigmentation", "forehead_pigmentation", forehead, Item::pigmentation, 5),
    grade("forehead_wrinkle", "forehead_wrinkle", forehead, Item::wrinkle, 8),
    grade("glabellus_wrinkle", "glabellus_wrinkle", glabella, Item::wrinkle, 6),
    grade("perocular_wrinkle", "l_perocular_wrinkle", left_eye_corner, Item::wrinkle, 6),
    grade("perocular_wrinkle", "r_perocular_wrinkle", right_eye_corner, Item::wrinkle, 6),
    grade("cheek_pore", "l_cheek_pore", left_cheek, Item::pore, 5),
    grade("cheek_pigmentation", "l_cheek_pigmentation", left_cheek, Item::pigmentation, 5),
    grade("cheek_pore", "r_cheek_pore", right_cheek, Item::pore, 5),
    grade("cheek_pigmentation", "r_cheek_pigmentation", right_cheek, Item::pigmentation, 5),
    grade("lip_dryness", "lip_dryness", lips, Item::dryness, 4),
    grade("chin_sagging", "chin_sagging", chin, Item::sagging, 6),

    measure("pigmentation_count", "pigmentation_count", face, Item::count, 350, 300, "spots"),
    measure("forehead_moisture", "forehead_moisture", forehead, Item::moisture, 100, 100,
            "corneometer units"),
    measure("forehead_elasticity_R2", "forehead_elasticity_R2", forehead, Item::elasticity, 1, 1, "ratio"),
    measure("perocular_wrinkle_Ra", "l_perocular_wrinkle_Ra", left_eye_corner, Item::wrinkle, 100, 100, "µm"),
    measure("perocular_wrinkle_Ra", "r_perocular_wrinkle_Ra", right_eye_corner, Item::wrinkle, 100, 100,
            "µm"),
    measure("cheek_moisture", "l_cheek_moisture", left_cheek, Item::moisture, 100, 100, "corneometer units"),
    measure("cheek_elasticity_R2", "l_cheek_elasticity_R2", left_cheek, Item::elasticity, 1, 1, "ratio"),
    measure("cheek_pore", "l_cheek_pore", left_cheek, Item::pore, 3000, 3000, "pores"),
    measure("cheek_moisture", "r_cheek_moisture", right_cheek, Item::moisture, 100, 100, "corneometer units"),
    measure("cheek_elasticity_R2", "r_cheek_elasticity_R2", right_cheek, Item::elasticity, 1, 1, "ratio"),
    measure("cheek_pore", "r_cheek_pore", right_cheek, Item::pore, 3000, 3000, "pores"),
    measure("chin_moisture", "chin_moisture", chin, Item::moisture, 100, 100, "corneometer units"),
    measure("chin_elasticity_R2", "chin_elasticity_R2", chin, Item::elasticity, 1, 1, "ratio"),
};

constexpr std::array kGradeItems{Item::pigmentation, Item::wrinkle, Item::sagging, Item::pore, Item::dryness};
constexpr std::array kMeasurementItems{Item::count, Item::moisture, Item::wrinkle, Item::elasticity,
                                       Item::pore};

template <class Predicate>
const Sign* find(Predicate predicate) noexcept {
  const auto* found = std::find_if(kSigns.begin(), kSigns.end(), predicate);
  return found == kSigns.end() ? nullptr : found;
}

}  // namespace

std::string_view to_string(Task task) noexcept { return task == Task::grade ? "grade" : "measurement"; }

std::string_view to_string(Item item) noexcept {
  switch (item) {
    case Item::pigmentation:
      return "pigmentation";
    case Item::wrinkle:
      return "wrinkle";
    case Item::sagging:
      return "sagging";
    case Item::pore:
      return "pore";
    case Item::dryness:
      return "dryness";
    case Item::count:
      return "count";
    case Item::moisture:
      return "moisture";
    case Item::elasticity:
      return "elasticity";
  }
  return "unknown";
}

std::span<const Item> items(Task task) noexcept {
  return task == Task::grade ? std::span<const Item>{kGradeItems} : std::span<const Item>{kMeasurementItems};
}

std::span<const Sign> signs() noexcept { return kSigns; }

bool is_outside_official_range(const Sign& sign, double units) noexcept {
  const auto rounded = static_cast<float>(units);
  return sign.task == Task::measurement &&
         !(rounded >= 0.0F && rounded <= static_cast<float>(sign.official_max));
}

const Sign* find_sign(std::string_view stem, Task task, Facepart facepart) noexcept {
  return find([&](const Sign& s) { return s.stem == stem && s.task == task && s.facepart == facepart; });
}

const Sign* find_sign_by_key(std::string_view key, Task task) noexcept {
  return find([&](const Sign& s) { return s.key == key && s.task == task; });
}

}  // namespace skingauge
