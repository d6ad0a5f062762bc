#include "ensemble/device_loading.hpp"

#include "skingauge/error.hpp"

#include "runtime/device_network_engine.hpp"

#include <new>
#include <utility>

namespace skingauge {
namespace {

// Its engine as TorchScript, where that is what the user leaves open.
EngineChoice as_torchscript(const Manifest& manifest, const LoadedModel& model, const ComputeDevice& device,
                            EnsembleOptions options, const std::string& difference) {
  const auto& id = model.spec->id;
  if (options.factory || options.engine == EngineKind::fused)
    throw ModelError(ErrorCode::model_failed, id + " on " + to_string(device) + ": " + difference);
  options.engine = EngineKind::torchscript;
  auto choice = load_engine(manifest, *model.spec, device, options);
  choice.note = id + " runs as TorchScript: " + difference;
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

}  // namespace

void start_runner(LoadedDevice& device, const DeviceRunnerOptions& options, const Replace& replace) {
  std::vector<NamedNetwork> networks;
  device.runner_model.assign(device.models.size(), std::nullopt);
  for (std::size_t m = 0; m < device.models.size(); ++m) {
    auto* engine = device.models[m].engine->on_device();
    if (engine == nullptr) continue;
    if (networks.empty()) device.api = engine->device();
    device.runner_model[m] = networks.size();
    networks.push_back({device.models[m].spec->id, &engine->network()});
  }
  if (networks.empty()) return;
  device.runner = make_runner(device, std::move(networks), options);
  for (std::size_t m = 0; m < device.models.size(); ++m) {
    auto& number = device.runner_model[m];
    if (!number || device.runner->difference(*number).empty()) continue;
    auto choice = replace(device.models[m], device.runner->difference(*number));
    device.runner->drop(*number);
    number.reset();
    device.models[m].engine = std::move(choice.engine);
    device.models[m].note = std::move(choice.note);
  }
}

std::vector<LoadedDevice> load_devices(const Manifest& manifest, const std::vector<ComputeDevice>& devices,
                                       const EnsembleOptions& options) {
  std::vector<LoadedDevice> loaded;
  for (const auto& device : devices) {
    auto& made = loaded.emplace_back();
    made.device = device;
    made.models = load_models(manifest, device, options);
    DeviceRunnerOptions running;
    running.largest_batch = static_cast<std::size_t>(options.batch_on(device));
    start_runner(made, running, [&](const LoadedModel& model, const std::string& difference) {
      return as_torchscript(manifest, model, device, options, difference);
    });
  }
  return loaded;
}

}  // namespace skingauge
