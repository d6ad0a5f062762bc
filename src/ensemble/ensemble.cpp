#include "skingauge/ensemble.hpp"

#include "skingauge/error.hpp"
#include "skingauge/machine.hpp"

#include "ensemble/device_loading.hpp"
#include "ensemble/pipeline.hpp"
#include "runtime/compute_device.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>

namespace skingauge {
namespace {

void check_range(const char* field, int value, int low, int high) {
  if (value >= low && value <= high) return;
  throw UsageError(ErrorCode::bad_option, std::string(field) + ": " + std::to_string(value) + " is not in " +
                                              std::to_string(low) + ".." + std::to_string(high));
}

// Puts results that arrive in any order back into the order of their numbers.
class OrderedResults {
 public:
  /// Makes room for the result with this number, so that `put` needs no memory.
  void expect(std::size_t number) {
    const std::lock_guard lock(mutex_);
    arrived_.emplace(number, std::nullopt);
  }
  void put(std::size_t number, FacePrediction&& face) {
    // Notified under the lock: the waiting thread may destroy this object as soon as it has the last result.
    const std::lock_guard lock(mutex_);
    arrived_.at(number) = std::move(face);
    changed_.notify_one();
  }
  /// The result with this number; waits for it.
  FacePrediction take(std::size_t number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_.at(number).has_value(); });
    return std::move(*arrived_.extract(number).mapped());
  }
  /// The result with this number, where it is there already.
  std::optional<FacePrediction> take_if_there(std::size_t number) {
    const std::lock_guard lock(mutex_);
    const auto found = arrived_.find(number);
    if (found == arrived_.end() || !found->second) return std::nullopt;
    return std::move(arrived_.extract(found).mapped());
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, std::optional<FacePrediction>> arrived_;
};

}  // namespace

bool includes(Mode mode, Task task) noexcept {
  return mode == Mode::both || (mode == Mode::classification) == (task == Task::grade);
}

void EnsembleOptions::validate() const {
  check_range("batch", batch, 0, 1024);
  check_range("threads", threads, 0, 256);
  check_range("in_flight", in_flight, 0, 1024);
  if (min_box_side) check_range("min_box_side", *min_box_side, 1, 1 << 20);
}

int EnsembleOptions::batch_on(const ComputeDevice& on) const noexcept {
  if (batch > 0) return batch;
  return on.kind == ComputeDevice::Kind::cpu ? 16 : 128;
}

int EnsembleOptions::in_flight_on(const ComputeDevice& on, std::size_t devices, int workers) const noexcept {
  constexpr int kMost = 1024;
  if (in_flight > 0) return in_flight;
  return std::min(2 * (batch_on(on) * static_cast<int>(devices) + workers), kMost);
}

class Ensemble::Impl {
 public:
  Impl(const std::filesystem::path& path, EnsembleOptions given)
      : options(std::move(given)), manifest(read_manifest(path)) {
    const auto choice = choose_device(options.device, query_cuda());
    device_names = choice.devices;
    const int threads = options.threads == 0 ? usable_threads() : options.threads;
    options.batch = options.batch_on(device_names.front());
    options.in_flight = options.in_flight_on(device_names.front(), device_names.size(), threads);
    if (options.min_box_side) manifest.preprocess.min_box_side = *options.min_box_side;
    if (!choice.note.empty()) notes.push_back(choice.note);
    if (options.jpeg == JpegDecoding::gpu && device_names.front().kind == ComputeDevice::Kind::cpu)
      notes.emplace_back("JPEG files are decoded on the CPU: no GPU is used");
    devices = load_devices(manifest, device_names, options);
    if (devices.front().models.empty())
      throw ModelError(ErrorCode::manifest_field, path.string() + ": has no model for this mode");
    for (const auto& loaded : devices) add_notes(loaded);
    engine_name = engine_names(devices.front().models);
    pipeline = std::make_unique<Pipeline>(devices, manifest.preprocess, options, threads);
  }

  void submit(Request request, std::function<void(FacePrediction&&)> done) {
    auto job = std::make_unique<FaceJob>();
    job->request = std::move(request);
    job->done = std::move(done);
    pipeline->submit(std::move(job));
  }

  // Once, where devices say the same.
  void add_notes(const LoadedDevice& loaded) {
    for (const auto& model : loaded.models) add_note(model.note);
    for (const auto& note : loaded.notes) add_note(note);
  }
  void add_note(const std::string& note) {
    const bool known = std::find(notes.begin(), notes.end(), note) != notes.end();
    if (!note.empty() && !known) notes.push_back(note);
  }

  EnsembleOptions options;
  Manifest manifest;
  std::vector<ComputeDevice> device_names;
  std::vector<std::string> notes;
  std::vector<LoadedDevice> devices;
  std::string engine_name;
  std::unique_ptr<Pipeline> pipeline;
};

Ensemble::Ensemble(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ensemble::Ensemble(Ensemble&&) noexcept = default;
Ensemble& Ensemble::operator=(Ensemble&&) noexcept = default;
Ensemble::~Ensemble() = default;

Ensemble Ensemble::load(const std::filesystem::path& manifest, EnsembleOptions options) {
  options.validate();
  return Ensemble(std::make_unique<Impl>(manifest, std::move(options)));
}

std::future<FacePrediction> Ensemble::submit(Request request) const {
  auto promise = std::make_shared<std::promise<FacePrediction>>();
  impl_->submit(std::move(request),
                [promise](FacePrediction&& face) { promise->set_value(std::move(face)); });
  return promise->get_future();
}

FacePrediction Ensemble::predict(const Request& request) const { return submit(request).get(); }

std::vector<FacePrediction> Ensemble::predict(std::span<const Request> requests) const {
  std::vector<FacePrediction> faces;
  faces.reserve(requests.size());
  std::size_t next = 0;
  stream([&]() { return next < requests.size() ? std::optional(requests[next++]) : std::nullopt; },
         [&](FacePrediction&& face) {
           faces.push_back(std::move(face));
           return true;
         });
  return faces;
}

void Ensemble::stream(const Source& source, const Sink& sink) const {
  // Shared with the jobs: they may outlive this call where source or sink throws.
  const auto results = std::make_shared<OrderedResults>();
  const auto ahead = 2 * impl_->pipeline->in_flight();
  std::size_t accepted = 0;
  std::size_t delivered = 0;
  bool more = true;
  const auto deliver = [&](FacePrediction&& face) {
    ++delivered;
    if (!sink(std::move(face))) more = false;
  };
  while (more || delivered < accepted) {
    while (auto face = results->take_if_there(delivered)) deliver(std::move(*face));
    if (!more || accepted - delivered == ahead) {
      if (delivered < accepted) deliver(results->take(delivered));
      continue;
    }
    if (auto request = source()) {
      results->expect(accepted);
      impl_->submit(std::move(*request), [results, number = accepted](FacePrediction&& face) {
        results->put(number, std::move(face));
      });
      ++accepted;
    } else {
      more = false;
    }
  }
}

const Manifest& Ensemble::manifest() const noexcept { return impl_->manifest; }
const EnsembleOptions& Ensemble::options() const noexcept { return impl_->options; }
const ComputeDevice& Ensemble::device() const noexcept { return impl_->device_names.front(); }
const std::vector<ComputeDevice>& Ensemble::devices() const noexcept { return impl_->device_names; }
std::string_view Ensemble::engine_name() const noexcept { return impl_->engine_name; }
const std::vector<std::string>& Ensemble::notes() const noexcept { return impl_->notes; }
Statistics Ensemble::statistics() const { return impl_->pipeline->statistics(); }

}  // namespace skingauge
