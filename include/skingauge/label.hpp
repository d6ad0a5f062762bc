// Label files: one JSON per facepart and photograph (protocol, section 1).
#pragma once

#include "skingauge/box.hpp"
#include "skingauge/facepart.hpp"
#include "skingauge/prediction.hpp"
#include "skingauge/sign.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace skingauge {

/// `info`: the person. Fields that are absent or null are empty.
struct LabelInfo {
  std::string filename;
  std::string id;
  std::string gender;  ///< "F" or "M"; any other text is not known, and a warning
  std::optional<int> age;
  std::string date;              ///< YYYY-mm-dd
  std::optional<int> skin_type;  ///< 0..5: neutral, dry, very dry, dry combination, oily combination, oily
  std::optional<int> sensitive;  ///< 0 or 1
  friend bool operator==(const LabelInfo&, const LabelInfo&) = default;
};

/// One entry of `annotations`: a grade, or why there is none. Other entries (`acne`) are kept as JSON text.
struct Annotation {
  std::string key;
  std::variant<int, Skipped> grade;
  std::string other;  ///< JSON text of an entry that is no grade; empty for grades
};

/// One entry of `equipment`: a value in the instrument's unit, or why there is none.
struct Reading {
  std::string key;
  std::variant<double, Skipped> value;
};

/// Something in a label that is odd or wrong but leaves the rest usable.
struct LabelProblem {
  std::string field;    ///< e.g. "annotations.chin_sagging"
  std::string message;  ///< what was found, what was expected
  bool error{false};    ///< false: worth a warning; true: the field is unusable
};

/// A label file as read: every field kept, in the file's order.
struct Label {
  std::filesystem::path file;
  LabelInfo info;
  /// 0 camera, 1 tablet, 2 phone by the guideline's table; its own example counts from 1, as file names do.
  std::optional<int> device;
  std::optional<int> width;  ///< of the photograph, pixels
  std::optional<int> height;
  std::optional<int> angle;  ///< 0..8: F, Ft, Fb, L15, L30, R15, R30, L, R
  Facepart facepart{};       ///< the JSON's, which is the authority, not the file name's
  std::optional<Box> box;    ///< corners sorted; empty where the label says null
  bool corners_swapped{false};
  std::optional<std::vector<Annotation>> annotations;  ///< empty where the block is null or missing
  std::optional<std::vector<Reading>> equipment;       ///< the same
  std::vector<LabelProblem> problems;
};

/// Reads a label file. Throws InputError naming file, field, found and expected: label-syntax (with byte
/// offset), label-field (facepart missing or out of 0..8, a block of the wrong kind), box-invalid (not four
/// finite numbers).
Label read_label(const std::filesystem::path& file);
/// The same from text; `file` names it in messages.
Label parse_label(std::string_view text, const std::filesystem::path& file);

/// The true value of a sign in its facepart's label: a grade (0-based) or a value in the instrument's unit,
/// or why it is not judged: no-block, no-value, instrument-error, value-invalid.
std::variant<double, Skipped> truth(const Label& label, const Sign& sign);

/// The angle's name for its number 0..8, or empty.
std::string_view angle_name(int number) noexcept;

}  // namespace skingauge
