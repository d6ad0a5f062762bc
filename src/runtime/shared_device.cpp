#include "runtime/shared_device.hpp"

namespace skingauge {

std::shared_ptr<DeviceApi> SharedDevice::api(const EngineRequest& request) {
  const std::lock_guard lock(mutex_);
  return api_locked(request);
}

std::shared_ptr<DeviceLayers> SharedDevice::layers(const EngineRequest& request) {
  const std::lock_guard lock(mutex_);
  if (!layers_) {
    const int index = request.device.index;
    layers_ =
        make_cuda_layers({describe_gpu(index), request.precision, request.cache, api_locked(request), index});
  }
  return layers_;
}

std::shared_ptr<DeviceApi> SharedDevice::api_locked(const EngineRequest& request) {
  if (!api_) api_ = cuda_device_api(request.device.index);
  return api_;
}

}  // namespace skingauge
