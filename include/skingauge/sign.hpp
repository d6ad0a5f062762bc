// The signs of skin that are graded or measured, and their keys in the label files (protocol, section 1).
#pragma once

#include "skingauge/facepart.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace skingauge {

/// A grade is a class 0..max chosen from scores; a measurement is one number of an instrument.
enum class Task : std::uint8_t { grade, measurement };

/// "grade" or "measurement".
std::string_view to_string(Task task) noexcept;

/// What the evaluation pools over heads (protocol, section 6). In the order of the published log:
/// grades pigmentation, wrinkle, sagging, pore, dryness; measurements count, moisture, wrinkle, elasticity,
/// pore.
enum class Item : std::uint8_t { pigmentation, wrinkle, sagging, pore, dryness, count, moisture, elasticity };

/// The item's name as the published log writes it.
std::string_view to_string(Item item) noexcept;

/// The five items of a task, in the order of the published log.
std::span<const Item> items(Task task) noexcept;

/// One value of one facepart: a row of the protocol's two tables.
struct Sign {
  std::string_view stem;  ///< without its side: what a manifest names, e.g. "cheek_pore"
  std::string_view key;   ///< in the label files, e.g. "l_cheek_pore"; fixed, odd spelling included
  Facepart facepart{};
  Task task{};
  Item item{};
  int max_grade{0};          ///< grades: official range is 0..max_grade; 0 for measurements
  double scale{1.0};         ///< measurements: the divisor that normalises a value; 1 for grades
  double official_max{0.0};  ///< measurements: official range is 0..official_max; values above it occur
  std::string_view unit;     ///< measurements: e.g. "µm"; empty for grades
};

/// Every sign a head predicts: eleven grades, then thirteen measurements, each in the order of faceparts and,
/// within one, of the published checkpoints' outputs.
std::span<const Sign> signs() noexcept;

/// Whether a measurement in units lies outside the official range 0..official_max of its sign, or is no
/// number: marked wherever it is shown, never clamped. Compared in float32, as networks give it: value /
/// scale x scale may miss a bound by a double's last bit. False for grades.
bool is_outside_official_range(const Sign& sign, double units) noexcept;

/// The sign with this stem, task and facepart, or null. (A stem alone is not enough: "cheek_pore" is a grade
/// and a count, and lies on both cheeks.)
const Sign* find_sign(std::string_view stem, Task task, Facepart facepart) noexcept;

/// The sign with this label key and task, or null.
const Sign* find_sign_by_key(std::string_view key, Task task) noexcept;

}  // namespace skingauge
