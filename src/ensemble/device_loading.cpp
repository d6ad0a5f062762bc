#include "ensemble/device_loading.hpp"

#include "skingauge/error.hpp"

#include "core/parallel_for.hpp"
#include "ensemble/gpu_decoding.hpp"
#include "runtime/device_network_engine.hpp"

#include <new>
#include <utility>

namespace skingauge {
namespace {

// Its engine as TorchScript, where that is what the user leaves open.
EngineChoice as_torchscript(const Manifest& manifest, const LoadedModel& model, const ComputeDevice& device,
                            EnsembleOptions options, const std::string& difference) {
  const auto& id = model.spec->id;
  if (options.factory || options.engine == EngineKind::fused || options.precision == Precision::int8)
    throw ModelError(ErrorCode::model_failed, id + " on " + to_string(device) + ": " + difference);
  options.engine = EngineKind::torchscript;
  auto choice = load_engine(manifest, *model.spec, device, options);
  const auto rest = choice.note.empty() ? "" : "; " + choice.note;
  choice.note = id + " runs as TorchScript: " + difference + rest;
  return choice;
}

std::unique_ptr<DeviceRunner> make_runner(LoadedDevice& device, std::vector<NamedNetwork> networks,
                                          const DeviceRunnerOptions& options) {
  const auto name = to_string(device.device);
  try {
    return std::make_unique<DeviceRunner>(*device.api, std::move(networks), options);
  } catch (const DeviceError& e) {
    throw DeviceError(e.code(), name + ": " + e.what());
  } catch (const std::bad_alloc&) {
    throw DeviceError(
        ErrorCode::device_unavailable,
        name + ": memory ran short while the models were made ready; a smaller batch needs less");
  }
}

// Of the engines that sit on the device, which get their numbers here.
std::vector<NamedNetwork> networks_of(LoadedDevice& device) {
  std::vector<NamedNetwork> networks;
  device.runner_model.assign(device.models.size(), std::nullopt);
  for (std::size_t m = 0; m < device.models.size(); ++m) {
    auto* engine = device.models[m].engine->on_device();
    if (engine == nullptr) continue;
    if (networks.empty()) device.api = engine->device();
    device.runner_model[m] = networks.size();
    networks.push_back({device.models[m].spec->id, &engine->network()});
  }
  return networks;
}

void replace_engine(LoadedDevice& device, std::size_t m, const Replace& replace, const std::string& reason) {
  auto& model = device.models[m];
  auto choice = replace(model, reason);
  device.runner_model[m].reset();
  model.engine = std::move(choice.engine);
  model.note = std::move(choice.note);
}

LoadedDevice load_device(const Manifest& manifest, const ComputeDevice& device,
                         const EnsembleOptions& options) {
  LoadedDevice made;
  made.device = device;
  made.models = load_models(manifest, device, options);
  const bool decodes = device.kind == ComputeDevice::Kind::cuda && options.jpeg == JpegDecoding::gpu;
  DeviceRunnerOptions running;
  running.largest_batch = static_cast<std::size_t>(options.batch_on(device));
  running.waiting_tiles = waiting_tiles(manifest, options);
  running.decoding = decodes ? gpu_decoding_bytes() : 0;
  start_runner(made, running, [&](const LoadedModel& model, const std::string& difference) {
    return as_torchscript(manifest, model, device, options, difference);
  });
  if (decodes) made.decoders = make_gpu_decoders(device.index, options.limits);
  return made;
}

}  // namespace

std::size_t waiting_tiles(const Manifest& manifest, const EnsembleOptions& options) {
  const auto models = needed_models(manifest, options.mode);
  std::size_t of_a_face = 0;
  for (const auto* model : models) of_a_face += 2 * model->faceparts.size();  // every crop may be thin
  return static_cast<std::size_t>(options.in_flight) * of_a_face +
         static_cast<std::size_t>(options.batch) * models.size();
}

void start_runner(LoadedDevice& device, const DeviceRunnerOptions& options, const Replace& replace) {
  auto networks = networks_of(device);
  if (networks.empty()) return;
  try {
    device.runner = make_runner(device, std::move(networks), options);
  } catch (const ModelError& e) {  // cuDNN refuses after all what it had planned
    for (std::size_t m = 0; m < device.models.size(); ++m) {
      if (device.runner_model[m]) replace_engine(device, m, replace, e.what());
    }
    return;
  }
  device.notes = device.runner->notes();
  for (std::size_t m = 0; m < device.models.size(); ++m) {
    const auto number = device.runner_model[m];
    if (!number || device.runner->difference(*number).empty()) continue;
    const auto reason = device.runner->difference(*number);
    device.runner->drop(*number);
    replace_engine(device, m, replace, reason);
  }
}

std::vector<LoadedDevice> load_devices(const Manifest& manifest, const std::vector<ComputeDevice>& devices,
                                       const EnsembleOptions& options) {
  std::vector<LoadedDevice> loaded(devices.size());
  const auto load = [&](std::size_t i) { loaded[i] = load_device(manifest, devices[i], options); };
  load(0);  // alone: what it keeps in the cache the others find there
  const auto others = devices.size() - 1;
  parallel_for(others, others, [&](std::size_t i) { load(i + 1); });
  return loaded;
}

}  // namespace skingauge
