#include "ensemble/int8_samples.hpp"

#include "skingauge/error.hpp"
#include "skingauge/machine.hpp"

#include "core/parallel_for.hpp"
#include "runtime/network_ranges.hpp"

#include <mutex>
#include <stdexcept>
#include <utility>

namespace skingauge {
namespace {

ModelRanges ranges_of(const Int8Sample& sample, const Preprocess& preprocess) {
  try {
    auto found = network_ranges(sample.network, preprocess, sample.tiles, sample.count);
    return {sample.model.sha256, static_cast<std::int64_t>(sample.count), std::move(found.cpu),
            std::move(found.gpu)};
  } catch (const std::invalid_argument& e) {
    throw ModelError(ErrorCode::model_format, sample.model.id + ": int8 cannot run it: " + e.what());
  }
}

}  // namespace

std::vector<ModelRanges> ranges_of(const std::vector<std::shared_ptr<Int8Sample>>& samples,
                                   const Preprocess& preprocess, const Int8CalibrationOptions& options) {
  std::vector<ModelRanges> found(samples.size());
  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(samples.size(), static_cast<std::size_t>(usable_threads()), [&](std::size_t i) {
    found[i] = ranges_of(*samples[i], preprocess);
    const std::lock_guard lock(mutex);
    if (options.progress) options.progress(++done, samples.size());
  });
  return found;
}

}  // namespace skingauge
