// From what a user asks for to a device that is there.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/machine.hpp"

#include <string>

namespace skingauge {

struct DeviceChoice {
  ComputeDevice device;
  std::string note;  ///< why "auto" did not take a GPU; else empty
};

/// `text` is "auto", "cpu", "cuda" or "cuda:N". Throws UsageError for anything else, DeviceError
/// device-unavailable with the reason where the named GPU is not there.
DeviceChoice choose_device(const std::string& text, const CudaStatus& cuda);

}  // namespace skingauge
