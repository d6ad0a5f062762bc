#include "json_file.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <string_view>

namespace skingauge {
namespace fs = std::filesystem;
namespace {

std::string position(std::size_t byte, std::string_view text) {
  return "at byte " + std::to_string(byte) + " of " + std::to_string(text.size());
}

// Text in which bare NaN and infinities are quoted, and where the added bytes stand.
struct Quoted {
  std::string text;
  std::vector<std::size_t> added_at;

  // The offset in the original text of an offset in this one.
  [[nodiscard]] std::size_t original(std::size_t offset) const {
    const auto before = std::lower_bound(added_at.begin(), added_at.end(), offset) - added_at.begin();
    return offset - static_cast<std::size_t>(before);
  }
};

Quoted quote_bare_numbers(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWords{"NaN", "Infinity", "-Infinity"};
  Quoted result;
  result.text.reserve(text.size() + 16);
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\' && i + 1 < text.size()) {
      result.text += {c, text[++i]};
      continue;
    }
    if (c == '"') in_string = !in_string;
    const auto rest = text.substr(i);
    const auto* word = in_string ? kWords.end()
                                 : std::find_if(kWords.begin(), kWords.end(),
                                                [&](std::string_view w) { return rest.starts_with(w); });
    if (word == kWords.end()) {
      result.text += c;
      continue;
    }
    result.added_at.push_back(result.text.size());
    result.text += '"';
    result.text += *word;
    result.added_at.push_back(result.text.size());
    result.text += '"';
    i += word->size() - 1;
  }
  return result;
}

// Where brackets are first nested deeper than allowed, or npos. Exact up to the first error of syntax.
std::size_t too_deep_at(std::string_view text, int max_depth) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if ((c == '[' || c == '{') && ++depth > max_depth) return i;
    if (c == ']' || c == '}') --depth;
  }
  return std::string_view::npos;
}

// What the parser would accept or not say well enough.
void check_before_parsing(std::string_view text, const JsonLimits& limits) {
  if (text.empty()) throw JsonError("empty file");
  if (text.starts_with("\xEF\xBB\xBF"))
    throw JsonError("byte-order mark at byte 0; save as UTF-8 without one");
  const auto nul = text.find('\0');  // the parser takes it for the end, whatever follows
  if (nul != std::string_view::npos) throw JsonError("not valid JSON: NUL " + position(nul, text));
  const auto deep = too_deep_at(text, limits.max_depth);
  if (deep != std::string_view::npos) {
    throw JsonError("nested deeper than " + std::to_string(limits.max_depth) + ' ' + position(deep, text));
  }
}

// Watches a parse: collects keys that an object holds twice.
class Watch {
 public:
  explicit Watch(std::vector<std::string>& duplicates) : duplicates_(&duplicates) {}

  bool operator()(Json::parse_event_t event, const Json& value) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start) {
      open_.emplace_back();
    } else if (event == Event::object_end) {
      open_.pop_back();
    } else if (event == Event::key && !open_.back().insert(value.get<std::string>()).second) {
      duplicates_->push_back(value.get<std::string>());
    }
    return true;
  }

 private:
  std::vector<std::string>* duplicates_;
  std::vector<std::set<std::string>> open_;
};

}  // namespace

JsonDocument parse_json(std::string_view text, const JsonLimits& limits) {
  check_before_parsing(text, limits);
  const auto quoted = quote_bare_numbers(text);
  JsonDocument document;
  try {
    Watch watch(document.duplicate_keys);
    document.value = Json::parse(quoted.text, [&](int /*depth*/, Json::parse_event_t event, Json& value) {
      return watch(event, value);
    });
  } catch (const Json::parse_error& e) {
    throw JsonError("not valid JSON " + position(quoted.original(e.byte == 0 ? 0 : e.byte - 1), text));
  } catch (const Json::out_of_range& e) {  // 1e999: well-formed, but no double holds it
    const std::string what = e.what();
    throw JsonError("holds a number out of range" + what.substr(std::min(what.rfind(" '"), what.size())));
  }
  return document;
}

std::string read_text_file(const fs::path& path, std::size_t max_bytes) {
  std::error_code ec;
  const auto status = fs::status(path, ec);
  if (!fs::exists(status)) throw JsonError("no such file");
  if (!fs::is_regular_file(status)) throw JsonError("not a regular file");
  const auto size = fs::file_size(path, ec);
  if (ec) throw JsonError("cannot be read: " + ec.message());
  if (size > max_bytes) {
    throw JsonError("file of " + std::to_string(size) + " bytes, at most " + std::to_string(max_bytes));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw JsonError("cannot be opened for reading");
  std::string text(size, '\0');
  file.read(text.data(), static_cast<std::streamsize>(size));
  if (file.bad()) throw JsonError("read error");
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

JsonDocument read_json_file(const fs::path& path, const JsonLimits& limits) {
  return parse_json(read_text_file(path, limits.max_bytes), limits);
}

std::string brief(const Json& value) {
  constexpr std::size_t kLongest = 60;
  auto text = value.dump(-1, ' ', true, Json::error_handler_t::replace);  // ASCII only: safe to cut anywhere
  if (text.size() > kLongest) text = text.substr(0, kLongest - 3) + "...";
  return text;
}

}  // namespace skingauge
