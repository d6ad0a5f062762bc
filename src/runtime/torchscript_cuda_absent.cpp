#include "skingauge/error.hpp"

#include "runtime/torchscript_cuda.hpp"

namespace skingauge {

std::unique_ptr<Engine> make_torchscript_cuda_engine(const EngineRequest& request,
                                                     const CheckedModule& /*checked*/) {
  throw DeviceError(ErrorCode::device_unavailable, to_string(request.device) + ": this build has no CUDA");
}

std::string cudnn_version() { return "none"; }

}  // namespace skingauge
