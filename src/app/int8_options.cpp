#include "app/int8_options.hpp"

#include "skingauge/dataset.hpp"
#include "skingauge/error.hpp"
#include "skingauge/int8_calibration.hpp"

#include "app/bench_input.hpp"
#include "app/progress.hpp"
#include "app/regions.hpp"
#include "dataset/drawn_face.hpp"

#include <memory>

namespace skingauge::app {
namespace {

Int8Ranges found_on(const Int8Photos& photos, const CommonOptions& options, Mode mode,
                    const std::filesystem::path& manifest, const Streams& streams) {
  Int8CalibrationOptions calibration;
  calibration.mode = mode;
  Progress progress(streams.err, "models", 0, stderr_is_terminal(), options.quiet);
  progress.say("int8: ranges are found on " + photos.name + "; 'skingauge models calibrate' keeps them");
  return find_int8_ranges(manifest, photos.photos, calibration);
}

}  // namespace

Int8Photos photos_of(const std::filesystem::path& root) {
  std::shared_ptr<const Dataset> dataset;  // listed when the first photograph is wanted, which is seldom
  return {"the first photographs of " + root.string(),
          [root, dataset, next = std::size_t{0}]() mutable -> std::optional<Request> {
            if (!dataset) dataset = std::make_shared<const Dataset>(list_dataset(root));
            if (next == dataset->photos.size()) return std::nullopt;
            const auto& photo = dataset->photos[next++];
            return request_of(photo, read_labels(photo));
          }};
}

Int8Photos drawn_faces() {
  constexpr std::uint64_t kFaces = 16;
  return {"faces that the program draws", [next = std::uint64_t{0}]() mutable -> std::optional<Request> {
            if (next == kFaces) return std::nullopt;
            const auto face = draw_face(kDrawnSeed + next++);
            return Request{.image = face.photo, .regions = regions_of(face.boxes)};
          }};
}

EnsembleOptions ensemble_options(const CommonOptions& options, const std::filesystem::path& manifest,
                                 const Int8Photos& photos, const Streams& streams) {
  auto made = options.ensemble();
  if (made.engine == EngineKind::torchscript && !made.cache.empty())
    throw UsageError(ErrorCode::bad_option, "--cache: engine torchscript keeps nothing there");
  if (made.precision != Precision::int8) {
    if (!options.int8_ranges.empty())
      throw UsageError(ErrorCode::bad_option,
                       "--int8-ranges: precision " + options.precision + " reads none, expected int8");
    return made;
  }
  const auto beside = manifest.parent_path() / kInt8RangesFile;
  if (!options.int8_ranges.empty()) {
    made.int8_ranges = read_int8_ranges(options.int8_ranges);
  } else if (std::filesystem::is_regular_file(beside)) {
    made.int8_ranges = read_int8_ranges(beside);
  } else if (photos.photos) {
    made.int8_ranges = found_on(photos, options, made.mode, manifest, streams);
  }
  return made;
}

}  // namespace skingauge::app
