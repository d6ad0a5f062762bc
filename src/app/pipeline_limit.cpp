#include "app/pipeline_limit.hpp"

#include "app/bench_figures.hpp"

#include <algorithm>
#include <stdexcept>

namespace skingauge::app {
namespace {

PartsAlone mean(const PartsAlone& one, const PartsAlone& other) {
  return {(one.decode_core_s + other.decode_core_s) / 2, (one.network_core_s + other.network_core_s) / 2,
          (one.decoded_photos_per_s + other.decoded_photos_per_s) / 2,
          (one.network_photos_per_s + other.network_photos_per_s) / 2};
}

}  // namespace

double shared_cores_limit(int cores, double decode_core_s, double network_core_s) {
  return cores / (decode_core_s + network_core_s);
}

double own_device_limit(double decoded_photos_per_s, double network_photos_per_s) {
  return std::min(decoded_photos_per_s, network_photos_per_s);
}

std::vector<double> limits_between(std::span<const PartsAlone> parts, int cores, NetworksOn networks) {
  if (parts.size() < 2) throw std::invalid_argument("limits lie between two measurements of the parts");
  std::vector<double> limits;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const auto alone = mean(parts[i], parts[i + 1]);
    limits.push_back(networks == NetworksOn::shared_cores
                         ? shared_cores_limit(cores, alone.decode_core_s, alone.network_core_s)
                         : own_device_limit(alone.decoded_photos_per_s, alone.network_photos_per_s));
  }
  return limits;
}

std::vector<double> shares_of_limits(std::span<const double> reached, std::span<const double> limits) {
  if (reached.size() != limits.size()) throw std::invalid_argument("every round has one limit");
  std::vector<double> shares;
  for (std::size_t i = 0; i < reached.size(); ++i) shares.push_back(reached[i] / limits[i]);
  return shares;
}

std::string why_above_limit(const std::vector<double>& shares) {
  if (median(shares) <= 1) return {};
  if (percentile(shares, 0) <= 1) return "above 1 within what the rounds lie apart";
  return "above 1 in every round: alone the parts were slower than together, by more than the rounds lie "
         "apart";
}

}  // namespace skingauge::app
