#include "evaluation/number_text.hpp"

#include "core/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace skingauge {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

template <std::size_t n>
bool is_one_of(std::string_view text, const std::array<std::string_view, n>& names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

constexpr std::array<std::string_view, 11> kContainers{"array",     "asarray", "tensor",    "Tensor",
                                                       "Array",     "Index",   "list",      "tuple",
                                                       "frozenset", "set",     "Int64Index"};
constexpr std::array<std::string_view, 18> kScalars{
    "int8", "int16",   "int32",   "int64",   "uint8", "uint16", "uint32", "uint64", "intc",
    "intp", "float16", "float32", "float64", "str_",  "int",    "float",  "tensor", "longlong"};

constexpr int kDeepest = 4;  // brackets inside brackets

// Walks through the text of a list. Every step returns whether it found what it is named after.
class ListParser {
 public:
  explicit ListParser(std::string_view text) : text_(trimmed(text, kBlanks)) {}

  bool parse(std::vector<double>& numbers) { return list(numbers, '\0') && text_.empty(); }

 private:
  bool skip(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool blanks() {
    const auto before = text_.size();
    text_.remove_prefix(std::min(text_.find_first_not_of(kBlanks), text_.size()));
    return text_.size() < before;
  }
  [[nodiscard]] bool at(char close) const {
    return close == '\0' ? text_.empty() : !text_.empty() && text_.front() == close;
  }

  // "np.int64(": the last part of the name, and the bracket is passed over.
  template <std::size_t n>
  bool opens(const std::array<std::string_view, n>& names) {
    const auto end = text_.find('(');
    if (end == std::string_view::npos) return false;
    const auto name = text_.substr(0, end);
    if (!is_one_of(name.substr(name.find_last_of('.') + 1), names)) return false;
    text_.remove_prefix(end + 1);
    return true;
  }

  // "=int64", "='cuda:0'", "=(3,)": up to the comma or bracket after it.
  bool argument() {
    constexpr std::string_view kName = "abcdefghijklmnopqrstuvwxyz_";
    const auto end = text_.find_first_not_of(kName);
    if (end == 0 || end == std::string_view::npos || text_[end] != '=') return false;
    int depth = 0;
    for (std::size_t i = end; i < text_.size(); ++i) {
      if (depth == 0 && (text_[i] == ',' || text_[i] == ')')) {
        text_.remove_prefix(i);
        return true;
      }
      depth += text_[i] == '(' ? 1 : text_[i] == ')' ? -1 : 0;
    }
    return false;
  }

  // ", dtype=int64, device='cuda:0')"
  bool closes() {
    while (true) {
      blanks();
      if (!skip(',')) return skip(')');
      blanks();
      if (!argument()) return false;
    }
  }

  bool number(double& value) {
    if (!text_.empty() && (text_.front() == '"' || text_.front() == '\'')) {
      const auto end = text_.find(text_.front(), 1);
      if (end == std::string_view::npos) return false;
      const auto found = parse_number(trimmed(text_.substr(1, end - 1), kBlanks));
      text_.remove_prefix(end + 1);
      value = found.value_or(0);
      return found.has_value();
    }
    const auto end = std::min(text_.find_first_not_of("+-.0123456789eE"), text_.size());
    const auto found = parse_number(text_.substr(0, end));
    text_.remove_prefix(end);
    value = found.value_or(0);
    return found.has_value();
  }

  bool element(double& value) {
    if (!opens(kScalars)) return number(value);
    blanks();
    return number(value) && closes();
  }

  // Up to `close`, which stays; '\0': up to the end. All separators are of one kind.
  bool elements(std::vector<double>& numbers, char close) {
    std::optional<bool> commas;
    blanks();
    while (!at(close)) {
      if (!element(numbers.emplace_back())) return false;
      const bool blank = blanks();
      if (at(close)) return true;
      const bool comma = skip(',');
      if ((!comma && !blank) || commas.value_or(comma) != comma) return false;
      commas = comma;
      blanks();
      if (at(close)) return close == ')' && numbers.size() == 1;  // "(1,)"
    }
    return true;
  }

  bool list(std::vector<double>& numbers, char close) {
    blanks();
    const auto before = text_;
    if (opens(kContainers)) {
      blanks();
      if (!text_.empty() && std::string_view("[({").find(text_.front()) != std::string_view::npos)
        return list(numbers, ')') && closes();
      text_ = before;
    }
    for (const auto& pair : {std::string_view("[]"), std::string_view("()"), std::string_view("{}")}) {
      if (skip(pair[0])) return inside(numbers, pair[1]);
    }
    return elements(numbers, close);
  }

  // The inside of a pair of brackets: elements, or one list.
  bool inside(std::vector<double>& numbers, char close) {
    if (++depth_ > kDeepest) return false;
    blanks();
    const bool nested = !text_.empty() && (text_.front() == '[' || text_.front() == '(');
    const bool found = nested ? list(numbers, close) : elements(numbers, close);
    blanks();
    return found && skip(close);
  }

  std::string_view text_;
  int depth_{0};
};

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  const auto* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  const bool whole = error == std::errc() && end == last && !text.empty() && std::isfinite(value);
  return whole ? std::optional(value) : std::nullopt;
}

std::optional<int> parse_whole(std::string_view text) {
  constexpr double kLargest = 999'999'999;
  const auto value = parse_number(text);
  if (!value || *value != std::floor(*value) || std::abs(*value) > kLargest) return std::nullopt;
  return static_cast<int>(*value);
}

bool is_missing(std::string_view text) {
  constexpr std::array<std::string_view, 9> kGaps{"",     "nan",  "-nan", "na",  "n/a",
                                                  "none", "null", "<na>", "#n/a"};
  return is_one_of(lower(std::string(trimmed(text, kBlanks))), kGaps);
}

std::optional<std::vector<double>> parse_number_list(std::string_view text) {
  text = trimmed(text, kBlanks);
  // A list that JSON wrote as a text.
  const bool quoted = text.size() > 2 && (text.front() == '"' || text.front() == '\'') &&
                      text.find(text.front(), 1) == text.size() - 1;
  std::vector<double> numbers;
  const bool found = ListParser(quoted ? text.substr(1, text.size() - 2) : text).parse(numbers);
  return found ? std::optional(std::move(numbers)) : std::nullopt;
}

}  // namespace skingauge
