#include "skingauge/gpu_preparation.hpp"

#include "skingauge/error.hpp"
#include "skingauge/machine.hpp"

#include "ensemble/device_loading.hpp"
#include "ensemble/gpu_decoding.hpp"
#include "runtime/cuda_layers.hpp"
#include "runtime/fused_engine.hpp"
#include "runtime/memory_plan.hpp"

namespace skingauge {
namespace {

// The networks as the target would have them, none of it on a device.
std::vector<std::unique_ptr<DeviceNetwork>> planned_networks(const Manifest& manifest,
                                                             const std::vector<const ModelSpec*>& specs,
                                                             const GpuPreparationOptions& options,
                                                             const std::shared_ptr<CudaLayers>& layers) {
  std::vector<std::unique_ptr<DeviceNetwork>> networks;
  const ComputeDevice device{ComputeDevice::Kind::cuda, 0};
  for (const auto* spec : specs) {
    const auto* int8 = options.int8_ranges ? options.int8_ranges->of(*spec) : nullptr;
    EngineRequest request{*spec, manifest.preprocess, {}, device, options.precision, int8, options.cache, {}};
    auto network = plan_prepared_on_cuda(request, layers);
    if (!network) {
      const auto file = read_checked_model(manifest, *spec);
      request.file = file;
      network = plan_on_cuda(request, layers);
    }
    networks.push_back(std::move(network));
    if (options.progress) options.progress(networks.size(), specs.size());
  }
  return networks;
}

// What the ensemble that is prepared would be loaded with.
EnsembleOptions ensemble_options(const GpuPreparationOptions& options) {
  EnsembleOptions loading;
  loading.mode = options.mode;
  loading.batch = options.batch;
  loading.in_flight = options.in_flight;
  loading.in_flight = loading.in_flight_on({ComputeDevice::Kind::cuda, 0}, 1, usable_threads());
  return loading;
}

void add_memory(GpuPreparation& made, std::span<const NamedNetwork> networks, const Manifest& manifest,
                const GpuPreparationOptions& options, std::size_t memory) {
  MemoryRequest request;
  request.largest_batch = static_cast<std::size_t>(options.batch);
  request.free = memory;
  request.reserve = usual_reserve(memory);
  request.waiting_tiles = waiting_tiles(manifest, ensemble_options(options));
  request.decoding = options.jpeg == JpegDecoding::gpu ? gpu_decoding_bytes() : 0;
  const auto plan = plan_memory(networks, request);
  made.buckets = plan.buckets;
  made.lanes = plan.lanes.size();
  for (auto& row : memory_rows(plan, networks))
    made.memory.push_back({std::move(row.purpose), row.bytes, row.pinned});
}

}  // namespace

void GpuPreparationOptions::validate() const {
  const auto check = [](const char* field, int value, int low) {
    if (value < low || value > 1024)
      throw UsageError(ErrorCode::bad_option, std::string(field) + ": " + std::to_string(value) +
                                                  " is not in " + std::to_string(low) + "..1024");
  };
  check("batch", batch, 1);
  check("in_flight", in_flight, 0);
}

GpuPreparation prepare_for_gpu(const std::filesystem::path& path, const GpuPreparationOptions& options) {
  options.validate();
  const auto manifest = read_manifest(path);
  const auto gpu = options.target_json.empty() ? gpu_description(options.target)
                                               : gpu_of_properties(options.target_json, "target_json");
  const auto layers = make_cuda_layers({gpu, options.precision, options.cache});
  const auto specs = needed_models(manifest, options.mode);
  const auto networks = planned_networks(manifest, specs, options, layers);
  std::vector<NamedNetwork> named;
  for (std::size_t i = 0; i < networks.size(); ++i) named.push_back({specs[i]->id, networks[i].get()});
  GpuPreparation made;
  made.gpu = gpu.name;
  made.gpu_memory = gpu.memory;
  made.models = networks.size();
  add_memory(made, named, manifest, options, gpu.memory);
  made.notes = layers->ready();
  const auto counts = layers->counts();
  made.plans = counts.plans;
  made.restored = counts.restored;
  made.bare = counts.bare;
  return made;
}

std::vector<std::string> known_targets() { return known_gpus(); }

std::string target_description(const std::string& target) { return gpu_description(target).properties; }

std::string describe_target(int device) { return describe_gpu(device).properties; }

}  // namespace skingauge
