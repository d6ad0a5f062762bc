// Where the figures come from, what they mean, and the last words.
#include "evaluation/report/figure_cells.hpp"
#include "evaluation/report/figure_words.hpp"
#include "evaluation/report/html_table.hpp"
#include "evaluation/report/numbers.hpp"
#include "evaluation/report/sections.hpp"
#include "evaluation/report/words.hpp"

#include <algorithm>
#include <utility>

namespace skingauge::report {
namespace {

using Fact = std::pair<std::string, std::string>;

void write_fact_table(HtmlWriter& html, const std::string& caption, const std::vector<Fact>& facts) {
  HtmlTable table{caption, {{"Fact", "", false}, {"Value", "", false}}, {}};
  for (const auto& [name, value] : facts) {
    if (value.empty()) continue;
    table.rows.push_back({words_cell(name), {words_cell(value)}});
  }
  table.write(html);
}

std::vector<Fact> evaluation_facts(const EvaluationReport& report) {
  const auto& bootstrap = report.options.bootstrap;
  std::vector<Fact> facts{
      {"Command", report.command},
      {"skingauge", report.version},
      {"Evaluated", report.date},
      {"Evaluation took", duration(report.seconds)},
  };
  facts.emplace_back("Intervals", bootstrap.rounds == 0
                                      ? std::string("none")
                                      : short_percent(bootstrap.confidence) + ", bootstrap over people, " +
                                            with_thousands(std::int64_t{bootstrap.rounds}) +
                                            " rounds, seed " + std::to_string(bootstrap.seed));
  facts.emplace_back("Marked as few", "under " + std::to_string(report.options.small_people) + " people or " +
                                          with_thousands(report.options.small_judged) + " judged crops");
  return facts;
}

std::string per_second(std::int64_t count, double seconds) {
  return seconds > 0 ? " (" + decimals(static_cast<double>(count) / seconds, 1) + " a second)" : "";
}

std::string passed_over(const PassedOver& files) {
  return counted(files.pictures, "picture") + ", " + counted(files.label_files, "label file") + ", " +
         counted(files.archives, "archive");
}

std::vector<Fact> run_facts(const RunFacts& run) {
  return {
      {"Manifest", run.manifest_name + (run.demo ? " (DEMO)" : "")},
      {"Manifest SHA-256", run.manifest_sha256},
      {"skingauge", run.version},
      {"Device", run.device},
      {"Precision", run.precision},
      {"Engine", run.engine},
      {"Photographs", run.split},
      {"People who also stand in another part",
       with_thousands(static_cast<std::int64_t>(run.shared_subjects.size()))},
      {"Smallest side of a box", std::to_string(run.min_box_side) + " pixels"},
      {"True and False in the log", std::string(to_string(run.criterion))},
      {"Photographs run", with_thousands(run.photos) + per_second(run.photos, run.seconds)},
      {"Photographs failed", with_thousands(run.photos_failed)},
      {"Photographs decoded by a GPU", with_thousands(run.gpu_photos)},
      {"Label files that could not be used", with_thousands(run.labels_failed)},
      {"Photographs without a label file", with_thousands(run.photos_without_labels)},
      {"Boxes with swapped corners",
       with_thousands(run.swapped_corners) + " of " + with_thousands(run.boxes)},
      {"In the data set and not read", passed_over(run.passed_over)},
      {"Complete", run.stopped ? "no: stopped before the end" : "yes"},
      {"Run took", duration(run.seconds)},
      {"Crops, tiles",
       with_thousands(run.crops) + ", " + with_thousands(run.tiles) + per_second(run.tiles, run.seconds)},
      {"Core time", "decoding " + duration(run.decode_core_seconds) + ", cutting " +
                        duration(run.cut_core_seconds) + ", networks " + duration(run.network_core_seconds)},
  };
}

void write_models(HtmlWriter& html, const std::vector<ModelFacts>& models) {
  if (models.empty()) return;
  HtmlTable table{"Checkpoints", {{"Model", "", false}, {"SHA-256", "", false}}, {}};
  for (const auto& model : models) {
    Cell hash = words_cell("");
    hash.code = model.sha256;
    table.rows.push_back({words_cell(model.id), {hash}});
  }
  html.element("details", {{"class", "more"}}, [&] {
    html.element("summary", counted(static_cast<std::int64_t>(models.size()), "checkpoint"));
    table.write(html);
  });
}

std::vector<std::string> used_figures(const EvaluationReport& report) {
  std::vector<const FigureGroup*> groups;
  for (const auto& [task, evaluation] : report.tasks) {
    for (const auto& item : evaluation.items) groups.push_back(&item);
    for (const auto& head : evaluation.heads) groups.push_back(&head.group);
  }
  return figure_names(groups);
}

void define(HtmlWriter& html, std::string_view term, std::string_view meaning) {
  html.element("dt", term);
  html.element("dd", meaning);
}

}  // namespace

void write_inputs(Page& page, const std::vector<InputFacts>& inputs) {
  if (inputs.empty()) return;
  HtmlTable table{"Input files",
                  {{"File", "", false},
                   {"Kind", "", false},
                   {"Encoding", "", false},
                   {"Lines"},
                   {"Of other kinds"},
                   {"SHA-256", "", false}},
                  {}};
  for (const auto& input : inputs) {
    Cell lines;
    lines.text = with_thousands(input.lines);
    Cell hash = words_cell("");
    hash.code = input.sha256;
    table.rows.push_back(
        {words_cell(input.file),
         {words_cell(input.kind), words_cell(input.encoding), lines, count_cell(input.foreign_lines), hash}});
  }
  table.write(page.html);
}

void write_facts(Page& page, const EvaluationReport& report) {
  page.section("facts", "Where these figures come from", [&] {
    write_fact_table(page.html, "The evaluation", evaluation_facts(report));
    write_inputs(page, report.inputs);
    if (!report.run) return;
    write_fact_table(page.html, "The run", run_facts(*report.run));
    write_models(page.html, report.run->models);
  });
}

void write_definitions(Page& page, const std::vector<std::string>& figures) {
  page.section("glossary", "What the figures mean", [&] {
    page.html.element("dl", {{"class", "glossary"}}, [&] {
      for (const auto& words : all_figure_words()) {
        if (std::find(figures.begin(), figures.end(), words.name) != figures.end())
          define(page.html, words.title, words.meaning);
      }
      define(
          page.html, "Best constant",
          "What one and the same answer for every photograph would have reached, the best one for each head "
          "and figure, chosen with the truth known.");
      define(page.html, "Interval",
             "Where the figure would likely lie for other people of the same kind. It is found by drawing as "
             "many people anew, with repeats, many times over: people, not crops, because one person's crops "
             "are alike.");
      define(page.html, "No better",
             "The interval includes the best constant answer's figure: the two cannot be told apart.");
      define(
          page.html, "Not defined",
          "Nothing was judged, or the figure has no value for such data, such as a correlation with answers "
          "that are all the same.");
      define(page.html, "Crop", "One part of a face, cut out of one photograph.");
    });
  });
}

void write_glossary(Page& page, const EvaluationReport& report) {
  write_definitions(page, used_figures(report));
}

void write_plots_note(Page& page) {
  if (page.has_plots()) return;
  page.html.paragraph(
      "Made without plots: this build of skingauge has no plotly.js. The tables hold all figures.", "note");
}

void write_footer(Page& page, const std::string& version) {
  page.html.element("footer", {}, [&] {
    page.html.element("p", {}, [&] {
      page.html.element("b", "Not a medical device.");
      page.html.text(
          " These figures describe how networks agree with a data set's labels. They are no diagnosis and no "
          "advice.");
    });
    page.html.paragraph(
        "Made by skingauge" + (version.empty() ? "" : " " + version) + ". This file needs no network." +
        (page.has_plots() ? " It holds plotly.js (MIT licence), which draws its plots." : ""));
  });
}

}  // namespace skingauge::report
