#include "evaluation/report/embedded.hpp"

namespace skingauge::report {

std::string_view plotly() noexcept { return {}; }

}  // namespace skingauge::report
