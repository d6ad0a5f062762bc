#include "skingauge/comparison.hpp"
#include "skingauge/report.hpp"

#include "core/text_file.hpp"
#include "evaluation/report_tables.hpp"

#include <sstream>

namespace skingauge {
namespace fs = std::filesystem;
namespace {

template <class Report, class Write>
void write_html(const fs::path& file, const Report& report, const Write& write) {
  std::ostringstream html;
  write(html, report);
  write_text_file(file, std::move(html).str());
}

}  // namespace

void write_tables(const fs::path& folder, const EvaluationReport& report) {
  for (const auto& [name, text] : report_tables(report)) write_text_file(folder / name, text);
}

void write_report(const fs::path& folder, const EvaluationReport& report) {
  make_folder(folder);
  write_text_file(folder / "summary.json", summary_json(report));
  write_tables(folder, report);
  write_html(folder / "report.html", report, write_report_html);
}

void write_comparison(const fs::path& folder, const ComparisonReport& report) {
  make_folder(folder);
  write_text_file(folder / "comparison.json", comparison_json(report));
  write_text_file(folder / "comparison.csv", comparison_table(report));
  write_html(folder / "report.html", report, write_comparison_html);
}

}  // namespace skingauge
