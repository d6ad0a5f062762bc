#include "skingauge/error.hpp"
#include "skingauge/evaluation_input.hpp"

#include "evaluation/csv.hpp"
#include "evaluation/csv_record.hpp"
#include "evaluation/line_source.hpp"

#include <ostream>

namespace skingauge {
namespace {

template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? std::to_string(static_cast<int>(*value)) : std::string();
}

}  // namespace

std::int64_t read_photo_facts(const std::filesystem::path& file, EvaluationData& data) {
  LineSource lines(file);
  std::string line;
  lines.next(line);
  const CsvHeader header(line);
  if (!header.has("photo"))
    throw InputError(ErrorCode::evaluation_format, file.string() + ": line 1: has no column \"photo\"");
  std::int64_t known = 0;
  while (lines.next(line)) {
    std::string problem;
    const auto facts = photo_facts_of(header, header.split(line), problem);
    if (!problem.empty())
      throw InputError(ErrorCode::evaluation_format,
                       file.string() + ": line " + std::to_string(lines.number()) + ": " + problem);
    known += data.know(facts) ? 1 : 0;
  }
  return known;
}

void write_photo_facts(std::ostream& out, const std::vector<PhotoFacts>& photos) {
  out << "photo,subject,device,angle,gender,age,skin_type,sensitive\n";
  for (const auto& photo : photos) {
    out << csv::quoted(photo.id) << ',' << csv::quoted(photo.subject) << ','
        << (photo.device ? to_string(*photo.device) : std::string_view()) << ',' << csv::quoted(photo.angle)
        << ',' << csv::quoted(photo.gender) << ',' << text_of(photo.age) << ',' << text_of(photo.skin_type)
        << ',' << text_of(photo.sensitive) << '\n';
  }
}

}  // namespace skingauge
