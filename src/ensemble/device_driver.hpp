// Between the tiles that wait for a device and its runner.
#pragma once

#include "skingauge/error.hpp"

#include "ensemble/device_loading.hpp"
#include "ensemble/staging.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace skingauge {

/// Tiles that a network has answered, or why it has not.
struct FinishedPart {
  BatchPart part;
  std::vector<float> outputs;                    ///< count x width
  std::vector<std::optional<ItemError>> errors;  ///< by tile
};

/// So many tiles with one and the same error.
FinishedPart failed_part(BatchPart part, std::size_t width, const ItemError& error);

/// How many of `tiles` waiting tiles go together where batches have these sizes: all, unless that pads by
/// more than a quarter; then as many as the next smaller size holds.
std::size_t tiles_to_take(const MemoryPlan& plan, std::size_t tiles, std::size_t most);

/// Chooses batches for a device and keeps them until they are finished. For one thread.
class DeviceDriver {
 public:
  /// A device with a runner, which outlives this.
  explicit DeviceDriver(LoadedDevice& device) : device_(&device) {}

  [[nodiscard]] bool drives(std::size_t model) const { return device_->runner_model[model].has_value(); }
  [[nodiscard]] bool busy() const noexcept { return !under_way_.empty(); }

  /// What to start now, of models that have room: what memory did not allow before, full batches, what waits.
  /// Under the staging's lock.
  std::optional<BatchPart> next(Staging& staging);
  /// Starts it, or, where memory is short, puts its halves aside; a single tile has failed then. Throws
  /// DeviceError: the device is lost.
  void start(BatchPart part, std::vector<FinishedPart>& finished);
  /// What has been finished since. Throws DeviceError: the device is lost.
  void collect(std::vector<FinishedPart>& finished);
  /// All that was started or put aside and is not finished: the device is lost, or of no use. Waits for what
  /// may run there all the same. Nothing is started after it.
  std::vector<BatchPart> abandon();

 private:
  [[nodiscard]] bool has_room(std::size_t model) const;
  [[nodiscard]] std::size_t most_tiles(std::size_t model) const;
  [[nodiscard]] std::size_t width(std::size_t model) const;
  std::optional<BatchPart> next_put_aside();
  void put_aside(const BatchPart& part, std::vector<FinishedPart>& finished);

  LoadedDevice* device_;
  std::uint64_t next_tag_{0};
  std::map<std::uint64_t, BatchPart> under_way_;
  std::deque<BatchPart> aside_;
};

}  // namespace skingauge
