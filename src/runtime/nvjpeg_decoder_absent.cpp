#include "skingauge/error.hpp"

#include "runtime/gpu_decoder.hpp"

namespace skingauge {

std::unique_ptr<GpuDecoder> make_nvjpeg_decoder(int device, const GpuDecoderOptions& options) {
  options.validate();
  throw DeviceError(ErrorCode::device_unavailable,
                    "cuda:" + std::to_string(device) + ": this build has no nvJPEG");
}

}  // namespace skingauge
