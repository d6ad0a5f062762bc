#include "runtime/multiply_add_loops.hpp"

namespace skingauge {

std::vector<MultiplyAddLoop> special_multiply_add_loops(Arithmetic /*arithmetic*/) { return {}; }

}  // namespace skingauge
