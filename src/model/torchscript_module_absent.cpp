#include "model/torchscript_version.hpp"

namespace skingauge {

std::string libtorch_version() { return "none"; }

}  // namespace skingauge
