#include "runtime/multiply_add_loops.hpp"

namespace skingauge {

std::optional<MultiplyAddLoop> special_multiply_add_loop(Arithmetic /*arithmetic*/) { return std::nullopt; }

}  // namespace skingauge
