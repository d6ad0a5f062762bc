#include "skingauge/evaluation_input.hpp"

#include "skingauge/error.hpp"

#include "core/ascii.hpp"
#include "core/json_file.hpp"
#include "evaluation/csv_table.hpp"
#include "evaluation/predictions_reader.hpp"

#include <algorithm>
#include <array>

namespace skingauge {
namespace {

constexpr std::array kColumns{"photo", "key", "prediction", "truth"};

bool is_predictions_header(const CsvTable& table) {
  return std::all_of(kColumns.begin(), kColumns.end(), [&](const char* column) { return table.has(column); });
}

// The same of one line alone: what follows a line that is none is not taken.
bool is_predictions_header(const std::string& line) {
  return std::any_of(csv::kSeparators.begin(), csv::kSeparators.end(), [&](char separator) {
    csv::Splitter splitter(separator);
    splitter.add(line);
    auto names = splitter.take();
    for (auto& name : names) name = lower(csv::unescaped(std::move(name)));
    return std::all_of(kColumns.begin(), kColumns.end(), [&](const char* column) {
      return std::find(names.begin(), names.end(), column) != names.end();
    });
  });
}

// As many bytes of lines are looked through for one of a known kind: a log's first head may come late.
constexpr std::size_t kLookedThrough = std::size_t{8} << 20U;

enum class Kind : std::uint8_t { predictions, csv, log };

struct Found {
  Kind kind{};
  std::int64_t line{1};  ///< of the first line of this kind
};

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t") == std::string::npos; }

bool is_prediction(const std::string& line) {
  if (!line.starts_with('{')) return false;
  try {
    const auto value = parse_json(line).value;
    return value.contains("photo") && value.contains("key");
  } catch (const JsonError&) {
    return false;
  }
}

std::optional<Kind> kind_of(const std::string& line) {
  if (is_prediction(line)) return Kind::predictions;
  if (is_published_log_line(line)) return Kind::log;
  return is_predictions_header(line) ? std::optional(Kind::csv) : std::nullopt;
}

// Says of a file that is none of the kinds what it begins with, or that its encoding is another.
InputError unknown_kind(const LineSource& lines, const std::string& first, std::int64_t first_number,
                        const std::string& not_utf8) {
  const auto file = lines.file().string();
  if (first_number == 0) return {ErrorCode::evaluation_format, file + ": holds no line"};
  return {ErrorCode::evaluation_format,
          file + ": " +
              (not_utf8.empty() ? "line " + std::to_string(first_number) + ": found " + brief_text(first)
                                : not_utf8) +
              ", expected predictions.jsonl, a published log, or a CSV with the columns photo, key, "
              "prediction, truth"};
}

// A quoted name in a CSV's header may hold an end of line.
bool has_header_of_several_lines(const std::filesystem::path& file, std::int64_t number) {
  LineSource lines(file);
  std::string line;
  while (lines.number() < number && lines.next(line)) {
  }
  return number > 0 && is_predictions_header(CsvTable(lines, line));
}

// The kind of the first line that is of a known one; an object is one where nothing better follows.
Found find_kind(const std::filesystem::path& file) {
  LineSource lines(file);
  std::string not_utf8;
  lines.on_not_utf8([&](std::int64_t number, const std::string& found) {
    if (not_utf8.empty()) not_utf8 = "line " + std::to_string(number) + ": " + found;
  });
  std::string first;
  std::int64_t first_number = 0;
  std::size_t looked_through = 0;
  for (std::string line; looked_through < kLookedThrough && lines.next(line);) {
    if (const auto kind = kind_of(line)) return {*kind, lines.number()};
    looked_through += line.size() + 1;
    if (first_number > 0 || is_blank(line)) continue;
    first = line;
    first_number = lines.number();
  }
  if (first.starts_with('{')) return {Kind::predictions, first_number};
  if (has_header_of_several_lines(file, first_number)) return {Kind::csv, first_number};
  throw unknown_kind(lines, first, first_number, not_utf8);
}

// A spreadsheet's own lines may stand before the header: counted, like a log's lines of other kinds.
void read_csv(LineSource& lines, std::int64_t header_line, InputSink& sink, InputFacts& facts) {
  std::string line;
  while (lines.next(line) && lines.number() < header_line) {
    if (!is_blank(line)) add_foreign_line(facts, lines.number(), line);
  }
  CsvTable table(lines, line);
  read_predictions_csv(table, sink);
}

std::string read_kind(const Found& found, LineSource& lines, InputSink& sink, const InputOptions& options,
                      InputFacts& facts) {
  if (found.kind == Kind::log) {
    read_published_log(lines, sink, options, facts);
    return "published log";
  }
  // Names of photographs may be garbled; a log's heads are plain ASCII.
  lines.on_not_utf8(
      [&](std::int64_t number, const std::string& what) { sink.problem("not-utf8", number, what); });
  if (found.kind == Kind::csv) {
    read_csv(lines, found.line, sink, facts);
    return "csv";
  }
  std::string first;
  lines.next(first);
  read_predictions_jsonl(lines, first, sink);
  return "predictions.jsonl";
}

}  // namespace

void read_evaluation_input(const std::filesystem::path& file, EvaluationInput& input,
                           const InputOptions& options) {
  const auto found = find_kind(file);
  LineSource lines(file, options.progress);
  InputSink sink(input, file.string(), options.problems_kept);
  InputFacts facts;
  facts.kind = read_kind(found, lines, sink, options, facts);
  facts.file = file.string();
  facts.sha256 = lines.sha256();
  facts.lines = lines.number();
  facts.encoding = lines.encoding();
  input.files.push_back(std::move(facts));
}

}  // namespace skingauge
