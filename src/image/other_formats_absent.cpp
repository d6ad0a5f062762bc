#include "skingauge/error.hpp"

#include "core/ascii.hpp"
#include "decoders.hpp"

#include <algorithm>

namespace skingauge {

Image decode_other(std::span<const std::byte> bytes, const ImageLimits& /*limits*/, const std::string& name) {
  throw InputError(ErrorCode::image_format,
                   name + ": not a JPEG picture (starts with " +
                       hex(bytes.first(std::min<std::size_t>(bytes.size(), 4)), " ") +
                       "); this build reads no other format");
}

}  // namespace skingauge
