#include "runtime/fused_cuda_engine.hpp"

#include "runtime/cuda_layers.hpp"
#include "runtime/device_network_engine.hpp"
#include "runtime/fused_device_network.hpp"
#include "runtime/shared_device.hpp"

namespace skingauge {

std::string missing_for_cuda() { return cudnn_plan_version() == "none" ? "this build has no cuDNN" : ""; }

std::string cuda_identity() { return "weights for CUDA 1"; }

std::unique_ptr<DeviceNetwork> make_network_on_cuda(const EngineRequest& request, PreparedNetwork prepared,
                                                    std::shared_ptr<DeviceLayers> layers,
                                                    std::vector<std::uint8_t> tile) {
  return std::make_unique<FusedDeviceNetwork>(std::move(prepared), std::move(layers), request.preprocess.size,
                                              Normalisation(request.preprocess), std::move(tile));
}

std::unique_ptr<Engine> make_fused_cuda_engine(const EngineRequest& request, PreparedNetwork prepared,
                                               std::vector<std::uint8_t> tile) {
  const int size = request.preprocess.size;
  const auto shared = request.shared ? request.shared : std::make_shared<SharedDevice>();
  const auto count = multiply_adds(prepared.network, size, size);
  auto network = make_network_on_cuda(request, std::move(prepared), shared->layers(request), std::move(tile));
  return std::make_unique<DeviceNetworkEngine>(shared->api(request), std::move(network), request.model.id,
                                               count);
}

}  // namespace skingauge
