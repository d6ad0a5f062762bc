#include "app/bench_commands.hpp"
#include "app/bench_figures.hpp"
#include "app/bench_input.hpp"
#include "app/child_process.hpp"
#include "app/int8_options.hpp"
#include "app/progress.hpp"
#include "app/regions.hpp"
#include "core/stopwatch.hpp"
#include "core/text_file.hpp"
#include "dataset/drawn_face.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPhoto = "drawn.jpg";

struct StartupOptions {
  CommonOptions common;
  std::string models;
  int processes{5};
  std::string folder;  ///< of the photograph and its boxes, for the process that is measured
};

// A drawn face as a file with its boxes, for as long as this lives.
class PhotoFolder {
 public:
  PhotoFolder() {
    auto name = (fs::temp_directory_path() / "skingauge-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw DiskError(ErrorCode::io_failed, name + ": cannot be made");
    path_ = name;
    const auto face = draw_face(kDrawnSeed);
    write_jpeg(path_ / kPhoto, face.photo);
    Json boxes;
    for (const auto& [facepart, box, swapped] : face.boxes)
      boxes[std::to_string(number(facepart))] = {box->x1, box->y1, box->x2, box->y2};
    write_text_file(path_ / "boxes.json", Json{{"format", 1}, {"photos", {{kPhoto, boxes}}}}.dump());
  }
  PhotoFolder(const PhotoFolder&) = delete;
  PhotoFolder& operator=(const PhotoFolder&) = delete;
  ~PhotoFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

// The process that is measured: loads, predicts once, tells when it was done.
ExitCode start_once(const StartupOptions& options, const Streams& streams) {
  const auto photo = fs::path(options.folder) / kPhoto;
  const Request request{
      .file = photo, .regions = regions_of(read_boxes(fs::path(options.folder) / "boxes.json").at(kPhoto))};
  const Stopwatch loading;
  const auto ensemble =
      Ensemble::load(options.models, ensemble_options(options.common, options.models, {}, streams));
  const double load = loading.seconds();
  const Stopwatch predicting;
  const auto face = ensemble.predict(request);
  const double first = predicting.seconds();
  const double done = steady_seconds();
  if (face.error) throw InputError(face.error->code, face.error->message);
  Json told{{"load_s", load},
            {"first_prediction_s", first},
            {"done_at", done},
            {"crops", face.crops},
            {"settings", ensemble_settings(ensemble)}};
  told.update(memory_figures(ensemble.device()));
  streams.out << told;
  return ExitCode::done;
}

std::vector<std::string> arguments_of(const StartupOptions& options, const fs::path& folder) {
  const auto& common = options.common;
  std::vector<std::string> arguments{"bench",
                                     "startup-once",
                                     folder.string(),
                                     "--models",
                                     options.models,
                                     "--mode",
                                     common.mode,
                                     "--device",
                                     common.device,
                                     "--precision",
                                     common.precision,
                                     "--engine",
                                     common.engine,
                                     "--batch",
                                     std::to_string(common.batch),
                                     "--threads",
                                     std::to_string(common.threads)};
  if (!common.cache.empty()) arguments.insert(arguments.end(), {"--cache", common.cache});
  if (!common.int8_ranges.empty()) arguments.insert(arguments.end(), {"--int8-ranges", common.int8_ranges});
  return arguments;
}

// What the process told, and how long it took from its start; its exit status where it failed.
std::variant<Json, ExitCode> measure_once(const StartupOptions& options, const fs::path& folder) {
  const auto child = run_self(arguments_of(options, folder));
  if (child.status != 0) return static_cast<ExitCode>(child.status);
  auto told = parse_json(child.out).value;
  told["process_to_first_prediction_s"] = told["done_at"].get<double>() - child.started;
  return told;
}

Json medians(const std::vector<Json>& starts) {
  Json json;
  for (const auto* figure :
       {"load_s", "first_prediction_s", "process_to_first_prediction_s", "peak_memory_gib"}) {
    json[figure] = median_of(starts, [&](const Json& start) { return start[figure].get<double>(); });
  }
  return json;
}

ExitCode bench_startup(const StartupOptions& options, const Streams& streams) {
  const PhotoFolder folder;
  Progress progress(streams.err, "processes", static_cast<std::size_t>(options.processes),
                    stderr_is_terminal(), options.common.quiet);
  std::vector<Json> starts;
  for (int process = 0; process <= options.processes; ++process) {
    auto start = measure_once(options, folder.path());
    if (const auto* failed = std::get_if<ExitCode>(&start)) return *failed;
    if (process > 0)
      starts.push_back(
          std::get<Json>(start));  // the first one warms the file cache and fills that of prepared networks
    progress.update(starts.size());
  }
  auto json = bench_object("startup");
  json.update(starts.front()["settings"]);
  json.update(Json{{"mode", options.common.mode},
                   {"threads", worker_count(options.common)},
                   {"photo", "drawn face"},
                   {"crops", starts.front()["crops"]},
                   {"file_cache", "warm"},
                   {"cache", !options.common.cache.empty()},
                   {"processes", starts.size()},
                   {"warm_up", 1}});
  json.update(medians(starts));
  json["device_memory_gib"] = starts.front()["device_memory_gib"];
  write_figures(json, options.common, streams);
  return ExitCode::done;
}

void add_shared_flags(CLI::App& command, StartupOptions& options) {
  command.add_option("--models", options.models, "Manifest of the checkpoints")->required();
  add_network_flags(command, options.common);
  add_flags(command, options.common, {Flag::threads});
}

}  // namespace

void add_bench_startup(CLI::App& bench, Run& run) {
  auto options = std::make_shared<StartupOptions>();
  auto* command = bench.add_subcommand("startup", "From the start of a process to its first prediction");
  add_shared_flags(*command, *options);
  command->add_option("--processes", options->processes, "Figures are medians over this many fresh processes")
      ->check(CLI::Range(1, 999))
      ->capture_default_str();
  add_output_flags(*command, options->common);
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return bench_startup(*options, s); }; });

  auto* once = bench.add_subcommand("startup-once", "What startup runs in each process")->group("");
  once->add_option("FOLDER", options->folder)->required();
  add_shared_flags(*once, *options);
  once->callback([&run, options] { run = [options](const Streams& s) { return start_once(*options, s); }; });
}

}  // namespace skingauge::app
