// The torchscript engine on CUDA; chosen by which source CMake compiles.
#pragma once

#include "runtime/checked_module.hpp"

#include <memory>
#include <string>

namespace skingauge {

/// As make_torchscript_engine, on request.device. Throws DeviceError device-unavailable in a build without
/// CUDA.
std::unique_ptr<Engine> make_torchscript_cuda_engine(const EngineRequest& request,
                                                     const CheckedModule& checked);

/// The cuDNN that LibTorch uses on CUDA, "9.19.0"; "none" in a build without CUDA.
std::string cudnn_version();

}  // namespace skingauge
