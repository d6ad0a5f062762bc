#include "skingauge/error.hpp"
#include "skingauge/gpu_preparation.hpp"
#include "skingauge/machine.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "app/gpu_preparation_text.hpp"
#include "app/int8_options.hpp"
#include "core/json_file.hpp"
#include "runtime/compute_device.hpp"

#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace skingauge::app {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

std::string cuda_version(int version) {
  return version == 0 ? "none" : fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text.empty() ? "none" : text;
}

// Those that the device has instructions for.
std::vector<std::string> precisions(const ComputeDevice& device) {
  std::vector<std::string> found;
  for (const auto precision :
       {Precision::fp32, Precision::tf32, Precision::bf16, Precision::fp16, Precision::int8}) {
    if (has_instructions(device, precision)) found.emplace_back(to_string(precision));
  }
  return found;
}

Json machine_json(const MachineReport& m, const DeviceChoice& choice) {
  Json gpus = Json::array();
  for (const auto& gpu : m.cuda.gpus) {
    gpus.push_back({{"index", gpu.index},
                    {"name", gpu.name},
                    {"capability", fmt::format("{}.{}", gpu.capability_major, gpu.capability_minor)},
                    {"multiprocessors", gpu.multiprocessors},
                    {"memory_total_bytes", gpu.memory_total},
                    {"memory_free_bytes", gpu.memory_free}});
  }
  return {{"format", 1},
          {"skingauge", m.version},
          {"cpu", {{"model", m.cpu_model}, {"threads", m.cpu_threads}, {"features", m.cpu_features}}},
          {"memory_total_bytes", m.memory_total},
          {"libtorch", m.libtorch},
          {"onednn", m.onednn},
          {"cudnn", m.cudnn},
          {"cuda",
           {{"built", m.cuda.built},
            {"driver", cuda_version(m.cuda.driver_version)},
            {"runtime", cuda_version(m.cuda.runtime_version)},
            {"problem", m.cuda.problem},
            {"gpus", gpus}}},
          {"would_use",
           {{"device", to_string(choice.devices)},
            {"engine", to_string(preferred_engine(choice.devices.front()))},
            {"precisions", precisions(choice.devices.front())},
            {"note", choice.note}}}};
}

std::string as_text(const MachineReport& m, const DeviceChoice& choice) {
  std::string text;
  const auto line = [&](const char* name, const std::string& value) {
    text += fmt::format("{:<12} {}\n", name, value);
  };
  line("skingauge", m.version);
  line("cpu", fmt::format("{}, {} threads", m.cpu_model, m.cpu_threads));
  line("features", joined(m.cpu_features));
  line("memory", fmt::format("{:.1f} GiB", static_cast<double>(m.memory_total) / kGiB));
  line("libtorch", m.libtorch);
  line("onednn", m.onednn);
  line("cudnn", m.cudnn);
  line("cuda", m.cuda.built ? fmt::format("runtime {}, driver {}", cuda_version(m.cuda.runtime_version),
                                          cuda_version(m.cuda.driver_version))
                            : "not in this build");
  for (const auto& gpu : m.cuda.gpus) {
    line(fmt::format("gpu {}", gpu.index).c_str(),
         fmt::format("{}, sm_{}{}, {} multiprocessors, {:.1f} of {:.1f} GiB free", gpu.name,
                     gpu.capability_major, gpu.capability_minor, gpu.multiprocessors,
                     static_cast<double>(gpu.memory_free) / kGiB,
                     static_cast<double>(gpu.memory_total) / kGiB));
  }
  if (!m.cuda.problem.empty()) line("gpu", m.cuda.problem);
  line("would use", fmt::format("{}, engine {}; precisions at full speed: {}", to_string(choice.devices),
                                to_string(preferred_engine(choice.devices.front())),
                                joined(precisions(choice.devices.front()))));
  return text;
}

struct DoctorOptions {
  CommonOptions common;
  std::string models;
  std::string target;
  bool describe{false};
};

// Of the target, or of the first GPU that is here, as a description that 'models prepare' takes.
std::string description(const DoctorOptions& options) {
  if (!options.target.empty()) return target_description(options.target);
  const auto device = choose_device(options.common.device, query_cuda()).devices.front();
  if (device.kind != ComputeDevice::Kind::cuda)
    throw DeviceError(ErrorCode::device_unavailable, "there is no GPU to describe: " + query_cuda().problem);
  return describe_target(device.index);
}

// What the models' memory would go to.
ExitCode plan_of_memory(const DoctorOptions& options, const Streams& streams) {
  auto wanted = options.common.gpu_preparation();
  wanted.target = options.target;
  wanted.int8_ranges = ensemble_options(options.common, options.models, {}, streams).int8_ranges;
  if (wanted.target.empty()) {
    const auto choice = choose_device(options.common.device, query_cuda());
    if (choice.devices.front().kind != ComputeDevice::Kind::cuda)
      throw UsageError(ErrorCode::bad_option, "memory is planned for GPUs, and the device would be " +
                                                  to_string(choice.devices.front()) +
                                                  ": name a GPU that is not here with --target");
    wanted.target_json = describe_target(choice.devices.front().index);
  }
  const auto made = prepare_for_gpu(options.models, wanted);
  if (options.common.output() == Format::json) {
    streams.out << as_json(made).dump(2) << "\n";
  } else {
    streams.out << memory_text(made);
  }
  return ExitCode::done;
}

ExitCode doctor(const DoctorOptions& options, const Streams& streams) {
  if (options.describe) {
    streams.out << Json::parse(description(options)).dump(1) << "\n";
    return ExitCode::done;
  }
  if (!options.models.empty()) return plan_of_memory(options, streams);
  const auto machine = describe_machine();
  const auto choice = choose_device(options.common.device, machine.cuda);
  if (options.common.output() == Format::json) {
    streams.out << machine_json(machine, choice).dump(2) << "\n";
  } else {
    streams.out << as_text(machine, choice);
  }
  return ExitCode::done;
}

}  // namespace

void add_doctor(CLI::App& program, Run& run) {
  auto options = std::make_shared<DoctorOptions>();
  auto* command = program.add_subcommand("doctor", "What this machine offers, and what would be used");
  auto* models = command->add_option("--models", options->models,
                                     "Manifest: plans what its models' memory goes to on a GPU, instead");
  auto* describe = command->add_flag(
      "--describe-device", options->describe,
      "Writes the GPU's description, for 'models prepare --target FILE' elsewhere, instead");
  auto* target = command->add_option("--target", options->target, "A GPU that is not here, by name or file");
  add_output_flags(*command, options->common);
  add_flags(*command, options->common,
            {Flag::device, Flag::precision, Flag::int8_ranges, Flag::cache, Flag::jpeg, Flag::batch,
             Flag::in_flight, Flag::mode});
  for (const auto* name :
       {"--precision", "--int8-ranges", "--cache", "--jpeg", "--batch", "--in-flight", "--mode"})
    command->get_option(name)->needs(models);
  describe->excludes(models)->excludes(command->get_option("--format"));
  target->excludes(command->get_option("--device"));
  command->callback([&run, options, target] {
    if (*target && options->models.empty() && !options->describe)
      throw CLI::RequiredError("--target: --models or --describe-device");
    run = [options](const Streams& s) { return doctor(*options, s); };
  });
}

}  // namespace skingauge::app
