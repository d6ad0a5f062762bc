#include "app/int8_options.hpp"

#include "skingauge/dataset.hpp"
#include "skingauge/int8_calibration.hpp"

#include "app/progress.hpp"
#include "app/regions.hpp"

#include <memory>

namespace skingauge::app {
namespace {

Int8Ranges found_on(const std::filesystem::path& root, const CommonOptions& options, Mode mode,
                    const std::filesystem::path& manifest, const Streams& streams) {
  Int8CalibrationOptions calibration;
  calibration.mode = mode;
  Progress progress(streams.err, "models", 0, stderr_is_terminal(), options.quiet);
  progress.say("int8: finding ranges on the first photographs of " + root.string() +
               "; 'skingauge models calibrate' keeps them for later");
  return find_int8_ranges(manifest, photos_of(root), calibration);
}

}  // namespace

Ensemble::Source photos_of(const std::filesystem::path& root) {
  auto dataset = std::make_shared<const Dataset>(list_dataset(root));
  return [dataset, next = std::size_t{0}]() mutable -> std::optional<Request> {
    if (next == dataset->photos.size()) return std::nullopt;
    const auto& photo = dataset->photos[next++];
    return request_of(photo, read_labels(photo));
  };
}

EnsembleOptions ensemble_options(const CommonOptions& options, const std::filesystem::path& manifest,
                                 const std::filesystem::path& root, const Streams& streams) {
  auto made = options.ensemble();
  if (made.precision != Precision::int8) return made;
  const auto beside = manifest.parent_path() / kInt8RangesFile;
  if (!options.int8_ranges.empty()) {
    made.int8_ranges = read_int8_ranges(options.int8_ranges);
  } else if (std::filesystem::is_regular_file(beside)) {
    made.int8_ranges = read_int8_ranges(beside);
  } else if (!root.empty()) {
    made.int8_ranges = found_on(root, options, made.mode, manifest, streams);
  }
  return made;
}

}  // namespace skingauge::app
