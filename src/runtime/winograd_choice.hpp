// Which layers are done by Winograd's products.
#pragma once

#include "skingauge/network.hpp"

#include "runtime/winograd.hpp"

#include <optional>

namespace skingauge {

/// The tile that should make `layer` fastest for `count` pictures of output shape `out`, or none where doing
/// it directly should be as fast. An estimate of multiplications, weights to read and transforms from figures
/// of one machine (docs/performance.md), the same on every machine, so that results are too.
std::optional<WinogradTile> choose_winograd(const Layer& layer, const ValueShape& out, int count) noexcept;

/// Of `count` pictures, how many go through the transforms together: as few as keep a product's matrices high
/// enough for their weights to be worth reading. Divides `count`.
int winograd_pictures_at_once(const WinogradShape& one, int count) noexcept;

}  // namespace skingauge
