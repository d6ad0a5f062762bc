#include "app/bench_figures.hpp"

#include "app/table.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <ostream>
#include <stdexcept>

#include <fmt/format.h>
#include <sys/resource.h>

namespace skingauge::app {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

bool is_table(const Json& value) { return value.is_array() && !value.empty() && value.front().is_object(); }

std::string plain(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{:.4g}", value.get<double>());
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const auto& entry : value) text += (text.empty() ? "" : " ") + plain(entry);
  return text;
}

std::string table_text(const Json& rows) {
  std::vector<Table::Column> columns;
  columns.reserve(rows.front().size());
  for (const auto& [name, value] : rows.front().items()) columns.push_back({name, value.is_number()});
  Table table(columns);
  for (const auto& row : rows) {
    std::vector<std::string> cells;
    cells.reserve(columns.size());
    for (const auto& column : columns) cells.push_back(plain(row.value(column.title, Json())));
    table.add(std::move(cells));
  }
  return table.text();
}

void append_lines(std::string& text, const std::string& prefix, const Json& object) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      append_lines(text, prefix + key + ".", value);
    } else if (!is_table(value)) {
      text += fmt::format("{:<40} {}\n", prefix + key, plain(value));
    }
  }
}

// Not getrusage: there a process inherits the peak of the one that started it.
double peak_memory_gib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return 1024.0 * std::stod(line.substr(6)) / kGiB;
  }
  return 0;
}

}  // namespace

double percentile(std::vector<double> values, double percent) {
  if (values.empty() || !(percent >= 0 && percent <= 100))
    throw std::invalid_argument("a percentile needs values, and 0..100");
  std::sort(values.begin(), values.end());
  const double place = percent / 100 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], place - static_cast<double>(below));
}

double median(std::vector<double> values) { return percentile(std::move(values), 50); }

void add_spread(Json& json, const std::string& name, const std::vector<double>& rounds) {
  json[name] = median(rounds);
  json[name + "_min"] = percentile(rounds, 0);
  json[name + "_max"] = percentile(rounds, 100);
}

Json ratio(double a, double b) { return b == 0 ? Json() : Json(a / b); }

Json device_memory_gib(const ComputeDevice& device, const CudaStatus& cuda) {
  if (device.kind == ComputeDevice::Kind::cpu) return {};
  for (const auto& gpu : cuda.gpus) {
    if (gpu.index == device.index) return static_cast<double>(gpu.memory_total - gpu.memory_free) / kGiB;
  }
  return {};
}

Json memory_figures(const ComputeDevice& device) {
  const auto cuda = query_cuda(device.kind == ComputeDevice::Kind::cuda);
  return {{"peak_memory_gib", peak_memory_gib()}, {"device_memory_gib", device_memory_gib(device, cuda)}};
}

double process_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Json bench_object(const char* bench) {
  const auto machine = describe_machine();
  Json gpus = Json::array();
  for (const auto& gpu : machine.cuda.gpus) gpus.push_back(gpu.name);
  return {{"format", 2},
          {"bench", bench},
          {"versions",
           {{"skingauge", machine.version},
            {"libtorch", machine.libtorch},
            {"onednn", machine.onednn},
            {"cudnn", machine.cudnn}}},
          {"machine",
           {{"cpu", machine.cpu_model},
            {"cores", machine.cpu_threads},
            {"features", machine.cpu_features},
            {"memory_gib", static_cast<double>(machine.memory_total) / kGiB},
            {"gpus", gpus}}}};
}

Json ensemble_settings(const Ensemble& ensemble) {
  const auto& options = ensemble.options();
  return {{"manifest", ensemble.manifest().name},
          {"demo", ensemble.manifest().demo},
          {"engine", ensemble.engine_name()},
          {"device", to_string(ensemble.devices())},
          {"precision", to_string(options.precision)},
          {"batch", options.batch},
          {"min_box_side", ensemble.manifest().preprocess.min_box_side}};
}

int worker_count(const CommonOptions& options) {
  return options.threads == 0 ? usable_threads() : options.threads;
}

void write_figures(const Json& figures, const CommonOptions& options, const Streams& streams) {
  streams.out << (options.output() == Format::json ? figures.dump(2) + "\n" : figures_text(figures));
}

std::string figures_text(const Json& figures) {
  std::string text;
  append_lines(text, "", figures);
  for (const auto& [key, value] : figures.items()) {
    if (is_table(value)) text += "\n" + key + "\n" + table_text(value);
  }
  return text;
}

}  // namespace skingauge::app
