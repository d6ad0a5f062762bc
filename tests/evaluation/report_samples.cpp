// Writes sample reports for tests that open them in a browser: report_samples FOLDER.
#include "support/sample_reports.hpp"

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

namespace {

using namespace skingauge;

template <class Write>
void write(const std::filesystem::path& folder, const std::string& name, Write write_to) {
  std::ofstream out(folder / (name + ".html"), std::ios::binary);
  out.exceptions(std::ios::badbit | std::ios::failbit);
  write_to(out);
}

void write_samples(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const auto report = [&](const std::string& name, const EvaluationReport& made) {
    write(folder, name, [&](std::ostream& out) { write_report_html(out, made); });
  };
  report("rich", test::rich_report());
  report("minimal", test::minimal_report());
  report("log", test::log_report());
  report("hostile", test::hostile_report());
  report("empty", EvaluationReport{});
  write(folder, "comparison",
        [](std::ostream& out) { write_comparison_html(out, test::sample_comparison()); });
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: report_samples FOLDER\n";
    return 2;
  }
  try {
    write_samples(arguments[1]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
