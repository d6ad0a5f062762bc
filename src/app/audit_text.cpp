#include "app/audit_text.hpp"

#include "app/table.hpp"
#include "core/json_file.hpp"

#include <fmt/format.h>

namespace skingauge::app {
namespace {

const char* layout_name(DatasetLayout layout) {
  switch (layout) {
    case DatasetLayout::program:
      return "program";
    case DatasetLayout::archive:
      return "archive";
    case DatasetLayout::other:
      return "other";
  }
  return "unknown";
}

std::string counts_text(const char* name, const std::map<std::string, std::int64_t>& counts) {
  std::string text = name;
  for (const auto& [key, count] : counts) text += fmt::format("  {} {}", key, count);
  return text + "\n";
}

std::string reasons_text(const std::map<std::string, std::int64_t>& reasons) {
  std::string text;
  for (const auto& [reason, count] : reasons)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", reason, count);
  return text;
}

std::string lines_text(const char* title, std::int64_t count, const std::vector<std::string>& lines) {
  constexpr std::size_t kShown = 10;
  if (count == 0) return fmt::format("{}: none\n", title);
  std::string text = fmt::format("{}: {}\n", title, count);
  for (std::size_t i = 0; i < std::min(kShown, lines.size()); ++i) text += "  " + lines[i] + "\n";
  if (count > static_cast<std::int64_t>(kShown))
    text += fmt::format("  ... and {} more\n", count - static_cast<std::int64_t>(kShown));
  return text;
}

Json lines_json(std::int64_t count, const std::vector<std::string>& lines) {
  return {{"count", count}, {"first", lines}};
}

}  // namespace

std::string audit_text(const AuditReport& r, const Dataset& dataset) {
  std::string text = fmt::format("{} ({} layout)\n", dataset.root.string(), layout_name(dataset.layout));
  text += fmt::format("{} photos of {} people, {} label files ({} unusable)\n", r.photos, r.people,
                      r.label_files, r.label_files_unusable);
  if (r.photos_without_labels > 0)
    text += fmt::format("{} photos have no label file\n", r.photos_without_labels);
  const auto& over = dataset.passed_over;
  if (over != PassedOver{})
    text += fmt::format("not read, see below: {} pictures, {} label files, {} archives\n", over.pictures,
                        over.label_files, over.archives);
  text += counts_text("by device:", r.photos_by_device) + counts_text("by angle:", r.photos_by_angle);
  text += "by facepart:";
  for (const auto& part : faceparts()) {
    text += fmt::format("  {} {}", number(part.facepart), r.labels_by_facepart[index(part.facepart)]);
  }
  text += fmt::format(
      "\nswapped corners: {} of {} boxes{}\n\n", r.swapped_corners, r.boxes,
      too_many_swapped(r.swapped_corners, r.boxes) ? ": WARNING, are they [x, y, width, height]?" : "");
  Table table({{"sign"}, {"task"}, {"with value", true}, {"judged", true}, {"not judged"}});
  for (const auto& s : r.signs) {
    table.add({std::string(s.sign->key), std::string(to_string(s.sign->task)), std::to_string(s.with_value),
               std::to_string(s.judged), reasons_text(s.not_judged)});
  }
  text += table.text() + "\n";
  text += lines_text("errors", r.error_count, r.errors);
  text += lines_text("conflicts", r.conflict_count, r.conflicts);
  text += lines_text("warnings", r.warning_count, r.warnings);
  text += lines_text("passed over", static_cast<std::int64_t>(dataset.notes.size()), dataset.notes);
  if (r.guideline.empty())
    return text + "guideline's counts: not compared, they are of the full set of 13,936 photos\n";
  Table rows({{"guideline"}, {"expected", true}, {"found", true}, {""}});
  for (const auto& row : r.guideline) {
    rows.add({row.what, std::to_string(row.expected), std::to_string(row.found),
              row.expected == row.found ? "" : "differs"});
  }
  return text + "\n" + rows.text();
}

std::string audit_json(const AuditReport& r, const Dataset& dataset) {
  Json signs = Json::array();
  for (const auto& s : r.signs) {
    signs.push_back({{"key", s.sign->key},
                     {"task", to_string(s.sign->task)},
                     {"facepart", number(s.sign->facepart)},
                     {"with_value", s.with_value},
                     {"judged", s.judged},
                     {"not_judged", s.not_judged}});
  }
  Json rows = Json::array();
  for (const auto& row : r.guideline)
    rows.push_back({{"what", row.what}, {"expected", row.expected}, {"found", row.found}});
  return Json{{"format", 1},
              {"layout", layout_name(dataset.layout)},
              {"photos", r.photos},
              {"photos_without_labels", r.photos_without_labels},
              {"people", r.people},
              {"label_files", r.label_files},
              {"label_files_unusable", r.label_files_unusable},
              {"photos_by_device", r.photos_by_device},
              {"photos_by_angle", r.photos_by_angle},
              {"labels_by_facepart", r.labels_by_facepart},
              {"boxes", r.boxes},
              {"swapped_corners", r.swapped_corners},
              {"signs", signs},
              {"errors", lines_json(r.error_count, r.errors)},
              {"conflicts", lines_json(r.conflict_count, r.conflicts)},
              {"warnings", lines_json(r.warning_count, r.warnings)},
              {"passed_over", dataset.notes},
              {"passed_over_counts",
               {{"pictures", dataset.passed_over.pictures},
                {"label_files", dataset.passed_over.label_files},
                {"archives", dataset.passed_over.archives}}},
              {"guideline", rows}}
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

}  // namespace skingauge::app
