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

CLI::Option* add_choice(CLI::App& command, const char* name, std::string& value,
                        const std::vector<std::string>& choices, const char* help) {
  return command.add_option(name, value, help)->check(CLI::IsMember(choices))->capture_default_str();
}

CLI::Option* add_count(CLI::App& command, const char* name, int& value, int most, const char* help) {
  return command.add_option(name, value, help)->check(CLI::Range(0, most))->capture_default_str();
}

CLI::Option* add_flag(CLI::App& command, CommonOptions& o, Flag flag) {
  switch (flag) {
    case Flag::device:
      return command.add_option("--device", o.device, "auto, cpu, cuda, cuda:N, cuda:N,M or all (GPUs)")
          ->capture_default_str();
    case Flag::precision:
      return add_choice(command, "--precision", o.precision, names(kPrecisions),
                        "Arithmetic of the networks");
    case Flag::int8_ranges:
      return command.add_option(
          "--int8-ranges", o.int8_ranges,
          "Ranges for precision int8, by 'models calibrate'; else int8-ranges.json beside the manifest");
    case Flag::cache:
      return command.add_option("--cache", o.cache,
                                "Folder that keeps prepared networks (fused): the next start is faster");
    case Flag::engine:
      return add_choice(command, "--engine", o.engine, names(kEngines), "What runs the networks");
    case Flag::jpeg:
      return add_choice(command, "--jpeg", o.jpeg, names(kJpegDecoding),
                        "Who decodes JPEG files: cpu, or the GPUs beside it (pixels then differ slightly)");
    case Flag::batch:
      return add_count(command, "--batch", o.batch, 1024,
                       "Tiles that go through a network together; 0: what suits the device");
    case Flag::threads:
      return add_count(command, "--threads", o.threads, 256, "Worker threads; 0: all this process may use");
    case Flag::in_flight:
      return add_count(command, "--in-flight", o.in_flight, 1024,
                       "Photographs under way at most; 0: as many as keep batches full");
    case Flag::mode:
      return add_choice(command, "--mode", o.mode, names(kModes),
                        "class (grades), regression (measurements) or both");
    case Flag::min_box_side:
      return command
          .add_option("--min-box-side", o.min_box_side,
                      "Leave out boxes narrower or lower than this many pixels; "
                      "instead of the manifest's limit")
          ->check(CLI::Range(1, 1 << 20));
  }
  return nullptr;
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

void add_flags(CLI::App& command, CommonOptions& options, std::initializer_list<Flag> flags) {
  for (const auto flag : flags) add_flag(command, options, flag);
}

void add_ensemble_flags(CLI::App& command, CommonOptions& options) {
  add_network_flags(command, options);
  add_flags(command, options, {Flag::jpeg, Flag::threads, Flag::in_flight, Flag::min_box_side});
}

void add_network_flags(CLI::App& command, CommonOptions& options) {
  add_flags(
      command, options,
      {Flag::device, Flag::precision, Flag::int8_ranges, Flag::cache, Flag::engine, Flag::batch, Flag::mode});
}

std::vector<Task> tasks(Mode mode) {
  std::vector<Task> result;
  for (const auto task : {Task::grade, Task::measurement}) {
    if (includes(mode, task)) result.push_back(task);
  }
  return result;
}

}  // namespace skingauge::app
