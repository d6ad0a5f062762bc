#include "evaluation/report/embedded.hpp"

#include "evaluation/report/embed.hpp"

SKINGAUGE_EMBED(skingauge_report_css, SKINGAUGE_REPORT_CSS);
SKINGAUGE_EMBED(skingauge_report_js, SKINGAUGE_REPORT_JS);

namespace skingauge::report {

std::string_view style_sheet() noexcept { return {skingauge_report_css_begin, skingauge_report_css_end}; }

std::string_view script() noexcept { return {skingauge_report_js_begin, skingauge_report_js_end}; }

}  // namespace skingauge::report
