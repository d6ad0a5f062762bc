#include "skingauge/evaluation_input.hpp"

#include "skingauge/error.hpp"

#include "evaluation/csv_record.hpp"
#include "evaluation/predictions_reader.hpp"

namespace skingauge {
namespace {

bool is_predictions_header(const std::string& line) {
  const CsvHeader header(line);
  return header.has("photo") && header.has("key") && header.has("prediction") && header.has("truth");
}

std::string read_kind(LineSource& lines, const std::string& first, InputSink& sink,
                      const InputOptions& options) {
  if (first.starts_with('{')) {
    read_predictions_jsonl(lines, first, sink);
    return "predictions.jsonl";
  }
  if (is_published_log_line(first)) {
    read_published_log(lines, first, sink, options);
    return "published log";
  }
  if (is_predictions_header(first)) {
    read_predictions_csv(lines, first, sink);
    return "csv";
  }
  throw InputError(ErrorCode::evaluation_format,
                   lines.file().string() + ": line " + std::to_string(lines.number()) + ": found " +
                       brief_text(first) +
                       ", expected predictions.jsonl, a published log, or a CSV with the columns photo, key, "
                       "prediction, truth");
}

}  // namespace

void read_evaluation_input(const std::filesystem::path& file, EvaluationInput& input,
                           const InputOptions& options) {
  LineSource lines(file, options.progress);
  InputSink sink(input, file.string(), options.problems_kept);
  std::string first;
  bool any = lines.next(first);
  while (any && first.find_first_not_of(" \t") == std::string::npos) any = lines.next(first);
  if (!any) throw InputError(ErrorCode::evaluation_format, file.string() + ": holds no line");
  const auto kind = read_kind(lines, first, sink, options);
  input.files.push_back({file.string(), kind, lines.sha256(), lines.number()});
}

}  // namespace skingauge
