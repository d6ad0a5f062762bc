#include "evaluation/csv_record.hpp"

#include "core/ascii.hpp"
#include "evaluation/csv.hpp"
#include "evaluation/input_problems.hpp"

#include <charconv>
#include <cmath>

namespace skingauge {
namespace {

template <class T>
std::optional<T> parse(const std::string& text) {
  T value{};
  const char* first = text.data();
  const char* last = first + text.size();
  if (first != last && *first == '+') ++first;
  const auto [end, error] = std::from_chars(first, last, value);
  return error == std::errc() && end == last && first != last ? std::optional(value) : std::nullopt;
}

std::optional<PhotoDevice> device_named(const std::string& text) {
  for (const auto device : {PhotoDevice::camera, PhotoDevice::tablet, PhotoDevice::phone}) {
    if (text == to_string(device) || parse_int(text) == static_cast<int>(device)) return device;
  }
  return std::nullopt;
}

// A whole number in a range; anything else is told.
std::optional<int> int_field(const std::string& name, const std::string& text, int high,
                             std::string& problem) {
  if (text.empty()) return std::nullopt;
  const auto value = parse_int(text);
  if (value && *value >= 0 && *value <= high) return value;
  problem = name + ": found " + brief_text(text) + ", expected 0.." + std::to_string(high);
  return std::nullopt;
}

}  // namespace

std::optional<double> parse_number(const std::string& text) {
  const auto value = parse<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}
std::optional<int> parse_int(const std::string& text) { return parse<int>(text); }

CsvHeader::CsvHeader(const std::string& line) : separator_(csv::separator_of(line)) {
  for (const auto& name : csv::split(line, separator_)) places_.try_emplace(lower(name), columns_++);
}

std::vector<std::string> CsvHeader::split(const std::string& line) const {
  return csv::split(line, separator_);
}

std::string CsvHeader::field(const std::vector<std::string>& record, const std::string& column) const {
  const auto found = places_.find(column);
  return found == places_.end() || found->second >= record.size() ? std::string() : record[found->second];
}

PhotoFacts photo_facts_of(const CsvHeader& header, const std::vector<std::string>& record,
                          std::string& problem) {
  const auto field = [&](const char* name) { return header.field(record, name); };
  auto facts = facts_from_name(photo_id(field("photo")));
  if (const auto subject = field("subject"); !subject.empty()) facts.subject = subject;
  if (const auto angle = field("angle"); !angle.empty()) facts.angle = angle;
  if (const auto device = lower(field("device")); !device.empty()) {
    facts.device = device_named(device);
    if (!facts.device) problem = "device: found " + brief_text(device) + ", expected camera, tablet or phone";
  }
  const auto gender = field("gender");
  if (gender == "F" || gender == "M") {
    facts.gender = gender;
  } else if (!gender.empty()) {
    problem = "gender: found " + brief_text(gender) + ", expected F or M";
  }
  facts.age = int_field("age", field("age"), 150, problem);
  facts.skin_type = int_field("skin_type", field("skin_type"), 5, problem);
  facts.sensitive = int_field("sensitive", field("sensitive"), 1, problem);
  return facts;
}

}  // namespace skingauge
