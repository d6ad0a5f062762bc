#include "skingauge/boxes_file.hpp"

#include "skingauge/error.hpp"

#include "core/json_file.hpp"
#include "dataset/box_json.hpp"

namespace skingauge {
namespace {

[[noreturn]] void fail(ErrorCode code, const std::filesystem::path& file, const std::string& field,
                       const Json& found, const std::string& expected) {
  throw InputError(code, file.string() + ": " + field + ": found " + brief(found) + ", expected " + expected);
}

FacepartBox read_entry(const std::filesystem::path& file, const std::string& field, const std::string& key,
                       const Json& value) {
  const auto facepart = key.size() == 1 ? facepart_from_number(key[0] - '0') : std::nullopt;
  if (!facepart) fail(ErrorCode::label_field, file, field, key, "a facepart 0..8");
  if (value.is_null()) return {*facepart, std::nullopt};
  const auto parsed = parse_box(value);
  if (!parsed)
    fail(ErrorCode::box_invalid, file, field + "." + key, value, "[x1, y1, x2, y2] in pixels, or null");
  return {*facepart, parsed->box};
}

}  // namespace

BoxesFile read_boxes(const std::filesystem::path& file) {
  JsonDocument document;
  try {
    document = read_json_file(file);
  } catch (const JsonError& e) {
    throw InputError(ErrorCode::label_syntax, file.string() + ": " + e.what());
  }
  const auto& root = document.value;
  if (!root.is_object() || root.value("format", Json()) != 1)
    fail(ErrorCode::label_field, file, "format", root, "1");
  const auto photos = root.find("photos");
  if (photos == root.end() || !photos->is_object())
    fail(ErrorCode::label_field, file, "photos", root, "an object by file name");
  if (!document.duplicate_keys.empty()) {
    fail(ErrorCode::label_field, file, document.duplicate_keys.front(), "the key twice", "it once");
  }
  BoxesFile boxes;
  for (const auto& [name, entries] : photos->items()) {
    const auto field = "photos." + name;
    if (!entries.is_object()) fail(ErrorCode::label_field, file, field, entries, "an object by facepart");
    auto& list = boxes[name];
    for (const auto& [key, value] : entries.items()) list.push_back(read_entry(file, field, key, value));
  }
  return boxes;
}

}  // namespace skingauge
