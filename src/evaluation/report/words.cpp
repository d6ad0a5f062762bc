#include "evaluation/report/words.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace skingauge::report {
namespace {

struct Words {
  std::string_view name;
  std::string_view words;
};

std::string_view look_up(std::span<const Words> table, std::string_view name) noexcept {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Words& row) { return row.name == name; });
  return found == table.end() ? std::string_view{} : found->words;
}

std::string look_up_or_name(std::span<const Words> table, std::string_view name) {
  const auto words = look_up(table, name);
  return std::string(words.empty() ? name : words);
}

constexpr std::array kMeasured{
    Words{"count", "pigmentation spots"}, Words{"moisture", "moisture"}, Words{"wrinkle", "wrinkle depth Ra"},
    Words{"elasticity", "elasticity R2"}, Words{"pore", "pore count"},
};

constexpr std::array kReasons{
    Words{"no-label", "There is no label file for this part of the face."},
    Words{"no-box", "The label gives no box for this part of the face."},
    Words{"box-too-small",
          "The box is too small: a side is under the manifest's limit, or nothing is left after scaling."},
    Words{"box-outside", "The box leaves the photograph: an error in the label."},
    Words{"label-error", "The label file could not be used: an error."},
    Words{"photo-error", "The photograph could not be read: an error."},
    Words{"model-error", "The network failed on this crop: an error."},
    Words{"no-block", "The label holds no grades, or no instrument values, for this part of the face."},
    Words{"no-value", "The label lacks this value, or it is empty."},
    Words{"instrument-error", "The instrument's reading failed: the label says \"Er\"."},
    Words{"value-invalid", "The label's value is not a grade of the head's range, or not a number."},
};

constexpr std::array kDimensions{
    Words{"device", "device"},
    Words{"angle", "camera angle"},
    Words{"side", "side of the face"},
    Words{"gender", "gender"},
    Words{"age", "age"},
    Words{"skin_type", "skin type"},
    Words{"sensitive", "sensitive skin"},
};

constexpr std::array kAngles{
    Words{"F", "F, frontal"},       Words{"Ft", "Ft, frontal top"}, Words{"Fb", "Fb, frontal bottom"},
    Words{"L15", "L15, left 15°"},  Words{"L30", "L30, left 30°"},  Words{"R15", "R15, right 15°"},
    Words{"R30", "R30, right 30°"}, Words{"L", "L, left"},          Words{"R", "R, right"},
};

constexpr std::array kGenders{Words{"F", "women"}, Words{"M", "men"}};

}  // namespace

std::string sign_name(const Sign* sign) {
  if (sign == nullptr) return "unknown head";
  return std::string(info(sign->facepart).name) + ", " + item_name(sign->task, to_string(sign->item));
}

std::string head_anchor(const Sign& sign) {
  return std::string(to_string(sign.task)) + "-" + std::string(sign.key);
}

std::string_view task_title(Task task) noexcept { return task == Task::grade ? "Grades" : "Measurements"; }

std::string item_name(Task task, std::string_view item) {
  return task == Task::grade ? std::string(item) : look_up_or_name(kMeasured, item);
}

std::string_view item_unit(std::string_view item) noexcept {
  for (const auto& sign : signs()) {
    if (sign.task == Task::measurement && to_string(sign.item) == item) return sign.unit;
  }
  return {};
}

std::string group_name(Task task, const std::string& name) {
  const auto all = items(task);
  const bool item = std::any_of(all.begin(), all.end(), [&](Item i) { return to_string(i) == name; });
  return item ? item_name(task, name) : name;
}

std::string_view reason_words(std::string_view reason) noexcept { return look_up(kReasons, reason); }

std::string dimension_name(const std::string& dimension) { return look_up_or_name(kDimensions, dimension); }

std::string capital(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

std::string slice_name(const std::string& dimension, const std::string& value) {
  if (value == "unknown") return "not known";
  if (dimension == "angle") return look_up_or_name(kAngles, value);
  if (dimension == "gender") return look_up_or_name(kGenders, value);
  return value;
}

}  // namespace skingauge::report
