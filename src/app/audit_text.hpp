// How an audit is shown.
#pragma once

#include "skingauge/audit.hpp"

#include <string>

namespace skingauge::app {

std::string audit_text(const AuditReport& report, const Dataset& dataset);
std::string audit_json(const AuditReport& report, const Dataset& dataset);

}  // namespace skingauge::app
