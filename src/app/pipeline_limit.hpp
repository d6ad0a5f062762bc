// What the parts of the pipeline, each measured alone, allow the whole.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace skingauge::app {

/// Photographs a second where decoding and networks share the cores. Core-seconds are of one photograph.
double shared_cores_limit(int cores, double decode_core_s, double network_core_s);

/// Photographs a second where the networks have a device of their own: of what decoding alone did, on cores
/// or on the device too, and what the networks did alone.
double own_device_limit(double decoded_photos_per_s, double network_photos_per_s);

/// The parts, measured one after the other, each without the others.
struct PartsAlone {
  double decode_core_s{0};  ///< of one photograph
  double network_core_s{0};
  double decoded_photos_per_s{0};
  double network_photos_per_s{0};
};

/// Who computes the networks.
enum class NetworksOn { shared_cores, own_device };

/// Parts and whole are measured in turn, parts first and last: n rounds of the whole lie between n + 1 of the
/// parts. Of each round of the whole its limit, by the mean of the parts before and after it: a machine that
/// gets slower or faster evenly changes nothing. std::invalid_argument for fewer than two rounds of parts.
std::vector<double> limits_between(std::span<const PartsAlone> parts, int cores, NetworksOn networks);

/// Of each round the whole over its limit. std::invalid_argument for different numbers of rounds.
std::vector<double> shares_of_limits(std::span<const double> reached, std::span<const double> limits);

/// Why a pipeline does more than its limit; empty where its median does not.
std::string why_above_limit(const std::vector<double>& shares);

}  // namespace skingauge::app
