#include "runtime/winograd_variant.hpp"

namespace skingauge {

std::optional<WinogradVariant> fast_winograd() noexcept { return std::nullopt; }

}  // namespace skingauge
