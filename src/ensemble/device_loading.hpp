// The models of an ensemble on each of its devices, ready to run.
#pragma once

#include "ensemble/engine_loading.hpp"
#include "runtime/device_runner.hpp"
#include "runtime/gpu_decoder.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

/// A device with an engine of every model. The engines that sit on the device are driven by its runner.
struct LoadedDevice {
  ComputeDevice device;
  std::shared_ptr<DeviceApi> api;   ///< of the runner
  std::vector<LoadedModel> models;  ///< the same on every device, in the manifest's order
  std::vector<std::optional<std::size_t>> runner_model;  ///< by model: its number in the runner
  std::unique_ptr<DeviceRunner> runner;                  ///< null where no engine needs one
  std::vector<std::unique_ptr<GpuDecoder>> decoders{};   ///< of JPEG files, each for a thread of its own
  std::vector<std::string> notes{};                      ///< of the device as a whole, a line each
};

/// The models a mode needs, on each device, and decoders of JPEG files where they are asked for. `options`
/// has `batch` and `in_flight` as they are used. Throws what load_models and make_gpu_decoders throw, and
/// what the first device that cannot be started says.
std::vector<LoadedDevice> load_devices(const Manifest& manifest, const std::vector<ComputeDevice>& devices,
                                       const EnsembleOptions& options);

/// Tiles of photographs under way that wait for one device at most: all of them, and a batch of each model
/// that is being filled.
std::size_t waiting_tiles(const Manifest& manifest, const EnsembleOptions& options);

/// Another engine for a model whose known answer differs or that does not run, with a note; throws where
/// there is none.
using Replace = std::function<EngineChoice(const LoadedModel& model, const std::string& reason)>;

/// Makes the runner of a device's engines, where there are such. Where a network of them does not run at all,
/// all are replaced. Throws DeviceError: as DeviceRunner does, and device-unavailable where memory runs
/// short.
void start_runner(LoadedDevice& device, const DeviceRunnerOptions& options, const Replace& replace);

}  // namespace skingauge
