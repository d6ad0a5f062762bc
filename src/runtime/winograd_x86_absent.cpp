#include "runtime/winograd_variant.hpp"

namespace skingauge {

std::vector<WinogradVariant> special_winograd() { return {}; }

}  // namespace skingauge
