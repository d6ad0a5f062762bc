// The facade: photographs and boxes in, grades and measurements out.
#pragma once

#include "skingauge/box.hpp"
#include "skingauge/engine.hpp"
#include "skingauge/image.hpp"
#include "skingauge/int8_ranges.hpp"
#include "skingauge/manifest.hpp"
#include "skingauge/prediction.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace skingauge {

/// Which tasks are loaded and answered; the names of the published program.
enum class Mode : std::uint8_t { classification, regression, both };

bool includes(Mode mode, Task task) noexcept;

/// Who decodes JPEG files where networks run on GPUs.
enum class JpegDecoding : std::uint8_t {
  cpu,  ///< the workers, by libjpeg-turbo: the pixels that OpenCV's imread gives
  /// Beside them each GPU: its JPEG engines, or kernels where it has none. How many photographs it takes
  /// follows from the speeds measured so far; what it refuses the workers decode. Its pixels differ from
  /// libjpeg-turbo's by rounding, and damage inside a file's entropy-coded data can go unnoticed; so who
  /// decodes a photograph, which chance decides, changes its answers slightly. Without a GPU as `cpu`, and
  /// Ensemble::notes says so.
  gpu,
};

struct EnsembleOptions {
  /// "auto": the first usable GPU, else the CPU (Ensemble::notes says so); "cpu"; "cuda" = "cuda:0";
  /// "cuda:N"; "cuda:N,M,...", "all": several GPUs, each with all models; photographs are dealt by load.
  std::string device{"auto"};
  Precision precision{Precision::fp32};
  EngineKind engine{EngineKind::automatic};
  Mode mode{Mode::both};  ///< models of other tasks are not loaded
  JpegDecoding jpeg{JpegDecoding::cpu};
  /// Tiles that go through a network together, across photographs; 1..1024; 0: 16 on the CPU, 128 on a GPU.
  int batch{0};
  int threads{
      0};  ///< workers that decode, cut and (on the CPU) run networks; 1..256; 0: all this process may use
  /// Photographs under way at most, of all callers together: accepted and not answered; whoever brings one
  /// more waits. 1..1024; 0: as many as keep batches full, 2 x (batch x devices + threads), 1024 at most.
  int in_flight{0};
  std::optional<int> min_box_side{};        ///< instead of the manifest's; 1..1048576
  std::optional<Int8Ranges> int8_ranges{};  ///< what precision int8 needs; find_int8_ranges makes it
  /// Folder of prepared networks (fused engine, CPU and GPU): written when a model is loaded the first time,
  /// read instead of the checkpoint afterwards. Empty: none.
  std::filesystem::path cache{};
  ImageLimits limits{};     ///< for photographs given as files
  EngineFactory factory{};  ///< engines of your own; empty: those of the library

  /// Throws UsageError naming field, value and allowed range.
  void validate() const;
  /// `batch`, or what stands for 0.
  [[nodiscard]] int batch_on(const ComputeDevice& on) const noexcept;
  /// `in_flight`, or what stands for 0: enough faces for a model that has one tile of each to gather a full
  /// batch on every device while all workers decode.
  [[nodiscard]] int in_flight_on(const ComputeDevice& on, std::size_t devices, int workers) const noexcept;
};

/// Where a facepart lies in a photograph, or why that is not known (which then becomes its answer).
struct Region {
  Facepart facepart{};
  std::variant<Box, Skipped> box;
};

/// One face to predict.
struct Request {
  Image image{};                 ///< decoded photograph; or, where this is empty,
  std::filesystem::path file{};  ///< a photograph to read
  /// At most one per facepart: with two, the face gets the error bad-option. Faceparts that are not
  /// named are answered with no-label.
  std::vector<Region> regions{};
  /// Size of the upright photograph in pixels, where it is known; another one is image-size-mismatch.
  std::optional<int> expected_width{};
  std::optional<int> expected_height{};
};

/// What an ensemble has done since it was loaded. Seconds are processor time of its threads.
struct Statistics {
  std::int64_t photos{0};
  std::int64_t gpu_photos{0};  ///< of them decoded by a GPU
  std::int64_t crops{0};       ///< (crop, model) pairs
  std::int64_t tiles{0};       ///< through a network
  std::int64_t batches{0};
  double decode_seconds{0};
  double cut_seconds{0};
  double network_seconds{0};
};

/// A loaded ensemble. Immutable as seen from outside; every member function may be called from many threads
/// at once, and crops of all callers share batches. Destruction waits for accepted requests.
///
/// Memory beside the networks' own, however many photographs there are:
///   threads x (one file + 3 bytes a pixel of the rectangle that its boxes span)
///   + in_flight x (at most 30 tiles of 49,152 bytes) + devices x models x batch x 49,152 bytes
/// for the eleven published models; tiles for GPUs lie in pinned memory. While a progressive JPEG is decoded,
/// libjpeg holds two bytes for each of its samples besides. Photographs that callers decoded themselves are
/// theirs.
class Ensemble {
 public:
  /// Loads the models a mode needs, in parallel. Throws ModelError, DeviceError or UsageError.
  static Ensemble load(const std::filesystem::path& manifest, EnsembleOptions options = {});

  Ensemble(Ensemble&&) noexcept;
  Ensemble& operator=(Ensemble&&) noexcept;
  ~Ensemble();

  /// One face. A photograph that cannot be used is a value: FacePrediction::error. So is memory that runs
  /// short on the way (out-of-memory; `heads` is empty where it does not suffice for them either); before a
  /// face is accepted, std::bad_alloc is thrown.
  [[nodiscard]] FacePrediction predict(const Request& request) const;
  /// Many faces, batched across photographs; results in the order of the requests.
  [[nodiscard]] std::vector<FacePrediction> predict(std::span<const Request> requests) const;
  /// One face, later; waits only for room (EnsembleOptions::in_flight). The future never holds an exception
  /// of a bad photograph.
  [[nodiscard]] std::future<FacePrediction> submit(Request request) const;

  /// Pulls requests from `source` until it answers nothing, and gives results to `sink` in the same order,
  /// from the calling thread. At most `in_flight` photographs are under way and as many finished answers wait
  /// for an earlier one, so requests are pulled up to 2 x `in_flight` ahead of the answers. Where `sink`
  /// returns false, pulling stops, and what was pulled is finished and delivered. Exceptions of source and
  /// sink pass through.
  using Source = std::function<std::optional<Request>()>;
  using Sink = std::function<bool(FacePrediction&&)>;
  void stream(const Source& source, const Sink& sink) const;

  [[nodiscard]] const Manifest& manifest() const noexcept;
  [[nodiscard]] const EnsembleOptions& options() const noexcept;  ///< `batch`, `in_flight` as used
  [[nodiscard]] const ComputeDevice& device() const noexcept;     ///< the first of them
  [[nodiscard]] const std::vector<ComputeDevice>& devices() const noexcept;
  [[nodiscard]] std::string_view engine_name() const noexcept;
  /// What a user should know of how it was loaded, a line each; may be empty.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept;
  [[nodiscard]] Statistics statistics() const;

 private:
  class Impl;
  explicit Ensemble(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace skingauge
