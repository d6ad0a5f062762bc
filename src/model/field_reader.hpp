// Reads the fields of one JSON object strictly: every field is asked for, and what is left over is an error.
#pragma once

#include "skingauge/error.hpp"

#include "core/json_file.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge {

/// Throws ModelError naming file, field, found and expected.
class FieldReader {
 public:
  /// `where` is the object's place in the file, e.g. "models[3]"; empty for the root.
  FieldReader(const Json& object, std::string file, std::string where,
              ErrorCode code = ErrorCode::manifest_field);

  std::string text(const char* name);
  std::string text_or(const char* name, std::string fallback);
  std::string one_of(const char* name, std::initializer_list<std::string_view> allowed);
  int integer(const char* name, int low, int high);
  double number(const char* name, double low, double high);
  bool boolean(const char* name);
  bool boolean_or(const char* name, bool fallback);
  const Json& array(const char* name);
  const Json& object(const char* name);

  /// Throws where the object has a field nobody asked for.
  void finish() const;

  [[noreturn]] void fail(const std::string& field, const Json& found, const std::string& expected) const;
  [[nodiscard]] std::string path(const std::string& field) const;

 private:
  const Json* find(const char* name);
  const Json& require(const char* name, const std::string& expected);

  const Json* object_;
  std::string file_;
  std::string where_;
  ErrorCode code_;
  std::vector<std::string_view> asked_;
};

}  // namespace skingauge
