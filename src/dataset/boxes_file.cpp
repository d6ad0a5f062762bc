#include "skingauge/boxes_file.hpp"

#include "skingauge/error.hpp"

#include "core/json_file.hpp"
#include "core/unicode.hpp"
#include "dataset/box_json.hpp"
#include "dataset/corner_order.hpp"

namespace skingauge {
namespace {

[[noreturn]] void fail(ErrorCode code, const std::filesystem::path& file, const std::string& field,
                       const Json& found, const std::string& expected) {
  throw InputError(code, file.string() + ": " + field + ": found " + brief(found) + ", expected " + expected);
}

FacepartBox read_entry(const std::filesystem::path& file, const std::string& field, const std::string& key,
                       const Json& value) {
  const auto facepart = key.size() == 1 ? facepart_from_number(key[0] - '0') : std::nullopt;
  if (!facepart) fail(ErrorCode::boxes_field, file, field, key, "a facepart 0..8");
  if (value.is_null()) return {*facepart, std::nullopt};
  const auto parsed = parse_box(value);
  if (!parsed)
    fail(ErrorCode::box_invalid, file, field + "." + key, value, "[x1, y1, x2, y2] in pixels, or null");
  return {*facepart, parsed->box, parsed->corners_swapped};
}

JsonDocument read_document(const std::filesystem::path& file) {
  std::error_code ec;
  if (!std::filesystem::exists(file, ec))
    throw InputError(ErrorCode::boxes_missing, file.string() + ": no such file");
  try {
    return read_json_file(file);
  } catch (const JsonError& e) {
    throw InputError(ErrorCode::boxes_syntax, file.string() + ": " + e.what());
  }
}

}  // namespace

BoxesFile read_boxes(const std::filesystem::path& file) {
  const auto document = read_document(file);
  const auto& root = document.value;
  if (!root.is_object() || root.value("format", Json()) != 1)
    fail(ErrorCode::boxes_field, file, "format", root, "1");
  const auto photos = root.find("photos");
  if (photos == root.end() || !photos->is_object())
    fail(ErrorCode::boxes_field, file, "photos", root, "an object by file name");
  if (!document.duplicate_keys.empty()) {
    fail(ErrorCode::boxes_field, file, document.duplicate_keys.front(), "the key twice", "it once");
  }
  BoxesFile boxes;
  for (const auto& [name, entries] : photos->items()) {
    const auto field = "photos." + name;
    if (!entries.is_object()) fail(ErrorCode::boxes_field, file, field, entries, "an object by facepart");
    auto& list = boxes[name];
    for (const auto& [key, value] : entries.items()) list.push_back(read_entry(file, field, key, value));
  }
  return boxes;
}

const std::vector<FacepartBox>& boxes_of(const BoxesFile& boxes, const std::filesystem::path& photo,
                                         const std::filesystem::path& file) {
  const auto name = photo.filename().string();
  for (const auto& written : {name, photo.string()}) {
    if (const auto found = boxes.find(written); found != boxes.end()) return found->second;
  }
  const std::vector<FacepartBox>* alike = nullptr;
  for (const auto& [key, entry] : boxes) {
    const auto form = composed(key);
    if (form != composed(name) && form != composed(photo.string())) continue;
    if (alike != nullptr) {
      throw InputError(ErrorCode::boxes_field,
                       file.string() + ": photos: has \"" + name +
                           "\" in several Unicode forms (composed and decomposed letters), "
                           "and not in that of the file's name");
    }
    alike = &entry;
  }
  if (alike != nullptr) return *alike;
  throw InputError(ErrorCode::boxes_field, file.string() + ": photos: has no \"" + name + "\"");
}

void check_corners(const std::vector<FacepartBox>& boxes, int width, int height, const std::string& photo) {
  std::vector<OrderedBox> present;
  for (const auto& entry : boxes) {
    if (entry.box) present.push_back({entry.facepart, *entry.box, entry.corners_swapped});
  }
  if (!find_sizes(present, width, height).empty())
    throw InputError(ErrorCode::box_invalid, photo + ": " + sizes_hint(present));
}

}  // namespace skingauge
