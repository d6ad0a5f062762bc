// Plain words for names of the data set and of the contract.
#pragma once

#include "skingauge/evaluation.hpp"
#include "skingauge/sign.hpp"

#include <string>
#include <string_view>

namespace skingauge::report {

/// "left cheek, pore"; "unknown head" for null.
std::string sign_name(const Sign* sign);
/// An id in the page: "grade-l_cheek_pore".
std::string head_anchor(const Sign& sign);
/// "Grades", "Measurements".
std::string_view task_title(Task task) noexcept;
/// What an item pools: "pore", "wrinkle depth (Ra)".
std::string item_name(Task task, std::string_view item);
/// The unit of an item's heads: all have the same. Empty for grades.
std::string_view item_unit(std::string_view item) noexcept;
/// A group's name for people: an item's, "mean of items", "all crops".
std::string group_name(Task task, const std::string& name);

/// Why something was not judged, in a sentence; empty for an unknown reason.
std::string_view reason_words(std::string_view reason) noexcept;
/// "camera angle" of "angle"; the name itself where it has no other.
std::string dimension_name(const std::string& dimension);
/// With a capital letter in front.
std::string capital(std::string text);
/// "women" of ("gender", "F").
std::string slice_name(const std::string& dimension, const std::string& value);

}  // namespace skingauge::report
