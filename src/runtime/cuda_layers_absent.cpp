#include "skingauge/error.hpp"

#include "runtime/cuda_layers.hpp"

namespace skingauge {

std::shared_ptr<CudaLayers> make_cuda_layers(CudaLayersOptions /*options*/) {
  throw DeviceError(ErrorCode::device_unavailable, "this build has no cuDNN");
}

std::string cudnn_plan_version() { return "none"; }

GpuDescription describe_gpu(int index) {
  throw DeviceError(ErrorCode::device_unavailable,
                    "cuda:" + std::to_string(index) + ": this build has no cuDNN");
}

}  // namespace skingauge
