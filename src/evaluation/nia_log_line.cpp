#include "evaluation/nia_log_line.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace skingauge::nia_log {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Walks through a line; every step says whether it was there.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool skip(std::string_view expected) {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }
  bool skip_one_of(std::string_view characters) {
    if (text_.empty() || characters.find(text_.front()) == std::string_view::npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  void blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t"), text_.size())); }
  // Everything before `end`, which is passed over too.
  bool until(std::string_view end, std::string_view& found) {
    const auto at = text_.find(end);
    if (at == std::string_view::npos) return false;
    found = text_.substr(0, at);
    text_.remove_prefix(at + end.size());
    return true;
  }
  template <class T>
  bool number(T& value) {
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc()) return false;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return true;
  }
  [[nodiscard]] bool at_end() {
    blanks();
    return text_.empty();
  }
  [[nodiscard]] std::string_view rest() const { return text_; }

 private:
  std::string_view text_;
};

// "2023-11-25 20:41:16,803 "
std::string_view without_time(std::string_view line) {
  constexpr std::string_view kForm = "0000-00-00 00:00:00,000 ";
  if (line.size() + 1 < kForm.size()) return line;
  for (std::size_t i = 0; i + 1 < kForm.size(); ++i) {
    if (kForm[i] == '0' ? !is_digit(line[i]) : line[i] != kForm[i]) return line;
  }
  return line.substr(std::min(kForm.size(), line.size()));
}

// "Sub_" or "Sub."; the same mark parts the other words.
bool place(Cursor& at, Head& head) {
  std::string_view subject;
  std::string_view device;
  std::string_view angle;
  if (!at.skip("Sub") || !at.skip_one_of("._")) return false;
  const bool found = (at.rest().find("_Equ_") != std::string_view::npos ? at.until("_Equ_", subject)
                                                                        : at.until("_Equ.", subject)) &&
                     at.until("_Angle", device) && at.skip_one_of("._") && at.until("_Area", angle) &&
                     at.skip_one_of("._") && at.number(head.facepart) && at.skip("(");
  if (!found || subject.empty() || device.empty() || angle.empty()) return false;
  head.photo = std::string(subject) + "_" + std::string(device) + "_" + std::string(angle);
  return true;
}

std::optional<Line> parse_head(std::string_view text) {
  Cursor at(text);
  Head head;
  std::string_view item;
  if (!place(at, head) || !at.until(")", item) || !at.skip("==>")) return std::nullopt;
  head.item = item;
  at.blanks();
  if (!at.skip("Pred:")) return std::nullopt;
  at.blanks();
  if (!at.number(head.answer)) return std::nullopt;
  at.blanks();
  if (!at.skip("/")) return std::nullopt;
  at.blanks();
  if (!at.skip("Gt:")) return std::nullopt;
  at.blanks();
  if (!at.number(head.truth)) return std::nullopt;
  at.blanks();
  if (!at.skip("==>")) return std::nullopt;
  at.blanks();
  head.hit = at.skip("True");
  head.task = head.hit || at.skip("False") ? Task::grade : Task::measurement;
  if (head.task == Task::measurement) {
    if (!at.skip("MAE:")) return std::nullopt;
    at.blanks();
    if (!at.number(head.error)) return std::nullopt;
  } else if (head.answer != std::floor(head.answer) || head.truth != std::floor(head.truth) ||
             std::abs(head.answer) > 1000 || std::abs(head.truth) > 1000) {
    return std::nullopt;
  }
  const bool finite = std::isfinite(head.answer) && std::isfinite(head.truth) && std::isfinite(head.error);
  return at.at_end() && finite ? std::optional<Line>(head) : std::nullopt;
}

// One item of a running line.
bool parse_item(std::string_view text, Running& running) {
  Cursor at(text);
  Running::Item item;
  std::string_view name;
  at.blanks();
  if (!at.until(": ", name)) return false;
  item.name = name;
  const auto start = at.rest();
  double value = 0;
  if (!at.number(value) || !std::isfinite(value)) return false;
  item.figure = std::string(start.substr(0, start.size() - at.rest().size()));
  const bool grades = at.skip("%(T: ");
  if (grades && !(at.number(item.hits) && at.skip(" / F: ") && at.number(item.misses) && at.skip(")")))
    return false;
  running.task = grades ? Task::grade : Task::measurement;
  running.items.push_back(std::move(item));
  return at.at_end();
}

std::optional<Line> parse_running(std::string_view text) {
  Running running;
  while (true) {
    const auto end = text.find(" // ");
    if (!parse_item(text.substr(0, end), running)) return std::nullopt;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 4);
  }
  return running;
}

std::optional<Line> parse_total(std::string_view text) {
  constexpr std::string_view kMark = "Total Average ";
  Cursor at(text.substr(text.find(kMark) + kMark.size()));
  Total total;
  total.task = at.skip("Acc => ") ? Task::grade : Task::measurement;
  if (total.task == Task::measurement && !at.skip("MAE => ")) return std::nullopt;
  const auto start = at.rest();
  double value = 0;
  if (!at.number(value)) return std::nullopt;
  total.figure = std::string(start.substr(0, start.size() - at.rest().size()));
  if (total.task == Task::grade && !at.skip("%")) return std::nullopt;
  return at.at_end() ? std::optional<Line>(total) : std::nullopt;
}

}  // namespace

std::optional<Line> parse(std::string_view line) {
  auto text = without_time(line);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  if (text.empty()) return Blank{};
  if (text.starts_with("Sub")) return parse_head(text);
  if (text == "Finish!") return Finish{};
  if (text.find_first_not_of('=') == std::string_view::npos) return Rule{};
  if (text.find("Total Average ") != std::string_view::npos) return parse_total(text);
  return parse_running(text);
}

}  // namespace skingauge::nia_log
