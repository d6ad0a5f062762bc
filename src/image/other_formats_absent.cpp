#include "skingauge/error.hpp"

#include "decoders.hpp"
#include "foreign_formats.hpp"

namespace skingauge {

Image decode_other(std::span<const std::byte> bytes, const ImageLimits& /*limits*/, const std::string& name) {
  throw InputError(ErrorCode::image_format,
                   name + ": " + describe_unreadable(bytes, "JPEG") + "; this build reads no other format");
}

}  // namespace skingauge
