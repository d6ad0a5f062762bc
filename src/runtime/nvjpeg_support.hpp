// nvJPEG's objects and errors: owners, one check, and what a failure says of one photograph.
#pragma once

#include "runtime/gpu_decoder.hpp"

#include <memory>

#include <cuda_runtime_api.h>
#include <nvjpeg.h>

namespace skingauge {

/// nvJPEG's name of it.
const char* name_of(nvjpegStatus_t status) noexcept;

/// Throws std::bad_alloc where memory is short, else DeviceError device-failed naming the call and nvJPEG's
/// name of the error.
void check_nvjpeg(nvjpegStatus_t status, const char* call);

/// What a status of a call for one photograph means for that photograph; empty for success. Waits for the
/// stream where the failure may be the device's: throws DeviceError device-failed if it is.
GpuOutcome refusal_of(nvjpegStatus_t status, cudaStream_t stream);

template <auto kDestroy>
struct NvjpegDestroy {
  template <class Object>
  void operator()(Object* object) const noexcept {
    static_cast<void>(kDestroy(object));
  }
};

using NvjpegHandle = std::unique_ptr<nvjpegHandle, NvjpegDestroy<nvjpegDestroy>>;
using NvjpegState = std::unique_ptr<nvjpegJpegState, NvjpegDestroy<nvjpegJpegStateDestroy>>;
using NvjpegFile = std::unique_ptr<nvjpegJpegStream, NvjpegDestroy<nvjpegJpegStreamDestroy>>;
using NvjpegDecoder = std::unique_ptr<nvjpegJpegDecoder, NvjpegDestroy<nvjpegDecoderDestroy>>;
using NvjpegParams = std::unique_ptr<nvjpegDecodeParams, NvjpegDestroy<nvjpegDecodeParamsDestroy>>;
using NvjpegPinned = std::unique_ptr<nvjpegBufferPinned, NvjpegDestroy<nvjpegBufferPinnedDestroy>>;
using NvjpegDevice = std::unique_ptr<nvjpegBufferDevice, NvjpegDestroy<nvjpegBufferDeviceDestroy>>;

/// An object that a call makes through its last argument: make_nvjpeg<NvjpegFile>("nvjpegJpegStreamCreate",
/// nvjpegJpegStreamCreate, handle).
template <class Owner, class Create, class... Arguments>
Owner make_nvjpeg(const char* call, Create create, Arguments... arguments) {
  typename Owner::pointer made = nullptr;
  check_nvjpeg(create(arguments..., &made), call);
  return Owner(made);
}

}  // namespace skingauge
