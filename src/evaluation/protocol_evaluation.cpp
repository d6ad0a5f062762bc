#include "skingauge/protocol_evaluation.hpp"

#include "skingauge/error.hpp"
#include "skingauge/protocol_metric.hpp"

#include "evaluation/csv_record.hpp"
#include "evaluation/json_numbers.hpp"
#include "evaluation/line_source.hpp"
#include "evaluation/report_json.hpp"

#include <sstream>
#include <stdexcept>

namespace skingauge {
namespace {

constexpr std::int64_t kProblemsKept = 10;

std::vector<double> numbers_of(const std::string& text) {
  std::vector<double> numbers;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const auto number = parse_number(word);
    if (!number) throw std::invalid_argument("found \"" + word.substr(0, 40) + "\", expected a number");
    numbers.push_back(*number);
  }
  if (numbers.empty()) throw std::invalid_argument("found nothing, expected numbers parted by blanks");
  return numbers;
}

class ProtocolReader {
 public:
  ProtocolReader(ProtocolEvaluation& evaluation, std::optional<int> classes)
      : evaluation_(evaluation), classes_(classes) {}

  void read(LineSource& lines) {
    std::string line;
    lines.next(line);
    const CsvHeader header(line);
    if (!header.has("prediction") || !header.has("truth"))
      throw InputError(ErrorCode::evaluation_format,
                       lines.file().string() + ": line 1: expected the columns prediction and truth");
    while (lines.next(line)) {
      if (line.find_first_not_of(" \t") == std::string::npos) continue;
      const auto record = header.split(line);
      if (record.size() != header.size()) {
        problem(
            "bad-line", lines.number(),
            "found " + std::to_string(record.size()) + " fields, expected " + std::to_string(header.size()));
        continue;
      }
      try {
        add(numbers_of(header.field(record, "prediction")), numbers_of(header.field(record, "truth")));
      } catch (const std::invalid_argument& bad) {
        problem("value-invalid", lines.number(), bad.what());
      }
    }
  }

  void finish(const std::filesystem::path& file) {
    if (!metric_ || metric_->count() == 0)
      throw InputError(ErrorCode::evaluation_empty, file.string() + ": holds no sample of " +
                                                        std::string(to_string(evaluation_.protocol)));
    evaluation_.samples = metric_->count();
    evaluation_.figures = metric_->figures();
    evaluation_.classes = evaluation_.protocol == MetricProtocol::gaze ? 0 : metric_->options().classes;
  }

 private:
  void add(const std::vector<double>& prediction, const std::vector<double>& truth) {
    if (!metric_)
      metric_ = make_protocol_metric(evaluation_.protocol,
                                     {.classes = classes_.value_or(static_cast<int>(prediction.size()))});
    metric_->add(prediction, truth);
  }

  void problem(const std::string& code, std::int64_t line, const std::string& message) {
    if (++evaluation_.problem_counts[code] <= kProblemsKept)
      evaluation_.problems.push_back({code, evaluation_.file.file, line, message});
  }

  ProtocolEvaluation& evaluation_;
  std::optional<int> classes_;
  std::unique_ptr<ProtocolMetric> metric_;
};

}  // namespace

ProtocolEvaluation evaluate_protocol(const std::filesystem::path& file, MetricProtocol protocol,
                                     std::optional<int> classes) {
  if (protocol == MetricProtocol::segmentation && !classes)
    throw UsageError(ErrorCode::bad_option, "segmentation: a mask does not tell how many classes there are");
  ProtocolEvaluation evaluation;
  evaluation.protocol = protocol;
  evaluation.file.file = file.string();
  evaluation.file.kind = "csv";
  LineSource lines(file);
  ProtocolReader reader(evaluation, classes);
  reader.read(lines);
  reader.finish(file);
  evaluation.file.sha256 = lines.sha256();
  evaluation.file.lines = lines.number();
  return evaluation;
}

std::string protocol_json(const ProtocolEvaluation& evaluation) {
  Json figures = Json::object();
  Json constants = Json::object();
  for (const auto& figure : evaluation.figures) {
    figures[figure.name] = number_or_null(figure.value);
    constants[figure.name] = number_or_null(figure.best_constant);
  }
  const Json root{{"format", 1},
                  {"protocol", to_string(evaluation.protocol)},
                  {"classes", evaluation.classes},
                  {"samples", evaluation.samples},
                  {"figures", figures},
                  {"best_constant", constants},
                  {"input", inputs_json({evaluation.file}).front()},
                  {"problems", problems_json(evaluation.problem_counts, evaluation.problems)}};
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace skingauge
