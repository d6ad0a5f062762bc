#include "skingauge/error.hpp"

#include "runtime/device_api.hpp"

#include <string>

namespace skingauge {

std::unique_ptr<DeviceApi> cuda_device_api(int index) {
  throw DeviceError(ErrorCode::device_unavailable,
                    "cuda:" + std::to_string(index) + ": this build has no CUDA");
}

}  // namespace skingauge
