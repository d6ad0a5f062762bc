// From what a user asks for to devices that are there.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/machine.hpp"

#include <string>
#include <vector>

namespace skingauge {

struct DeviceChoice {
  std::vector<ComputeDevice> devices;  ///< at least one, each once
  std::string note;                    ///< why "auto" did not take a GPU; else empty
};

/// `text` is "auto", "cpu", "cuda" (the first GPU), "cuda:N", "cuda:N,M,..." or "all" (every GPU). Throws
/// UsageError for anything else, DeviceError device-unavailable with the reason where a GPU asked for is not
/// there.
DeviceChoice choose_device(const std::string& text, const CudaStatus& cuda);

}  // namespace skingauge
