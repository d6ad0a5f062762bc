// Winograd's transforms compiled for a CPU's wider instructions, found at run time.
#pragma once

#include "runtime/winograd.hpp"

#include <optional>

namespace skingauge {

/// winograd_input and winograd_output.
struct WinogradVariant {
  void (*input)(const WinogradShape&, const float*, float*, std::size_t);
  void (*output)(const WinogradShape&, const float*, std::size_t, const WinogradEnd&, float*);
};

/// The fastest for this CPU; empty where the plain loops are.
std::optional<WinogradVariant> fast_winograd() noexcept;

}  // namespace skingauge
