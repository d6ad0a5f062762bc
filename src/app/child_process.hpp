// This program again, as a fresh process.
#pragma once

#include <string>
#include <vector>

namespace skingauge::app {

struct ChildOutcome {
  int status{0};      ///< its exit status; 128 + n where signal n ended it
  std::string out;    ///< its standard output
  double started{0};  ///< seconds of the steady clock just before it was started
};

/// Runs this program with these arguments and waits for it. Its standard error is ours. Throws
/// DeviceError device-failed where the system starts no process.
ChildOutcome run_self(const std::vector<std::string>& arguments);

/// Seconds of the steady clock, which all processes of a machine share.
double steady_seconds();

}  // namespace skingauge::app
