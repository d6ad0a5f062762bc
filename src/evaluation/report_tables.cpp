#include "evaluation/report_tables.hpp"

#include "evaluation/csv.hpp"

#include <array>
#include <charconv>

namespace skingauge {
namespace {

// Shortest digits that read back; empty where there is no value.
std::string text_of(const std::optional<double>& value) {
  if (!value) return "";
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *value);
  return {buffer.data(), end};
}

std::string record(std::initializer_list<std::string> fields) {
  std::string line;
  for (const auto& field : fields) line += (line.empty() ? "" : ",") + csv::quoted(field);
  return line + "\n";
}

std::optional<double> low_of(const std::optional<Interval>& interval) {
  return interval ? std::optional(interval->low) : std::nullopt;
}
std::optional<double> high_of(const std::optional<Interval>& interval) {
  return interval ? std::optional(interval->high) : std::nullopt;
}

constexpr const char* kFigureColumns = "figure,value,low,high,best_constant,judged,photos,people\n";

// A line for each figure of a group, after the columns that name the group.
std::string rows(const std::string& names, const FigureGroup& group) {
  std::string text;
  for (const auto& figure : group.figures) {
    text += names + record({figure.name, text_of(figure.value), text_of(low_of(figure.interval)),
                            text_of(high_of(figure.interval)), text_of(figure.best_constant),
                            std::to_string(group.judged), std::to_string(group.photos),
                            std::to_string(group.people)});
  }
  return text;
}

std::string names_of(const std::initializer_list<std::string>& names) {
  auto line = record(names);
  line.back() = ',';
  return line;
}

std::string heads_rows(const TaskReport& task) {
  std::string text;
  for (const auto& head : task.heads)
    text += rows(names_of({mode_name(task.task), head.group.name, std::string(to_string(head.sign->item))}),
                 head.group);
  return text;
}

std::string items_rows(const TaskReport& task) {
  std::string text;
  for (const auto& item : task.items) text += rows(names_of({mode_name(task.task), item.name}), item);
  for (const auto* group : {&task.mean_of_items, &task.pooled})
    text += rows(names_of({mode_name(task.task), group->name}), *group);
  return text;
}

std::string slices_rows(const TaskReport& task) {
  std::string text;
  for (const auto& slice : task.slices) {
    const auto names = [&](const std::string& item) {
      return names_of({mode_name(task.task), slice.dimension, slice.value, slice.small ? "yes" : "no", item});
    };
    for (const auto& item : slice.items) text += rows(names(item.name), item);
    for (const auto* group : {&slice.mean_of_items, &slice.pooled}) text += rows(names(group->name), *group);
  }
  return text;
}

std::string confusion_rows(const TaskReport& task) {
  std::string text;
  for (const auto& head : task.heads) {
    if (!head.confusion) continue;
    for (int truth = 0; truth < head.confusion->classes(); ++truth) {
      for (int answer = 0; answer < head.confusion->classes(); ++answer)
        text += record({head.group.name, std::to_string(truth), std::to_string(answer),
                        std::to_string(static_cast<std::int64_t>(head.confusion->at(truth, answer)))});
    }
  }
  return text;
}

std::string calibration_rows(const TaskReport& task) {
  std::string text;
  for (const auto& head : task.heads) {
    if (!head.calibration) continue;
    for (const auto& bin : head.calibration->curve())
      text += record({head.group.name, text_of(bin.low), text_of(bin.high),
                      std::to_string(static_cast<std::int64_t>(bin.count)), text_of(bin.confidence),
                      text_of(bin.accuracy)});
  }
  return text;
}

std::string skipped_rows(const TaskReport& task) {
  std::string text;
  for (const auto& head : task.heads) {
    for (const auto& [reason, count] : head.skipped)
      text += record({mode_name(task.task), head.group.name, reason, std::to_string(count)});
  }
  return text;
}

std::string compared_rows(const std::string& names, const ComparedGroup& group) {
  std::string text;
  for (const auto& figure : group.figures)
    text += names + record({figure.name, text_of(figure.a), text_of(figure.b), text_of(figure.difference),
                            text_of(low_of(figure.interval)), text_of(high_of(figure.interval)),
                            std::to_string(group.judged), std::to_string(group.photos),
                            std::to_string(group.people)});
  return text;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> report_tables(const EvaluationReport& report) {
  struct Table {
    const char* name;
    std::string columns;
    std::string (*rows)(const TaskReport&);
  };
  const std::array<Table, 6> all{
      {{"heads.csv", std::string("mode,key,item,") + kFigureColumns, heads_rows},
       {"items.csv", std::string("mode,item,") + kFigureColumns, items_rows},
       {"slices.csv", std::string("mode,dimension,slice,small,item,") + kFigureColumns, slices_rows},
       {"confusion.csv", "key,truth,answer,count\n", confusion_rows},
       {"calibration.csv", "key,low,high,judged,confidence,accuracy\n", calibration_rows},
       {"skipped.csv", "mode,key,reason,count\n", skipped_rows}}};
  std::vector<std::pair<std::string, std::string>> tables;
  for (const auto& table : all) {
    std::string text;
    for (const auto& [task, figures] : report.tasks) text += table.rows(figures);
    if (!text.empty()) tables.emplace_back(table.name, table.columns + text);
  }
  return tables;
}

std::string comparison_table(const ComparisonReport& report) {
  std::string text = "mode,group,name,figure,a,b,difference,low,high,judged,photos,people\n";
  for (const auto& [task, c] : report.comparison.tasks) {
    const auto names = [&, mode = mode_name(task)](const char* group, const ComparedGroup& g) {
      return names_of({mode, group, g.name});
    };
    for (const auto& head : c.heads) text += compared_rows(names("head", head), head);
    for (const auto& item : c.items) text += compared_rows(names("item", item), item);
    for (const auto* group : {&c.mean_of_items, &c.pooled})
      text += compared_rows(names("all", *group), *group);
  }
  return text;
}

}  // namespace skingauge
