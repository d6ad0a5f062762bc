#include "evaluation/csv_record.hpp"

#include "core/ascii.hpp"
#include "evaluation/input_problems.hpp"
#include "evaluation/number_text.hpp"

namespace skingauge {
namespace {

// The optional columns of one record.
class Columns {
 public:
  Columns(const CsvTable& table, const CsvRecord& record, std::vector<std::string>& problems)
      : table_(&table), record_(&record), problems_(&problems) {}

  // Empty where the column is missing or has a gap here.
  [[nodiscard]] std::string text(const char* name) const {
    auto text = table_->field(*record_, name);
    return is_missing(text) ? std::string() : text;
  }

  [[nodiscard]] std::optional<PhotoDevice> device() const {
    const auto text = lower(this->text("device"));
    if (text.empty()) return std::nullopt;
    for (const auto device : {PhotoDevice::camera, PhotoDevice::tablet, PhotoDevice::phone}) {
      if (text == to_string(device) || parse_whole(text) == static_cast<int>(device)) return device;
    }
    problem("device", text, "camera, tablet or phone, or 1..3");
    return std::nullopt;
  }

  // "U" is how a later server of the data set writes that it does not know.
  [[nodiscard]] std::string gender() const {
    const auto text = lower(this->text("gender"));
    if (text.empty() || text == "u" || text == "unknown") return {};
    if (text == "f" || text == "female") return "F";
    if (text == "m" || text == "male") return "M";
    problem("gender", text, "F or M");
    return {};
  }

  [[nodiscard]] std::optional<int> whole(const char* name, int high) const {
    const auto text = this->text(name);
    if (text.empty()) return std::nullopt;
    const auto value = parse_whole(text);
    if (value && *value >= 0 && *value <= high) return value;
    problem(name, text, "a whole number 0.." + std::to_string(high));
    return std::nullopt;
  }

  [[nodiscard]] std::optional<int> flag(const char* name) const {
    const auto text = lower(this->text(name));
    if (text == "true" || text == "yes") return 1;
    if (text == "false" || text == "no") return 0;
    return whole(name, 1);
  }

 private:
  void problem(const std::string& name, const std::string& found, const std::string& expected) const {
    problems_->push_back(name + ": found " + brief_text(found) + ", expected " + expected);
  }

  const CsvTable* table_;
  const CsvRecord* record_;
  std::vector<std::string>* problems_;
};

}  // namespace

PhotoFacts photo_facts_of(const CsvTable& table, const CsvRecord& record,
                          std::vector<std::string>& problems) {
  const Columns columns(table, record, problems);
  auto facts = facts_from_name(photo_id(table.field(record, "photo")));
  if (auto subject = columns.text("subject"); !subject.empty()) facts.subject = std::move(subject);
  if (auto angle = columns.text("angle"); !angle.empty()) facts.angle = std::move(angle);
  if (!columns.text("device").empty()) facts.device = columns.device();
  facts.gender = columns.gender();
  facts.age = columns.whole("age", 150);
  facts.skin_type = columns.whole("skin_type", 5);
  facts.sensitive = columns.flag("sensitive");
  return facts;
}

}  // namespace skingauge
