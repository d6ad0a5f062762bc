// Comma-separated values (RFC 4180), as Python's csv module writes and reads them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge::csv {

/// What may part the fields of a record.
inline constexpr std::array kSeparators{',', ';', '\t'};

/// Splits one record that is given in pieces: the lines that a quoted field reaches over, with their ends.
class Splitter {
 public:
  explicit Splitter(char separator) : separator_(separator) {}

  void add(std::string_view text);
  /// A quoted field goes on in what follows.
  [[nodiscard]] bool open() const noexcept { return state_ == State::quoted; }
  /// Text follows a closing quote; it counts as part of the field.
  [[nodiscard]] bool torn() const noexcept { return torn_; }
  /// The fields, once the whole record was added: without quotes, and without the blanks around a field or
  /// around its quotes. A quote left open ends with the record.
  [[nodiscard]] std::vector<std::string> take();

 private:
  enum class State : std::uint8_t { start, plain, quoted, after_quote };
  void add(char c);
  void end_field();

  char separator_;
  State state_{State::start};
  bool was_quoted_{false};
  bool torn_{false};
  std::string field_;
  std::vector<std::string> fields_;
};

/// A field as it may be written: quoted where it must be. A text that a spreadsheet would take for a formula
/// gets an apostrophe before it, which unescaped() takes off again.
std::string quoted(std::string_view text);
/// A field without the apostrophe that quoted() put before it; any other text as it is.
std::string unescaped(std::string text);

}  // namespace skingauge::csv
