// What the engines of one GPU share: the way to it, and the plans of layers of the same shape.
#pragma once

#include "skingauge/engine.hpp"

#include "runtime/cuda_layers.hpp"
#include "runtime/device_api.hpp"

#include <memory>
#include <mutex>

namespace skingauge {

/// Made for the engines of one device in one precision; each part is made when it is first asked for.
/// Thread-safe.
class SharedDevice {
 public:
  /// `request` is that of any of the engines. Throws DeviceError.
  std::shared_ptr<DeviceApi> api(const EngineRequest& request);
  std::shared_ptr<DeviceLayers> layers(const EngineRequest& request);

 private:
  std::shared_ptr<DeviceApi> api_locked(const EngineRequest& request);

  std::mutex mutex_;
  std::shared_ptr<DeviceApi> api_;
  std::shared_ptr<CudaLayers> layers_;
};

}  // namespace skingauge
