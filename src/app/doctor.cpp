#include "skingauge/machine.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"
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

Json as_json(const MachineReport& m, const DeviceChoice& choice) {
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

ExitCode doctor(const CommonOptions& options, const Streams& streams) {
  const auto machine = describe_machine();
  const auto choice = choose_device(options.device, machine.cuda);
  if (options.output() == Format::json) {
    streams.out << as_json(machine, choice).dump(2) << "\n";
  } else {
    streams.out << as_text(machine, choice);
  }
  return ExitCode::done;
}

}  // namespace

void add_doctor(CLI::App& program, Run& run) {
  auto options = std::make_shared<CommonOptions>();
  auto* command = program.add_subcommand("doctor", "What this machine offers, and what would be used");
  add_output_flags(*command, *options);
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command->callback([&run, options] { run = [options](const Streams& s) { return doctor(*options, s); }; });
}

}  // namespace skingauge::app
