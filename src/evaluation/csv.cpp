#include "evaluation/csv.hpp"

#include "core/ascii.hpp"
#include "evaluation/number_text.hpp"

#include <algorithm>

namespace skingauge::csv {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view without_apostrophes(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of('\''), text.size()));
}

// Whether a spreadsheet would compute it. A negative number is none.
bool is_formula(std::string_view text) {
  if (text.starts_with('-')) return !parse_number(text);
  return !text.empty() && std::string_view("=+@\t\r").find(text.front()) != std::string_view::npos;
}

}  // namespace

void Splitter::add(std::string_view text) {
  for (const char c : text) add(c);
}

void Splitter::add(char c) {
  const bool blank = c == ' ' || c == '\t';
  if (state_ == State::quoted) {
    if (c == '"') {
      state_ = State::after_quote;
    } else {
      field_ += c;
    }
  } else if (c == separator_) {
    end_field();
  } else if (state_ == State::after_quote && c == '"') {
    field_ += c;
    state_ = State::quoted;
  } else if (state_ == State::after_quote) {
    if (blank) return;
    torn_ = true;
    field_ += c;
    state_ = State::plain;
  } else if (state_ == State::start && c == '"') {
    field_.clear();
    was_quoted_ = true;
    state_ = State::quoted;
  } else {
    field_ += c;
    if (!blank) state_ = State::plain;
  }
}

void Splitter::end_field() {
  if (!was_quoted_) field_ = std::string(trimmed(field_, kBlanks));
  fields_.push_back(std::move(field_));
  field_.clear();
  was_quoted_ = false;
  state_ = State::start;
}

std::vector<std::string> Splitter::take() {
  end_field();
  return std::move(fields_);
}

std::string quoted(std::string_view text) {
  std::string safe(text);
  if (is_formula(without_apostrophes(safe))) safe.insert(safe.begin(), '\'');
  if (safe.find_first_of(",;\"\n\r\t") == std::string::npos && trimmed(safe, kBlanks) == safe) return safe;
  std::string out = "\"";
  for (const char c : safe) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string unescaped(std::string text) {
  if (text.starts_with('\'') && is_formula(without_apostrophes(text))) text.erase(text.begin());
  return text;
}

}  // namespace skingauge::csv
