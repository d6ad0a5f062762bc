#include "skingauge/protocol_evaluation.hpp"

#include "skingauge/error.hpp"
#include "skingauge/protocol_metric.hpp"

#include "evaluation/csv_table.hpp"
#include "evaluation/input_problems.hpp"
#include "evaluation/json_numbers.hpp"
#include "evaluation/number_text.hpp"
#include "evaluation/report_json.hpp"

#include <stdexcept>

namespace skingauge {
namespace {

constexpr std::int64_t kProblemsKept = 10;

std::vector<double> numbers_of(const std::string& text) {
  auto numbers = parse_number_list(text);
  if (!numbers) throw std::invalid_argument("found " + brief_text(text) + ", expected a list of numbers");
  if (numbers->empty()) throw std::invalid_argument("found nothing, expected a list of numbers");
  return *std::move(numbers);
}

class ProtocolReader {
 public:
  ProtocolReader(ProtocolEvaluation& evaluation, std::optional<int> classes)
      : evaluation_(evaluation), classes_(classes) {}

  void read(LineSource& lines) {
    std::string first;
    lines.next(first);
    CsvTable table(lines, first);
    if (!table.has("prediction") || !table.has("truth"))
      throw InputError(ErrorCode::evaluation_format,
                       lines.file().string() + ": line 1: expected the columns prediction and truth");
    for (CsvRecord record; table.next(record);) {
      if (!record.problem.empty()) {
        problem("bad-line", record.line, record.problem);
        continue;
      }
      try {
        add(numbers_of(table.field(record, "prediction")), numbers_of(table.field(record, "truth")));
      } catch (const std::invalid_argument& bad) {
        problem("value-invalid", record.line, bad.what());
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
