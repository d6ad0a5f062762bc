// Between the tiles that wait for a device and its runner.
#pragma once

#include "skingauge/error.hpp"

#include "ensemble/device_loading.hpp"
#include "ensemble/staging.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace skingauge {

/// How many of `tiles` waiting tiles go together where batches have these sizes: all, unless that pads by
/// more than a quarter; then as many as the next smaller size holds.
std::size_t tiles_to_take(const MemoryPlan& plan, std::size_t tiles, std::size_t most);

/// Chooses batches for a device and keeps them until they are finished. For one thread. A part that `next`
/// gave and `start` took is handed out once, by `collect` or `abandon`; neither asks for memory.
class DeviceDriver {
 public:
  using UsePart = std::function<void(const BatchPart&)>;
  using UseOutputs = std::function<void(const BatchPart&, std::span<const float>)>;  ///< count x width

  /// A device with a runner, which outlives this.
  explicit DeviceDriver(LoadedDevice& device);

  [[nodiscard]] bool drives(std::size_t model) const { return device_->runner_model[model].has_value(); }
  [[nodiscard]] bool busy() const noexcept { return !under_way_.empty(); }

  /// What to start now, of models that have room: what memory did not allow before, full batches, what waits.
  /// Under the staging's lock.
  std::optional<BatchPart> next(Staging& staging);
  /// Starts it or, where memory is short, puts it aside for smaller batches; returns an error where it has
  /// failed. After any other exception than std::bad_alloc, which it never throws, the device is lost; the
  /// part is under way then.
  std::optional<ItemError> start(const BatchPart& part);
  /// Hands out what has been finished since, outputs valid during the call. Where it throws, the device is
  /// lost. Whether there was something.
  bool collect(const UseOutputs& use);
  /// Hands out all that was started or put aside and is not finished: the device is lost, or of no use. Waits
  /// for what may run there all the same. Nothing is started after it.
  void abandon(const UsePart& use);

 private:
  struct Started {
    std::uint64_t tag{0};
    BatchPart part;
  };
  [[nodiscard]] bool has_room(std::size_t model) const;
  [[nodiscard]] std::size_t most_tiles(std::size_t model) const;
  std::optional<BatchPart> next_put_aside();
  std::optional<ItemError> put_aside(const BatchPart& part) noexcept;

  LoadedDevice* device_;
  std::uint64_t next_tag_{0};
  std::vector<Started> under_way_;  ///< has room for as many batches as the runner takes
  std::deque<BatchPart> aside_;
};

}  // namespace skingauge
