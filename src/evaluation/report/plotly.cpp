#include "evaluation/report/embed.hpp"
#include "evaluation/report/embedded.hpp"

SKINGAUGE_EMBED(skingauge_plotly_js, SKINGAUGE_PLOTLY_JS);

namespace skingauge::report {

std::string_view plotly() noexcept { return {skingauge_plotly_js_begin, skingauge_plotly_js_end}; }

}  // namespace skingauge::report
