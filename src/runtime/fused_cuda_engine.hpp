// The fused engine on an NVIDIA GPU.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/network.hpp"

#include "runtime/device_layers.hpp"
#include "runtime/device_network.hpp"
#include "runtime/prepared_network.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// Why a GPU cannot run fused with this build; empty where it can.
std::string missing_for_cuda();

/// What prepared weights depend on besides checkpoint, preprocessing and precision.
std::string cuda_identity();

/// On request.device, from prepare_for_device's weights; `tile` is the one with the known answer, to which
/// the network is held once it is on the device. Throws std::invalid_argument for a network that has no form
/// there, DeviceError.
std::unique_ptr<Engine> make_fused_cuda_engine(const EngineRequest& request, PreparedNetwork prepared,
                                               std::vector<std::uint8_t> tile);

/// The network alone, as `layers` run it or would.
std::unique_ptr<DeviceNetwork> make_network_on_cuda(const EngineRequest& request, PreparedNetwork prepared,
                                                    std::shared_ptr<DeviceLayers> layers,
                                                    std::vector<std::uint8_t> tile);

}  // namespace skingauge
