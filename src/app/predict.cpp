#include "skingauge/boxes_file.hpp"
#include "skingauge/ensemble.hpp"
#include "skingauge/sign.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "app/int8_options.hpp"
#include "app/progress.hpp"
#include "app/regions.hpp"
#include "app/table.hpp"
#include "evaluation/json_numbers.hpp"
#include "image/photo_reader.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace skingauge::app {
namespace fs = std::filesystem;
namespace {

struct PredictOptions {
  CommonOptions common;
  std::vector<std::string> photos;
  std::string models;
  std::string labels;
  std::string boxes;
};

// What is asked of a photograph, and the faceparts whose corners came swapped and are sorted.
struct Question {
  Request request;
  std::vector<int> sorted;
};

// Boxes that are most likely [x, y, width, height] are refused where the photograph's size is known.
std::vector<int> check_order(const std::vector<FacepartBox>& boxes, const fs::path& file) {
  std::vector<int> sorted;
  for (const auto& entry : boxes) {
    if (entry.corners_swapped) sorted.push_back(number(entry.facepart));
  }
  if (sorted.empty()) return sorted;
  if (const auto size = picture_size(file)) check_corners(boxes, size->first, size->second, file.string());
  return sorted;
}

// Throws InputError where a photograph's boxes cannot be had.
Question make_question(const PredictOptions& options, const BoxesFile& boxes, const fs::path& file) {
  if (!options.labels.empty()) {
    const auto id = file.stem().string();
    const PhotoEntry photo{id, file, PhotoDevice::camera, "", "", find_labels(options.labels, id)};
    if (photo.labels.empty()) {
      throw InputError(ErrorCode::labels_missing,
                       options.labels + ": holds no label file " + id + "_<facepart>.json");
    }
    const auto labels = read_labels(photo);
    Question question{request_of(photo, labels), {}};
    for (const auto& label : labels.labels) {
      if (label && label->corners_swapped) question.sorted.push_back(number(label->facepart));
    }
    return question;
  }
  const auto& found = boxes_of(boxes, file, options.boxes);
  auto sorted = check_order(found, file);
  return {{Image(), file, regions_of(found), std::nullopt, std::nullopt}, std::move(sorted)};
}

bool is_outside(const HeadPrediction& head, const MeasurementPrediction& measurement) {
  const auto* sign = find_sign_by_key(head.key, Task::measurement);
  return sign != nullptr && is_outside_official_range(*sign, measurement.units);
}

Json as_json(const HeadPrediction& head) {
  Json json{{"facepart", number(head.facepart)}, {"key", head.key}, {"task", to_string(head.task)}};
  if (const auto* skip = std::get_if<Skipped>(&head.answer)) {
    json["skipped"] = to_string(skip->reason);
    if (!skip->detail.empty()) json["detail"] = skip->detail;
  } else if (const auto* grade = std::get_if<GradePrediction>(&head.answer)) {
    json["grade"] = grade->grade;
    json["top3"] = grade->top3;
    json["probabilities"] = short_numbers(grade->probabilities);
  } else {
    const auto& m = std::get<MeasurementPrediction>(head.answer);
    json["value"] = short_double(static_cast<float>(m.value));
    json["units"] = short_double(static_cast<float>(m.units));
    json["unit"] = m.unit;
    json["outside_official_range"] = is_outside(head, m);
  }
  return json;
}

// One photograph's outcome.
struct Answer {
  FacePrediction face;
  std::vector<int> sorted;  ///< faceparts whose corners came swapped
};

Json as_json(const std::string& photo, const Answer& answer) {
  const auto& face = answer.face;
  Json json{{"photo", photo}};
  if (!answer.sorted.empty()) json["corners_sorted"] = answer.sorted;
  if (face.error) json["error"] = {{"code", to_string(face.error->code)}, {"message", face.error->message}};
  json["predictions"] = Json::array();
  for (const auto& head : face.heads) json["predictions"].push_back(as_json(head));
  return json;
}

std::string percent(float probability) { return fmt::format("{:.0f} %", 100 * probability); }

// "2 of 0..6 | 61 % | then 3 (20 %), 1 (12 %)"
std::vector<std::string> grade_cells(const GradePrediction& grade) {
  std::string then;
  for (std::size_t i = 1; i < grade.top3.size(); ++i) {
    const int other = grade.top3[i];
    then += fmt::format("{}{} ({})", i == 1 ? "then " : ", ", other,
                        percent(grade.probabilities[static_cast<std::size_t>(other)]));
  }
  return {fmt::format("grade {} of 0..{}", grade.grade, grade.probabilities.size() - 1),
          percent(grade.probabilities[static_cast<std::size_t>(grade.grade)]), then};
}

// Three digits or so, without an exponent.
std::string everyday(double value) {
  const double size = std::abs(value);
  return fmt::format("{:.{}f}", value, size >= 100 ? 0 : size >= 10 ? 1 : 3);
}

std::vector<std::string> cells(const HeadPrediction& head) {
  std::vector<std::string> answer;
  if (const auto* skip = std::get_if<Skipped>(&head.answer)) {
    answer = {"-", "",
              fmt::format("{}{}{}", to_string(skip->reason), skip->detail.empty() ? "" : ": ", skip->detail)};
  } else if (const auto* grade = std::get_if<GradePrediction>(&head.answer)) {
    answer = grade_cells(*grade);
  } else {
    const auto& m = std::get<MeasurementPrediction>(head.answer);
    auto note = fmt::format("normalised {:.3f}", m.value);
    if (is_outside(head, m))
      note += fmt::format("; outside the official range 0..{}",
                          find_sign_by_key(head.key, Task::measurement)->official_max);
    answer = {everyday(m.units) + " " + m.unit, "", note};
  }
  std::vector<std::string> row{std::string(info(head.facepart).name), head.key};
  row.insert(row.end(), answer.begin(), answer.end());
  return row;
}

std::string as_text(const std::string& photo, const Answer& answer) {
  const auto& face = answer.face;
  std::string text = photo + "\n";
  if (face.error)
    return text + "  not predicted: " + face.error->message + " [" +
           std::string(to_string(face.error->code)) + "]\n";
  Table table({{"facepart"}, {"sign"}, {"answer"}, {"sure", true}, {""}});
  for (const auto& head : face.heads) table.add(cells(head));
  if (!answer.sorted.empty())
    text += fmt::format(
        "  warning: boxes of faceparts {} had swapped corners, which are sorted; are they [x, y, width, "
        "height]?\n",
        fmt::join(answer.sorted, ", "));
  return text + table.text();
}

bool failed(const HeadPrediction& head) {
  const auto* skip = std::get_if<Skipped>(&head.answer);
  return skip != nullptr &&
         (skip->reason == SkipReason::label_error || skip->reason == SkipReason::box_outside ||
          skip->reason == SkipReason::model_error);
}

// Requests that can be made, and the errors of those that cannot, in the order of the photographs.
std::vector<Answer> predict_all(const Ensemble& ensemble, const PredictOptions& options,
                                const BoxesFile& boxes) {
  std::vector<Answer> answers(options.photos.size());
  std::vector<Request> requests;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < options.photos.size(); ++i) {
    try {
      auto question = make_question(options, boxes, options.photos[i]);
      requests.push_back(std::move(question.request));
      answers[i].sorted = std::move(question.sorted);
      places.push_back(i);
    } catch (const InputError& e) {
      answers[i].face.error = ItemError{e.code(), e.what()};
    }
  }
  auto faces = ensemble.predict(requests);
  for (std::size_t i = 0; i < faces.size(); ++i) answers[places[i]].face = std::move(faces[i]);
  return answers;
}

ExitCode status_of(const std::vector<Answer>& answers) {
  std::size_t lost = 0;
  bool partly = false;
  for (const auto& [face, sorted] : answers) {
    if (face.error && face.error->code == ErrorCode::device_failed) return ExitCode::device;
    const bool none = face.error || std::all_of(face.heads.begin(), face.heads.end(), failed);
    lost += none ? 1 : 0;
    partly = partly || std::any_of(face.heads.begin(), face.heads.end(), failed);
  }
  if (lost == answers.size()) return ExitCode::input;
  return lost > 0 || partly ? ExitCode::some_failed : ExitCode::done;
}

ExitCode predict(const PredictOptions& options, const Streams& streams) {
  const auto boxes = options.boxes.empty() ? BoxesFile{} : read_boxes(options.boxes);
  if (!options.labels.empty() && !fs::is_directory(options.labels))
    throw InputError(ErrorCode::labels_missing, options.labels + ": no such folder");
  Progress progress(streams.err, "photos", options.photos.size(), stderr_is_terminal(), options.common.quiet);
  progress.say("loading " + options.models);
  const auto ensemble =
      Ensemble::load(options.models, ensemble_options(options.common, options.models, {}, streams));
  for (const auto& note : ensemble.notes()) progress.say(note);
  const auto answers = predict_all(ensemble, options, boxes);
  if (options.common.output() == Format::json) {
    Json photos = Json::array();
    for (std::size_t i = 0; i < answers.size(); ++i) photos.push_back(as_json(options.photos[i], answers[i]));
    streams.out << Json{{"format", 1},
                        {"manifest", ensemble.manifest().name},
                        {"demo", ensemble.manifest().demo},
                        {"device", to_string(ensemble.devices())},
                        {"engine", ensemble.engine_name()},
                        {"photos", photos}}
                       .dump(2, ' ', false, Json::error_handler_t::replace)
                << "\n";
    return status_of(answers);
  }
  if (ensemble.manifest().demo)
    streams.out << "DEMO checkpoints, fitted on drawn faces: these answers mean nothing for real skin.\n\n";
  for (std::size_t i = 0; i < answers.size(); ++i)
    streams.out << as_text(options.photos[i], answers[i]) << (i + 1 < answers.size() ? "\n" : "");
  return status_of(answers);
}

}  // namespace

void add_predict(CLI::App& program, Run& run) {
  auto options = std::make_shared<PredictOptions>();
  auto* command = program.add_subcommand("predict", "Grades and measurements of photographs");
  command->add_option("PHOTO", options->photos, "Photographs: JPEG, PNG, BMP, TIFF or WebP")->required();
  command->add_option("--models", options->models, "Manifest of the checkpoints")->required();
  auto* labels = command->add_option("--labels", options->labels, "Folder of label files, for the boxes");
  auto* boxes =
      command->add_option("--boxes", options->boxes,
                          "JSON file of boxes: {\"format\":1,\"photos\":{\"a.jpg\":{\"1\":[x1,y1,x2,y2]}}}");
  labels->excludes(boxes);
  add_ensemble_flags(*command, options->common);
  add_output_flags(*command, options->common);
  command->callback([&run, options] {
    if (options->labels.empty() && options->boxes.empty()) throw CLI::RequiredError("--labels or --boxes");
    run = [options](const Streams& s) { return predict(*options, s); };
  });
}

}  // namespace skingauge::app
