#include "runtime/memory_plan.hpp"

#include "skingauge/error.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <optional>

namespace skingauge {
namespace {

constexpr std::size_t kMostLanes = 11;

std::vector<std::size_t> buckets_up_to(std::size_t largest) {
  std::vector<std::size_t> buckets;
  for (std::size_t tiles = 1; tiles < largest; tiles *= 2) buckets.push_back(tiles);
  buckets.push_back(largest);
  return buckets;
}

std::size_t lane_bytes(const LaneMemory& lane) { return lane.pixels + lane.scratch + lane.outputs; }

// Workspaces need not grow with the batch.
std::size_t most_scratch(const DeviceNetwork& network, const std::vector<std::size_t>& buckets) {
  std::size_t most = 0;
  for (const auto tiles : buckets) most = std::max(most, network.scratch_bytes(tiles));
  return most;
}

MemoryPlan plan_for(std::span<const NamedNetwork> networks, std::size_t largest, std::size_t lanes) {
  MemoryPlan plan;
  plan.buckets = buckets_up_to(largest);
  plan.lanes.resize(lanes);
  for (std::size_t n = 0; n < networks.size(); ++n) {
    const auto& network = *networks[n].network;
    plan.lane_of.push_back(n % lanes);
    plan.weights.push_back(network.weight_bytes());
    auto& lane = plan.lanes[n % lanes];
    lane.tile = std::max(lane.tile, network.tile_bytes());
    lane.pixels = std::max(lane.pixels, largest * network.tile_bytes());
    lane.outputs = std::max(lane.outputs, largest * network.width() * sizeof(float));
    lane.scratch = std::max(lane.scratch, most_scratch(network, plan.buckets));
  }
  return plan;
}

std::optional<MemoryPlan> largest_that_fits(std::span<const NamedNetwork> networks,
                                            const MemoryRequest& request, std::size_t most_lanes,
                                            std::size_t available) {
  auto sizes = buckets_up_to(request.largest_batch);
  std::reverse(sizes.begin(), sizes.end());
  for (const auto largest : sizes) {
    for (std::size_t lanes = most_lanes; lanes > 0; --lanes) {
      auto plan = plan_for(networks, largest, lanes);
      plan.decoding = request.decoding;
      if (plan.device_bytes() <= available) return plan;
    }
  }
  return std::nullopt;
}

[[noreturn]] void refuse(std::span<const NamedNetwork> networks, const MemoryRequest& request) {
  auto least = plan_for(networks, 1, 1);
  least.decoding = request.decoding;
  const auto weights = std::accumulate(least.weights.begin(), least.weights.end(), std::size_t{0});
  const auto decoding =
      request.decoding > 0 ? ", JPEG decoding " + bytes_text(request.decoding) : std::string();
  throw DeviceError(ErrorCode::device_unavailable,
                    "not enough memory for " + std::to_string(networks.size()) + " model(s): needs " +
                        bytes_text(least.device_bytes() + request.reserve) + " for single tiles (weights " +
                        bytes_text(weights) + ", a lane " + bytes_text(lane_bytes(least.lanes.front())) +
                        decoding + ", kept back " + bytes_text(request.reserve) + "), has " +
                        bytes_text(request.free));
}

}  // namespace

std::size_t usual_reserve(std::size_t total) noexcept {
  constexpr std::size_t kMost = std::size_t{1} << 30U;
  return std::min(total / 16, kMost);
}

std::size_t MemoryPlan::device_bytes() const noexcept {
  std::size_t bytes = std::accumulate(weights.begin(), weights.end(), decoding);
  for (const auto& lane : lanes) bytes += lane_bytes(lane);
  return bytes;
}

std::size_t MemoryPlan::pinned_bytes() const noexcept {
  std::size_t bytes = waiting;
  for (const auto& lane : lanes) bytes += kBatchesPerLane * lane.outputs + lane.tile;
  return bytes;
}

std::size_t MemoryPlan::bucket_of(std::size_t tiles) const noexcept {
  return static_cast<std::size_t>(std::lower_bound(buckets.begin(), buckets.end(), tiles) - buckets.begin());
}

MemoryPlan plan_memory(std::span<const NamedNetwork> networks, const MemoryRequest& request) {
  if (networks.empty()) throw DeviceError(ErrorCode::device_unavailable, "no network to plan memory for");
  const auto wanted = request.lanes == 0 ? kMostLanes : request.lanes;
  const auto available = request.free - std::min(request.free, request.reserve);
  auto plan = largest_that_fits(networks, request, std::min(wanted, networks.size()), available);
  if (!plan) refuse(networks, request);
  plan->waiting = request.waiting_tiles * networks.front().network->tile_bytes();
  return *std::move(plan);
}

void make_plans(std::span<const NamedNetwork> networks, std::size_t largest_batch) {
  const auto buckets = buckets_up_to(largest_batch);
  for (const auto& named : networks) most_scratch(*named.network, buckets);
}

std::vector<MemoryRow> memory_rows(const MemoryPlan& plan, std::span<const NamedNetwork> networks) {
  std::vector<MemoryRow> rows;
  for (std::size_t n = 0; n < networks.size(); ++n)
    rows.push_back({"weights of " + networks[n].name, plan.weights[n], false});
  LaneMemory sum;
  for (const auto& lane : plan.lanes) {
    sum.pixels += lane.pixels;
    sum.scratch += lane.scratch;
    sum.outputs += lane.outputs;
    sum.tile += lane.tile;
  }
  const auto of_lanes = " of " + std::to_string(plan.lanes.size()) + " batches side by side";
  rows.push_back({"pixels" + of_lanes, sum.pixels, false});
  rows.push_back({"values and workspace" + of_lanes, sum.scratch, false});
  rows.push_back({"outputs" + of_lanes, sum.outputs, false});
  if (plan.decoding > 0) rows.push_back({"JPEG decoding, at most", plan.decoding, false});
  rows.push_back({"outputs and check tiles", kBatchesPerLane * sum.outputs + sum.tile, true});
  rows.push_back({"waiting tiles, at most", plan.waiting, true});
  return rows;
}

std::string bytes_text(std::size_t bytes) {
  std::array<char, 32> text{};
  const auto value = static_cast<double>(bytes);
  if (bytes >= std::size_t{1} << 30U) {
    std::snprintf(text.data(), text.size(), "%.1f GiB", value / (1U << 30U));
  } else if (bytes >= std::size_t{1} << 20U) {
    std::snprintf(text.data(), text.size(), "%.1f MiB", value / (1U << 20U));
  } else {
    return std::to_string(bytes) + " bytes";
  }
  return text.data();
}

}  // namespace skingauge
