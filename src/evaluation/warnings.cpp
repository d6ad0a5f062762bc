#include "skingauge/report.hpp"

#include "evaluation/python_format.hpp"
#include "evaluation/report/numbers.hpp"

#include <algorithm>

namespace skingauge {
namespace {

constexpr std::int64_t kFewPeople = 30;
constexpr double kFarAbove = 1.5;

std::string text_of(Task task, double value) {
  return task == Task::grade ? report::percent(value) : fixed(value, 4);
}

std::string name_of(Task task) { return task == Task::grade ? "Grades" : "Measurements"; }

std::string name_of(const std::string& figure) {
  if (figure == "top3") return "Top-3 accuracy";
  if (figure == "within1") return "within-one accuracy";
  return figure == "mae" ? "the mean absolute error" : figure;
}

class Warnings {
 public:
  explicit Warnings(EvaluationReport& report) : report_(report) {}

  void add() {
    if (report_.run) run(*report_.run);
    for (const auto& [task, figures] : report_.tasks) {
      few(figures);
      no_better(figures);
      undefined(figures);
      no_top3(figures);
      in_units(figures);
      always_the_same(figures);
      outside(figures);
    }
    for (const auto& replay : report_.replays) replayed(replay);
    problems();
  }

 private:
  void say(const std::string& code, const std::string& text) { report_.warnings.push_back({code, text}); }

  void run(const RunFacts& run) {
    if (run.demo)
      say("demo-checkpoints",
          "DEMO checkpoints, fitted on drawn faces: these figures say nothing about real skin.");
    if (!run.shared_subjects.empty())
      say("people-in-two-parts",
          report::counted_people(static_cast<std::int64_t>(run.shared_subjects.size())) +
              " of these photographs also stand in another part of the split (" + run.split +
              "): a network trained on that part has seen these faces, and the figures flatter it.");
    if (run.stopped)
      say("stopped", "The run was stopped before its end: the figures cover the first " +
                         report::counted(run.photos, "photograph") + " only.");
    if (run.photos_failed > 0)
      say("photos-failed",
          report::counted(run.photos_failed, "photograph") + " could not be used and are not judged.");
    if (run.gpu_photos > 0)
      say("decoded-on-gpu", report::counted(run.gpu_photos, "photograph") +
                                " were decoded by a GPU: pixels differ from libjpeg-turbo's by rounding, and "
                                "a damaged file may "
                                "have gone unnoticed.");
    if (run.labels_failed > 0)
      say("labels-failed",
          report::counted(run.labels_failed, "label file") + " could not be used and are not judged" +
              (run.first_label_error.empty() ? "." : "; the first: " + run.first_label_error + "."));
    incomplete(run);
  }

  // A data set that is smaller than it looks, or boxes that are something else.
  void incomplete(const RunFacts& run) {
    if (run.photos_without_labels > 0)
      say("photos-without-labels", report::counted(run.photos_without_labels, "photograph") +
                                       " without a label file: nothing of them is judged.");
    if (run.passed_over != PassedOver{})
      say("files-passed-over",
          "The data set's folder holds more than was read: " +
              report::counted(run.passed_over.pictures, "picture") + " (format, name or place), " +
              report::counted(run.passed_over.label_files, "label file") + " without a photograph, " +
              report::counted(run.passed_over.archives, "archive") +
              " still packed. `dataset audit` names them.");
    if (too_many_swapped(run.swapped_corners, run.boxes))
      say("swapped-corners",
          std::to_string(run.swapped_corners) + " of " + report::with_thousands(run.boxes) + " boxes" +
              " had swapped corners, which were sorted: if they are [x, y, width, height], "
              "the crops are wrong and so are these figures.");
  }

  void few(const TaskReport& task) {
    const auto& all = task.pooled;
    if (all.judged > 0 && all.people < kFewPeople)
      say("few-people", name_of(task.task) + ": only " + report::counted_people(all.people) +
                            ": differences between people hardly show, and the intervals are unreliable.");
  }

  // The headline against the best constant, by item and for the mean: one warning a task.
  void no_better(const TaskReport& task) {
    const std::string name = headline(task);
    std::string worse;
    std::string alike;
    auto groups = task.items;
    groups.insert(groups.begin(), task.mean_of_items);
    for (const auto& group : groups) {
      const auto* figure = group.find(name);
      if (figure == nullptr || !figure->value || !figure->best_constant) continue;
      auto& list = is_worse(task.task, *figure) ? worse : alike;
      if (&list == &alike && !is_alike(task.task, *figure)) continue;
      list += (list.empty() ? "" : ", ") + group.name + " " + text_of(task.task, *figure->value) +
              " against " + text_of(task.task, *figure->best_constant);
    }
    const auto start = name_of(task.task) + ": " + name_of(name);
    if (!worse.empty())
      say("no-better-than-constant",
          start + " is no better than always giving the same answer: " + worse + ".");
    if (!alike.empty())
      say("not-told-from-constant",
          start + " cannot be told from always giving the same answer (inside the interval): " + alike + ".");
  }

  static std::string headline(const TaskReport& task) {
    if (task.task == Task::measurement) return "mae";
    return task.pooled.value("top3") ? "top3" : "within1";
  }

  static bool is_worse(Task task, const Figure& figure) {
    return task == Task::grade ? *figure.value <= *figure.best_constant
                               : *figure.value >= *figure.best_constant;
  }
  static bool is_alike(Task task, const Figure& figure) {
    if (!figure.interval) return false;
    return task == Task::grade ? figure.interval->low <= *figure.best_constant
                               : figure.interval->high >= *figure.best_constant;
  }

  void undefined(const TaskReport& task) {
    std::string missing;
    for (const auto& item : task.items) {
      if (item.judged == 0) missing += (missing.empty() ? "" : ", ") + item.name;
    }
    if (!missing.empty())
      say("items-missing", name_of(task.task) + ": nothing was judged of " + missing +
                               "; the mean of the five items is not defined.");
  }

  // The documented figure is a Top-3: that it is missing must not pass for its being left out.
  void no_top3(const TaskReport& task) {
    if (task.task == Task::grade && task.pooled.judged > 0 && !task.pooled.value("top3"))
      say("top3-not-defined",
          "Grades: Top-3 accuracy is not defined, for not every judged crop tells its three highest grades.");
  }

  // Normalised truths lie between 0 and a little over 1; most of a head's far above are readings of the
  // instrument.
  void in_units(const TaskReport& task) {
    std::string suspects;
    for (const auto& head : task.heads) {
      const auto large = std::count_if(head.pairs.begin(), head.pairs.end(),
                                       [](const Pair& p) { return p.truth > kFarAbove; });
      if (head.sign->scale > 1 && 2 * large > static_cast<std::int64_t>(head.pairs.size()))
        suspects += (suspects.empty() ? "" : ", ") + std::string(head.sign->key);
    }
    if (!suspects.empty())
      say("values-in-units",
          "Measurements: these truths look like the instrument's own units, where value / scale is expected, "
          "so the "
          "errors are too large: " +
              suspects + ".");
  }

  // Heads of a task that (nearly) always answer the same, in one warning each.
  void always_the_same(const TaskReport& task) {
    std::string always;
    std::string nearly;
    std::int64_t always_count = 0;
    std::int64_t nearly_count = 0;
    for (const auto& head : task.heads) {
      if (head.group.judged < 2 || head.same_share < report::kNearlyAlways) continue;
      const bool all = head.same_share >= 1.0;
      auto& list = all ? always : nearly;
      ++(all ? always_count : nearly_count);
      list += (list.empty() ? "" : ", ") + std::string(head.sign->key) + " " +
              fixed(head.same_answer, task.task == Task::grade ? 0 : 3) + " (" +
              (all ? std::to_string(head.group.judged) + " crops" : report::percent(head.same_share)) + ")";
    }
    const auto heads = " of " + report::counted(static_cast<std::int64_t>(task.heads.size()), "head");
    if (always_count > 0)
      say("always-the-same", name_of(task.task) + ": " + std::to_string(always_count) + heads +
                                 " always give the same answer and so tell nothing about a face: " + always +
                                 ".");
    if (nearly_count > 0)
      say("nearly-always-the-same", name_of(task.task) + ": " + std::to_string(nearly_count) + heads +
                                        " nearly always do: " + nearly + ".");
  }

  // Such values are judged as they are: a network may give them, and so may an instrument.
  void outside(const TaskReport& task) {
    std::int64_t answers = 0;
    std::int64_t truths = 0;
    std::string where;
    for (const auto& head : task.heads) {
      if (head.answers_outside + head.truths_outside == 0) continue;
      answers += head.answers_outside;
      truths += head.truths_outside;
      where += (where.empty() ? "" : ", ") + std::string(head.sign->key) + " " +
               std::to_string(head.answers_outside) + " and " + std::to_string(head.truths_outside) + " of " +
               std::to_string(head.group.judged);
    }
    if (where.empty()) return;
    say("outside-official-range",
        name_of(task.task) + ": " + report::counted(answers, "prediction") + " and " +
            report::counted(truths, "truth") +
            " lie outside the official range of their sign and are judged as they are "
            "(predictions and truths of each head): " +
            where + ".");
  }

  void replayed(const ReplayReport& replay) {
    if (replay.agreed == replay.running_lines) return;
    say("replay-disagrees", replay.file + ": " + std::to_string(replay.running_lines - replay.agreed) +
                                " of " + std::to_string(replay.running_lines) +
                                " running lines do not follow from the log's own pairs; first: " +
                                replay.first_disagreement + ".");
  }

  void problems() {
    std::int64_t all = 0;
    for (const auto& [code, count] : report_.problem_counts) all += count;
    if (all > 0)
      say("input-problems", report::counted(all, "line") + " of the input " + (all == 1 ? "is" : "are") +
                                " odd or could not be used, see below.");
  }

  EvaluationReport& report_;
};

}  // namespace

void add_warnings(EvaluationReport& report) { Warnings(report).add(); }

}  // namespace skingauge
