#include "skingauge/label.hpp"

#include "skingauge/error.hpp"

#include "core/json_file.hpp"
#include "dataset/box_json.hpp"

#include <array>
#include <cmath>

namespace skingauge {
namespace {

constexpr std::array<std::string_view, 9> kAngles{"F", "Ft", "Fb", "L15", "L30", "R15", "R30", "L", "R"};

// Reads one label; holds the label under construction so that problems land in it.
class LabelParser {
 public:
  LabelParser(const Json& root, std::filesystem::path file) : root_(&root) { label_.file = std::move(file); }

  Label run(const std::vector<std::string>& duplicate_keys) {
    if (!root_->is_object()) fail(ErrorCode::label_field, "(whole file)", *root_, "an object");
    for (const auto& key : duplicate_keys) warn(key, "stands twice in one object; the last value is used");
    read_images();
    read_info();
    read_annotations();
    read_equipment();
    return std::move(label_);
  }

 private:
  [[noreturn]] void fail(ErrorCode code, const std::string& field, const Json& found,
                         const std::string& expected) const {
    throw InputError(
        code, label_.file.string() + ": " + field + ": found " + brief(found) + ", expected " + expected);
  }
  void warn(std::string field, std::string message) {
    label_.problems.push_back({std::move(field), std::move(message), false});
  }
  void bad(std::string field, const Json& found, const std::string& expected) {
    label_.problems.push_back({std::move(field), "found " + brief(found) + ", expected " + expected, true});
  }

  // A block of the file: null where it is null or missing.
  const Json* block(const char* name) {
    const auto found = root_->find(name);
    if (found == root_->end()) {
      warn(name, "block is missing");
      return nullptr;
    }
    if (found->is_null()) return nullptr;
    if (!found->is_object()) fail(ErrorCode::label_field, name, *found, "an object or null");
    return &*found;
  }

  std::optional<int> integer(const Json& object, const char* block, const char* key, int low, int high) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return std::nullopt;
    const bool fits = found->is_number_integer() && *found >= low && *found <= high;
    if (fits) return found->get<int>();
    bad(std::string(block) + "." + key, *found,
        "an integer " + std::to_string(low) + ".." + std::to_string(high));
    return std::nullopt;
  }

  std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return {};
    if (found->is_string()) return found->get<std::string>();
    bad(std::string("info.") + key, *found, "text");
    return {};
  }

  // A later server of the data set writes "U".
  std::string gender(const Json& info) {
    auto found = text(info, "gender");
    if (found.empty() || found == "F" || found == "M") return found;
    warn("info.gender", "found " + brief(Json(found)) + ", expected \"F\" or \"M\"; taken as not known");
    return {};
  }

  void read_info() {
    const auto* info = block("info");
    if (info == nullptr) return;
    label_.info.filename = text(*info, "filename");
    label_.info.id = text(*info, "id");
    label_.info.gender = gender(*info);
    label_.info.date = text(*info, "date");
    label_.info.age = integer(*info, "info", "age", 0, 150);
    label_.info.skin_type = integer(*info, "info", "skin_type", 0, 5);
    label_.info.sensitive = integer(*info, "info", "sensitive", 0, 1);
  }

  void read_images() {
    const auto* images = block("images");
    if (images == nullptr)
      fail(ErrorCode::label_field, "images", nullptr, "an object with facepart and bbox");
    const auto facepart = images->find("facepart");
    const Json found = facepart == images->end() ? Json(nullptr) : *facepart;
    const auto known =
        found.is_number_integer() ? facepart_from_number(found.get<long long>()) : std::nullopt;
    if (!known) fail(ErrorCode::label_field, "images.facepart", found, "an integer 0..8");
    label_.facepart = *known;
    label_.device = integer(*images, "images", "device", 0, 3);
    label_.angle = integer(*images, "images", "angle", 0, 8);
    label_.width = integer(*images, "images", "width", 1, 1 << 20);
    label_.height = integer(*images, "images", "height", 1, 1 << 20);
    read_box(*images);
  }

  void read_box(const Json& images) {
    const auto found = images.find("bbox");
    if (found == images.end()) return warn("images.bbox", "is missing; read as null");
    if (found->is_null()) return;
    const auto parsed = parse_box(*found);
    if (!parsed) fail(ErrorCode::box_invalid, "images.bbox", *found, "[x1, y1, x2, y2] in pixels, or null");
    label_.box = parsed->box;
    label_.corners_swapped = parsed->corners_swapped;
  }

  void read_annotations() {
    const auto* block_ = block("annotations");
    if (block_ == nullptr) return;
    auto& entries = label_.annotations.emplace();
    for (const auto& [key, value] : block_->items()) {
      const Sign* sign = find_sign_by_key(key, Task::grade);
      if (sign == nullptr) {
        entries.push_back({key, Skipped{SkipReason::no_value, ""},
                           value.dump(-1, ' ', false, Json::error_handler_t::replace)});
        if (key != "acne") warn("annotations." + key, "is not a known key");
        continue;
      }
      check_place(*sign, "annotations.");
      entries.push_back({key, grade(*sign, value), ""});
    }
  }

  std::variant<int, Skipped> grade(const Sign& sign, const Json& value) {
    if (value.is_null() || value == "") return Skipped{SkipReason::no_value, ""};
    if (value.is_number_integer() && value >= 0 && value <= sign.max_grade) return value.get<int>();
    const auto expected = "an integer 0.." + std::to_string(sign.max_grade);
    bad("annotations." + std::string(sign.key), value, expected);
    return Skipped{SkipReason::value_invalid, "found " + brief(value) + ", expected " + expected};
  }

  void read_equipment() {
    const auto* block_ = block("equipment");
    if (block_ == nullptr) return;
    auto& entries = label_.equipment.emplace();
    for (const auto& [key, value] : block_->items()) {
      if (const Sign* sign = find_sign_by_key(key, Task::measurement)) check_place(*sign, "equipment.");
      entries.push_back({key, reading(key, value)});
    }
  }

  std::variant<double, Skipped> reading(const std::string& key, const Json& value) {
    if (value.is_number() && std::isfinite(value.get<double>())) return value.get<double>();
    if (value.is_null() || value == "") return Skipped{SkipReason::no_value, ""};
    if (value == "Er") return Skipped{SkipReason::instrument_error, "Er"};
    warn("equipment." + key, "found " + brief(value) + ", expected a number, \"Er\" or null");
    return Skipped{SkipReason::value_invalid, "found " + brief(value)};
  }

  void check_place(const Sign& sign, const std::string& block) {
    if (sign.facepart == label_.facepart) return;
    warn(block + std::string(sign.key), "belongs to facepart " + std::to_string(number(sign.facepart)) +
                                            ", this label is of " + std::to_string(number(label_.facepart)));
  }

  const Json* root_;
  Label label_;
};

}  // namespace

Label read_label(const std::filesystem::path& file) {
  try {
    return parse_label(read_text_file(file, JsonLimits{}.max_bytes), file);
  } catch (const JsonError& e) {
    throw InputError(ErrorCode::label_syntax, file.string() + ": " + e.what());
  }
}

Label parse_label(std::string_view text, const std::filesystem::path& file) {
  try {
    const auto document = parse_json(text);
    return LabelParser(document.value, file).run(document.duplicate_keys);
  } catch (const JsonError& e) {
    throw InputError(ErrorCode::label_syntax, file.string() + ": " + e.what());
  }
}

std::variant<double, Skipped> truth(const Label& label, const Sign& sign) {
  if (sign.task == Task::grade) {
    if (!label.annotations) return Skipped{SkipReason::no_block, "annotations"};
    for (const auto& entry : *label.annotations) {
      if (entry.key != sign.key) continue;
      if (const auto* grade = std::get_if<int>(&entry.grade)) return static_cast<double>(*grade);
      return std::get<Skipped>(entry.grade);
    }
  } else {
    if (!label.equipment) return Skipped{SkipReason::no_block, "equipment"};
    for (const auto& entry : *label.equipment) {
      if (entry.key == sign.key) return entry.value;
    }
  }
  return Skipped{SkipReason::no_value, "absent"};
}

std::string_view angle_name(int number) noexcept {
  return number >= 0 && number < static_cast<int>(kAngles.size()) ? kAngles[static_cast<std::size_t>(number)]
                                                                  : "";
}

}  // namespace skingauge
