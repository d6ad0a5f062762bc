// The JPEG decoders of a GPU as an ensemble uses them.
#pragma once

#include "skingauge/image.hpp"

#include "runtime/gpu_decoder.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace skingauge {

/// Two decoders: one's host work lies beside the other's device work. What they are given of photographs is
/// within `limits`. Throws what make_nvjpeg_decoder throws.
std::vector<std::unique_ptr<GpuDecoder>> make_gpu_decoders(int device, const ImageLimits& limits);

/// Bytes of the device that such decoders take at most: their pictures, and as much again that nvJPEG holds.
std::size_t gpu_decoding_bytes() noexcept;

}  // namespace skingauge
