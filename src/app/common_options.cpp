#include "app/common_options.hpp"

#include <map>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

const std::map<std::string, Precision> kPrecisions{{"fp32", Precision::fp32},
                                                   {"tf32", Precision::tf32},
                                                   {"bf16", Precision::bf16},
                                                   {"fp16", Precision::fp16},
                                                   {"int8", Precision::int8}};
const std::map<std::string, EngineKind> kEngines{
    {"auto", EngineKind::automatic}, {"fused", EngineKind::fused}, {"torchscript", EngineKind::torchscript}};
const std::map<std::string, JpegDecoding> kJpegDecoding{{"cpu", JpegDecoding::cpu},
                                                        {"gpu", JpegDecoding::gpu}};
const std::map<std::string, Mode> kModes{
    {"class", Mode::classification}, {"regression", Mode::regression}, {"both", Mode::both}};

template <class Value>
std::vector<std::string> names(const std::map<std::string, Value>& choices) {
  std::vector<std::string> result;
  result.reserve(choices.size());
  for (const auto& [name, value] : choices) result.push_back(name);
  return result;
}

}  // namespace

EnsembleOptions CommonOptions::ensemble() const {
  EnsembleOptions options;
  options.device = device;
  options.precision = kPrecisions.at(precision);
  options.engine = kEngines.at(engine);
  options.mode = kModes.at(mode);
  options.jpeg = kJpegDecoding.at(jpeg);
  options.cache = cache;
  options.batch = batch;
  options.threads = threads;
  options.in_flight = in_flight;
  if (min_box_side > 0) options.min_box_side = min_box_side;
  return options;
}

GpuPreparationOptions CommonOptions::gpu_preparation() const {
  const auto loading = ensemble();
  GpuPreparationOptions options;
  options.precision = loading.precision;
  options.mode = loading.mode;
  options.batch = loading.batch_on({ComputeDevice::Kind::cuda, 0});
  options.jpeg = loading.jpeg;
  options.in_flight = loading.in_flight;
  options.cache = loading.cache;
  return options;
}

void add_output_flags(CLI::App& command, CommonOptions& options) {
  command.add_option("--format", options.format, "Results as text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command.add_flag("--quiet", options.quiet, "No progress and no notes on standard error");
}

void add_compute_flags(CLI::App& command, CommonOptions& options) {
  command.add_option("--device", options.device, "auto, cpu, cuda, cuda:N, cuda:N,M or all (GPUs)")
      ->capture_default_str();
  command.add_option("--precision", options.precision, "Arithmetic of the networks")
      ->check(CLI::IsMember(names(kPrecisions)))
      ->capture_default_str();
  command.add_option(
      "--int8-ranges", options.int8_ranges,
      "Ranges for precision int8, by 'models calibrate'; else int8-ranges.json beside the manifest");
  command.add_option("--cache", options.cache,
                     "Folder that keeps prepared networks (fused): the next start is faster");
  command.add_option("--engine", options.engine, "What runs the networks")
      ->check(CLI::IsMember(names(kEngines)))
      ->capture_default_str();
  command
      .add_option("--jpeg", options.jpeg,
                  "Who decodes JPEG files: cpu, or the GPUs beside it (pixels then differ slightly)")
      ->check(CLI::IsMember(names(kJpegDecoding)))
      ->capture_default_str();
  command
      .add_option("--batch", options.batch,
                  "Tiles that go through a network together; 0: what suits the device")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command.add_option("--threads", options.threads, "Worker threads; 0: all this process may use")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  command
      .add_option("--in-flight", options.in_flight,
                  "Photographs under way at most; 0: as many as keep batches full")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
}

void add_mode_flag(CLI::App& command, CommonOptions& options) {
  command.add_option("--mode", options.mode, "class (grades), regression (measurements) or both")
      ->check(CLI::IsMember(names(kModes)))
      ->capture_default_str();
}

void add_prediction_flags(CLI::App& command, CommonOptions& options) {
  add_mode_flag(command, options);
  command
      .add_option("--min-box-side", options.min_box_side,
                  "Leave out boxes narrower or lower than this many pixels; "
                  "instead of the manifest's limit")
      ->check(CLI::Range(1, 1 << 20));
}

std::vector<Task> tasks(Mode mode) {
  std::vector<Task> result;
  for (const auto task : {Task::grade, Task::measurement}) {
    if (includes(mode, task)) result.push_back(task);
  }
  return result;
}

}  // namespace skingauge::app
