// Fused networks for a GPU that need not be here; engines are made through skingauge/engine.hpp.
#pragma once

#include "skingauge/engine.hpp"

#include "runtime/device_layers.hpp"
#include "runtime/device_network.hpp"

#include <memory>

namespace skingauge {

/// The network of a model as `layers` would run it, out of request.cache; null where there is none that fits.
/// request.file and request.device are not touched. Throws ModelError where this build or precision has no
/// form on a GPU.
std::unique_ptr<DeviceNetwork> plan_prepared_on_cuda(const EngineRequest& request,
                                                     std::shared_ptr<DeviceLayers> layers);

/// The same from the checkpoint; its weights are kept in request.cache. Throws ModelError where the network
/// has no form on a GPU, DiskError.
std::unique_ptr<DeviceNetwork> plan_on_cuda(const EngineRequest& request,
                                            std::shared_ptr<DeviceLayers> layers);

}  // namespace skingauge
