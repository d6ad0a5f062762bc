// Winograd's loops compiled for a CPU's wider instructions, found at run time.
#pragma once

#include "runtime/winograd.hpp"

#include <string_view>
#include <vector>

namespace skingauge {

/// winograd_input, winograd_products and winograd_output.
struct WinogradVariant {
  std::string_view instructions;
  void (*input)(const WinogradShape&, const float*, float*, std::size_t);
  void (*products)(const WinogradShape&, const WinogradMatrices&);
  void (*output)(const WinogradShape&, const float*, std::size_t, const WinogradEnd&, float*);
};

/// Those in instructions that not every CPU of this kind has but the one at hand; the fastest first.
std::vector<WinogradVariant> special_winograd();

/// All that can run here; the first is the one in use, the last the plain one.
std::vector<WinogradVariant> winograd_variants();

}  // namespace skingauge
