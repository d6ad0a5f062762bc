#include "skingauge/gpu_preparation.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "app/gpu_preparation_text.hpp"
#include "app/int8_options.hpp"
#include "app/progress.hpp"
#include "core/stopwatch.hpp"

#include <memory>
#include <optional>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace skingauge::app {
namespace {

struct PrepareOptions {
  CommonOptions common;
  std::string manifest;
  std::string target;
};

// For a GPU that is not here: by its description.
ExitCode prepare_for_target(const PrepareOptions& options, const Streams& streams) {
  auto wanted = options.common.gpu_preparation();
  wanted.target = options.target;
  wanted.int8_ranges = ensemble_options(options.common, options.manifest, {}, streams).int8_ranges;
  std::optional<Progress> progress;
  wanted.progress = [&](std::size_t done, std::size_t all) {
    if (!progress) progress.emplace(streams.err, "models", all, stderr_is_terminal(), options.common.quiet);
    progress->update(done);
  };
  const Stopwatch clock;
  const auto made = prepare_for_gpu(options.manifest, wanted);
  progress.reset();
  if (options.common.output() == Format::json) {
    streams.out << as_json(made).dump(2) << "\n";
    return ExitCode::done;
  }
  streams.out << memory_text(made)
              << fmt::format("{}: {} models in {}, {} plans ({} from the cache, {} not fused), {:.1f} s\n",
                             options.common.cache, made.models, options.common.precision, made.plans,
                             made.restored, made.bare, clock.seconds());
  for (const auto& note : made.notes) streams.out << note << "\n";
  return ExitCode::done;
}

// For the devices that are here: their first start with this cache measures plans and keeps them.
ExitCode prepare_here(const PrepareOptions& options, const Streams& streams) {
  const Stopwatch clock;
  const auto ensemble =
      Ensemble::load(options.manifest, ensemble_options(options.common, options.manifest, {}, streams));
  if (options.common.output() == Format::json) {
    streams.out << Json{{"format", 1},
                        {"cache", options.common.cache},
                        {"device", to_string(ensemble.device())},
                        {"precision", options.common.precision},
                        {"engine", ensemble.engine_name()},
                        {"seconds", clock.seconds()},
                        {"notes", ensemble.notes()}}
                       .dump(2, ' ', false, Json::error_handler_t::replace)
                << "\n";
    return ExitCode::done;
  }
  for (const auto& note : ensemble.notes()) {
    if (!options.common.quiet) streams.err << "skingauge: " << note << "\n";
  }
  streams.out << fmt::format("{}: prepared for {} in {}, engine {}, {:.1f} s\n", options.common.cache,
                             to_string(ensemble.device()), options.common.precision, ensemble.engine_name(),
                             clock.seconds());
  return ExitCode::done;
}

}  // namespace

void add_models_prepare(CLI::App& models, Run& run) {
  auto* command = models.add_subcommand(
      "prepare", "Keeps weights and plans as a device needs them, so that starting there is quick");
  auto options = std::make_shared<PrepareOptions>();
  options->common.precision = "fp16";
  options->common.batch = GpuPreparationOptions{}.batch;
  command->add_option("MANIFEST", options->manifest, "Manifest file")->required();
  auto* target =
      command->add_option("--target", options->target,
                          fmt::format("A GPU that is not here: {}, or a file of 'doctor --describe-device'; "
                                      "without it the devices that are here",
                                      fmt::join(known_targets(), ", ")));
  add_output_flags(*command, options->common);
  add_network_flags(*command, options->common);
  add_flags(*command, options->common, {Flag::jpeg, Flag::in_flight});
  command->get_option("--cache")->required();
  target->excludes(command->get_option("--device"))->excludes(command->get_option("--engine"));
  command->callback([&run, options] {
    run = [options](const Streams& s) {
      return options->target.empty() ? prepare_here(*options, s) : prepare_for_target(*options, s);
    };
  });
}

}  // namespace skingauge::app
