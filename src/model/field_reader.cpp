#include "field_reader.hpp"

#include <algorithm>
#include <sstream>

namespace skingauge {

FieldReader::FieldReader(const Json& object, std::string file, std::string where, ErrorCode code)
    : object_(&object), file_(std::move(file)), where_(std::move(where)), code_(code) {
  if (!object.is_object()) fail("", object, "an object");
}

std::string FieldReader::path(const std::string& field) const {
  if (where_.empty()) return field.empty() ? "(whole file)" : field;
  return field.empty() ? where_ : where_ + "." + field;
}

void FieldReader::fail(const std::string& field, const Json& found, const std::string& expected) const {
  throw ModelError(code_, file_ + ": " + path(field) + ": found " + brief(found) + ", expected " + expected);
}

const Json* FieldReader::find(const char* name) {
  asked_.emplace_back(name);
  const auto found = object_->find(name);
  return found == object_->end() ? nullptr : &*found;
}

const Json& FieldReader::require(const char* name, const std::string& expected) {
  const auto* found = find(name);
  if (found == nullptr) {
    throw ModelError(code_, file_ + ": " + path(name) + ": missing, expected " + expected);
  }
  return *found;
}

std::string FieldReader::text(const char* name) {
  const auto& value = require(name, "text");
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) fail(name, value, "text");
  return value.get<std::string>();
}

std::string FieldReader::text_or(const char* name, std::string fallback) {
  const auto* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_string()) fail(name, *value, "text");
  return value->get<std::string>();
}

std::string FieldReader::one_of(const char* name, std::initializer_list<std::string_view> allowed) {
  std::string expected;
  for (const auto choice : allowed)
    expected += (expected.empty() ? "\"" : " or \"") + std::string(choice) + "\"";
  const auto& value = require(name, expected);
  const bool known =
      value.is_string() && std::any_of(allowed.begin(), allowed.end(), [&](std::string_view choice) {
        return value.get_ref<const std::string&>() == choice;
      });
  if (!known) fail(name, value, expected);
  return value.get<std::string>();
}

int FieldReader::integer(const char* name, int low, int high) {
  const auto expected = "an integer " + std::to_string(low) + ".." + std::to_string(high);
  const auto& value = require(name, expected);
  if (!value.is_number_integer() || value < low || value > high) fail(name, value, expected);
  return value.get<int>();
}

double FieldReader::number(const char* name, double low, double high) {
  std::ostringstream expected;
  expected << "a number " << low << ".." << high;
  const auto& value = require(name, expected.str());
  if (!value.is_number() || value.get<double>() < low || value.get<double>() > high)
    fail(name, value, expected.str());
  return value.get<double>();
}

bool FieldReader::boolean(const char* name) {
  const auto& value = require(name, "true or false");
  if (!value.is_boolean()) fail(name, value, "true or false");
  return value.get<bool>();
}

bool FieldReader::boolean_or(const char* name, bool fallback) {
  return object_->contains(name) ? boolean(name) : (find(name), fallback);
}

const Json& FieldReader::array(const char* name) {
  const auto& value = require(name, "a list");
  if (!value.is_array()) fail(name, value, "a list");
  return value;
}

const Json& FieldReader::object(const char* name) {
  const auto& value = require(name, "an object");
  if (!value.is_object()) fail(name, value, "an object");
  return value;
}

void FieldReader::finish() const {
  for (const auto& [key, value] : object_->items()) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    std::string known;
    for (const auto name : asked_) known += (known.empty() ? "" : ", ") + std::string(name);
    throw ModelError(code_, file_ + ": " + path(key) + ": unknown field, expected one of " + known);
  }
}

}  // namespace skingauge
