#include "evaluation/nia_log_line.hpp"

#include "evaluation/log_fragments.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace skingauge::nia_log {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr std::array<std::string_view, 8> kItems{"pigmentation", "wrinkle", "sagging",  "pore",
                                                 "dryness",      "count",   "moisture", "elasticity"};

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
    if (text_.empty() || characters.find(text_.front()) == kNone) return false;
    text_.remove_prefix(1);
    return true;
  }
  void blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t"), text_.size())); }
  // Everything before `end`, which is passed over too; at least one character.
  bool text_until(std::string_view end, std::string& found) {
    const auto at = text_.find(end);
    if (at == kNone || at == 0) return false;
    found = text_.substr(0, at);
    text_.remove_prefix(at + end.size());
    return true;
  }
  // The same, without blanks.
  bool word_until(std::string_view end, std::string& found) {
    const auto at = std::min(text_.find(end), text_.size());
    return text_.substr(0, at).find_first_of(" \t") == kNone && text_until(end, found);
  }
  template <class T>
  bool number(T& value) {
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc()) return false;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return true;
  }
  // A figure as it is printed.
  bool figure(std::string& printed) {
    const auto start = text_;
    double value = 0;
    if (!number(value) || std::isinf(value)) return false;
    printed = start.substr(0, start.size() - text_.size());
    return true;
  }
  [[nodiscard]] bool at_end() {
    blanks();
    return text_.empty();
  }

 private:
  std::string_view text_;
};

// "Sub_" or "Sub."; the same mark parts the other words.
bool place(Cursor& at, Head& head) {
  std::string subject;
  std::string device;
  std::string angle;
  const bool found = at.skip("Sub") && at.skip_one_of("._") && at.text_until("_Equ", subject) &&
                     at.skip_one_of("._") && at.word_until("_Angle", device) && at.skip_one_of("._") &&
                     at.word_until("_Area", angle) && at.skip_one_of("._") && at.number(head.facepart) &&
                     at.skip("(");
  if (found) head.photo = subject + "_" + device + "_" + angle;
  return found;
}

// "Pred: 2  /  Gt: 3  ==> "
bool pair(Cursor& at, Head& head) {
  const auto value = [&](std::string_view name, double& number, std::string_view end) {
    at.blanks();
    if (!at.skip(name)) return false;
    at.blanks();
    if (!at.number(number) || std::isinf(number)) return false;
    at.blanks();
    return at.skip(end);
  };
  return value("Pred:", head.answer, "/") && value("Gt:", head.truth, "==>");
}

bool is_grade(double value) {
  return std::isnan(value) || (value == std::floor(value) && std::abs(value) <= 1000);
}

std::optional<Line> parse_head(std::string_view text) {
  Cursor at(text);
  Head head;
  if (!place(at, head) || !at.word_until(")", head.item) || !at.skip("==>") || !pair(at, head))
    return std::nullopt;
  at.blanks();
  head.hit = at.skip("True");
  head.task = head.hit || at.skip("False") ? Task::grade : Task::measurement;
  if (head.task == Task::measurement) {
    if (!at.skip("MAE:")) return std::nullopt;
    at.blanks();
    if (!at.number(head.error) || std::isinf(head.error)) return std::nullopt;
  } else if (!is_grade(head.answer) || !is_grade(head.truth)) {
    return std::nullopt;
  }
  return at.at_end() ? std::optional<Line>(head) : std::nullopt;
}

// Anywhere in a fragment, for a logger's names, a progress bar or half a line may stand before it. From the
// end, for the name of a person may hold blanks.
std::optional<Line> find_head(std::string_view text) {
  bool like_one = false;
  for (auto at = text.rfind("Sub"); at != kNone; at = at == 0 ? kNone : text.rfind("Sub", at - 1)) {
    const auto rest = text.substr(at);
    if (!rest.starts_with("Sub_") && !rest.starts_with("Sub.")) continue;
    if (auto head = parse_head(rest)) return head;
    like_one = like_one || at == 0 || rest.find("==> Pred:") != kNone;
  }
  return like_one ? std::optional<Line>(Broken{}) : std::nullopt;
}

// One item of a running line.
bool parse_item(std::string_view text, Running& running) {
  Cursor at(text);
  Running::Item item;
  at.blanks();
  if (!at.word_until(": ", item.name) || !at.figure(item.figure)) return false;
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
    if (end == kNone) break;
    text.remove_prefix(end + 4);
  }
  return running;
}

// The first word of a running line is an item, and more items follow; "count: 3" alone is another program's.
std::optional<Line> find_running(std::string_view text) {
  constexpr std::array<std::string_view, 2> kMarks{" // ", "%(T: "};
  const bool like_one = std::any_of(kMarks.begin(), kMarks.end(),
                                    [&](std::string_view mark) { return text.find(mark) != kNone; });
  auto start = kNone;
  for (const auto item : kItems) start = std::min(start, text.find(std::string(item) + ": "));
  if (!like_one || start == kNone) return std::nullopt;
  auto running = parse_running(text.substr(start));
  return running ? running : std::optional<Line>(Broken{});
}

// "[21 / 22]" before a total; "[<built-in function iter> / 22]" occurs and tells nothing.
std::optional<Total::Counter> parse_counter(std::string_view before) {
  Total::Counter counter;
  const auto open = before.rfind('[');
  if (open == kNone) return std::nullopt;
  Cursor at(before.substr(open + 1));
  const bool found =
      at.number(counter.photo) && at.skip(" / ") && at.number(counter.photos) && at.skip("]") && at.at_end();
  return found ? std::optional(counter) : std::nullopt;
}

std::optional<Line> find_total(std::string_view text) {
  constexpr std::string_view kMark = "Total Average ";
  const auto start = text.find(kMark);
  if (start == kNone) return std::nullopt;
  Cursor at(text.substr(start + kMark.size()));
  Total total;
  total.counter = parse_counter(text.substr(0, start));
  total.task = at.skip("Acc => ") ? Task::grade : Task::measurement;
  const bool whole = (total.task == Task::grade || at.skip("MAE => ")) && at.figure(total.figure) &&
                     (total.task == Task::measurement || at.skip("%")) && at.at_end();
  return whole ? std::optional<Line>(total) : std::optional<Line>(Broken{});
}

// A logger's names may stand before a word, but no other word of a sentence that ends in it.
bool ends_line(std::string_view text, std::string_view word) {
  constexpr std::array<std::string_view, 5> kLevels{"INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL"};
  if (!text.ends_with(word)) return false;
  text.remove_suffix(word.size());
  const auto last = text.find_last_not_of(' ');
  return last == kNone || std::string_view(":]|-").find(text[last]) != kNone ||
         std::any_of(kLevels.begin(), kLevels.end(),
                     [&](std::string_view level) { return text.find(level) != kNone; });
}

std::optional<Line> find_mark(std::string_view text) {
  constexpr std::string_view kRule = "====================";
  if (text.find_first_not_of('=') == kNone) return Rule{};
  if (text.ends_with(kRule) && text.find("==>") == kNone) return Rule{};
  if (ends_line(text, "Finish!")) return Finish{};
  if (text.find("Command Line: ") != kNone) return Start{true};
  if (text.find("Resuming...") != kNone || ends_line(text, "Inferece ...")) return Start{false};
  return std::nullopt;
}

// A logger's names may stand before the time.
std::string_view after_time(std::string_view fragment) {
  constexpr std::size_t kLongestPrefix = 24;
  for (std::size_t at = 0; at <= std::min(kLongestPrefix, fragment.size()); ++at) {
    if (const auto length = time_stamp_length(fragment, at); length > 0) {
      fragment.remove_prefix(at + length);
      break;
    }
  }
  fragment.remove_prefix(std::min(fragment.find_first_not_of(" \t"), fragment.size()));
  return fragment;
}

}  // namespace

bool Head::defined() const noexcept { return std::isfinite(answer) && std::isfinite(truth); }

std::optional<Line> parse(std::string_view fragment) {
  const auto text = after_time(fragment);
  for (const auto& find : {find_head, find_total, find_running, find_mark}) {
    if (auto found = text.empty() ? std::nullopt : find(text)) return found;
  }
  return std::nullopt;
}

}  // namespace skingauge::nia_log
