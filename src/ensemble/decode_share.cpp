#include "ensemble/decode_share.hpp"

#include <algorithm>

namespace skingauge {

void DecodeShare::add(double& mean, double seconds) noexcept {
  constexpr double kWeight = 0.125;
  constexpr double kLeast = 1e-6;  // no clock says that it took no time at all
  const double took = std::max(seconds, kLeast);
  mean = mean > 0 ? mean + kWeight * (took - mean) : took;
}

std::size_t DecodeShare::of(std::size_t waiting, std::size_t most, bool worker_idle) const noexcept {
  if (waiting == 0) return 0;
  const bool known = worker_seconds_ > 0 && decoder_seconds_ > 0;
  const double slower = known ? worker_seconds_ / decoder_seconds_ : 1.0;  // workers, times as slow
  const double all = static_cast<double>(workers_) + static_cast<double>(decoders_) * slower;
  const auto share = static_cast<std::size_t>(static_cast<double>(waiting) * slower / all);
  if (share == 0) return worker_idle ? 0 : 1;
  return std::min(share, most);
}

}  // namespace skingauge
