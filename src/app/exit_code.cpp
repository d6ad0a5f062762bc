#include "app/exit_code.hpp"

namespace skingauge::app {

ExitCode exit_code(const Error& error) noexcept {
  if (dynamic_cast<const UsageError*>(&error) != nullptr) return ExitCode::usage;
  if (dynamic_cast<const ModelError*>(&error) != nullptr) return ExitCode::model;
  if (dynamic_cast<const DeviceError*>(&error) != nullptr) return ExitCode::device;
  if (dynamic_cast<const DiskError*>(&error) != nullptr) return ExitCode::disk;
  if (dynamic_cast<const InputError*>(&error) != nullptr) return ExitCode::input;
  return ExitCode::internal;
}

}  // namespace skingauge::app
