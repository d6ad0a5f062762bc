#include "skingauge/error.hpp"
#include "skingauge/evaluation_input.hpp"

#include "core/json_file.hpp"
#include "evaluation/csv_record.hpp"
#include "evaluation/input_problems.hpp"

#include <ostream>

namespace skingauge {
namespace {

// Bytes that are no UTF-8 become what predictions.jsonl has for them, so that both name one photograph alike.
std::string field_of(const std::string& text) {
  return csv::quoted(
      Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>());
}

template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? std::to_string(static_cast<int>(*value)) : std::string();
}

}  // namespace

std::int64_t read_photo_facts(const std::filesystem::path& file, EvaluationInput& input,
                              const InputOptions& options) {
  LineSource lines(file);
  std::string first;
  lines.next(first);
  CsvTable table(lines, first);
  if (!table.has("photo"))
    throw InputError(ErrorCode::evaluation_format, file.string() + ": line 1: has no column \"photo\"");
  InputSink sink(input, file.string(), options.problems_kept);
  std::int64_t known = 0;
  for (CsvRecord record; table.next(record);) {
    if (!record.problem.empty()) {
      sink.problem("bad-line", record.line, record.problem);
      continue;
    }
    std::vector<std::string> problems;
    known += input.data.know(photo_facts_of(table, record, problems)) ? 1 : 0;
    for (const auto& problem : problems) sink.problem("value-invalid", record.line, problem);
  }
  return known;
}

void write_photo_facts(std::ostream& out, const std::vector<PhotoFacts>& photos) {
  out << "photo,subject,device,angle,gender,age,skin_type,sensitive\n";
  for (const auto& photo : photos) {
    out << field_of(photo.id) << ',' << field_of(photo.subject) << ','
        << (photo.device ? to_string(*photo.device) : std::string_view()) << ',' << field_of(photo.angle)
        << ',' << field_of(photo.gender) << ',' << text_of(photo.age) << ',' << text_of(photo.skin_type)
        << ',' << text_of(photo.sensitive) << '\n';
  }
}

}  // namespace skingauge
