// Files that are part of the library: what a report needs to stand alone. They are linked in by the assembler
// when the library is built.
#pragma once

#include <string_view>

namespace skingauge::report {

std::string_view style_sheet() noexcept;  ///< report.css
std::string_view script() noexcept;       ///< report.js
/// plotly.min.js with its licence in its head; empty in a build that found none.
std::string_view plotly() noexcept;

}  // namespace skingauge::report
