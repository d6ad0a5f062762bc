// The workers: they decode and cut faces, batch tiles per model across faces, and keep devices busy.
#pragma once

#include "ensemble/decode_share.hpp"
#include "ensemble/device_driver.hpp"
#include "ensemble/device_loading.hpp"
#include "ensemble/face_cutter.hpp"
#include "ensemble/face_job.hpp"
#include "ensemble/gpu_face_batch.hpp"
#include "ensemble/pixel_pool.hpp"
#include "ensemble/staging.hpp"

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

namespace skingauge {

/// A pool of workers that do whatever is most urgent: run a full batch, else decode and cut the next face,
/// else run some of the tiles that are there. A tile can run as soon as the rows under its box are decoded.
/// So networks and decoding overlap on every core without a thread too many, and a lone face waits for no
/// company.
///
/// Where networks run on GPUs, those workers decode and cut alone. Each face goes to the device with the
/// fewest tiles to do; there one thread keeps its runner busy, and a few run the engines that wait for their
/// answers. A device that fails fails the faces dealt to it; later ones go to the others. A device's JPEG
/// decoders have a thread each, which takes its share of the faces that wait, and gives back to the workers
/// what its decoder refuses. Safe from many threads.
///
/// Whatever throws in a worker, std::bad_alloc too, fails the faces whose work it was, and never a thread.
///
/// Memory: photographs decoded at a time: one a worker, of each the part that its boxes span. Tiles: at most
/// those of `in_flight` faces, and a part-filled batch per model and device. For each decoder of a device
/// room for the tiles of a batch of faces.
class Pipeline {
 public:
  /// `devices` outlive this; all have the same models.
  Pipeline(std::vector<LoadedDevice>& devices, const Preprocess& preprocess, const EnsembleOptions& options,
           int threads);
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  ~Pipeline();  ///< finishes what was accepted

  /// Accepts a face; waits while as many as `in_flight` allows are under way. `job->done` is called from a
  /// worker, never under a lock.
  void submit(std::unique_ptr<FaceJob> job);

  [[nodiscard]] Statistics statistics() const;
  /// Faces under way at most: the option's value, or what stands for 0.
  [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_; }

 private:
  using Lock = std::unique_lock<std::mutex>;
  /// A face goes from list to list with its node, so that no step after `submit` needs memory to keep it.
  using Jobs = std::list<std::unique_ptr<FaceJob>>;

  /// A device, and what waits for it.
  struct Station {
    Station(LoadedDevice& device, const Preprocess& preprocess, std::size_t batch, std::size_t workers);
    /// Whether an engine's `run` is called for this model.
    [[nodiscard]] bool waits_for(std::size_t model) const { return !driver || !driver->drives(model); }

    LoadedDevice* device;
    bool shared;                      ///< its engines run in the pipeline's own workers: the CPU
    std::optional<PixelPool> pool{};  ///< before all that holds batches
    Staging staging;
    std::optional<DeviceDriver> driver{};
    std::list<GpuFaceBatch> decoders{};
    Taking waiting{};     ///< tiles for engines whose `run` is called
    std::size_t load{0};  ///< tiles of faces dealt to it, not finished
    std::optional<ItemError> lost{};
    std::condition_variable wake{};
  };

  void start_threads(int threads);
  void stop();
  void work();
  bool step(Lock& lock);
  [[nodiscard]] bool over() const;
  void wake_all();
  void wake(Station& station);

  void prepare_next_face(Lock& lock);
  void cut_face(FaceJob& job);
  bool deal(FaceJob& job);
  /// Puts a region's tiles, each once, into room for it; whether it did.
  using PutTiles = std::function<bool(std::span<std::uint8_t* const>)>;
  void cut_region(FaceJob& job, const RegionCut& region, const PutTiles& put);
  std::vector<TilePlace> reserve(FaceJob& job, const RegionCut& region);
  void give_up(FaceJob& job, const RegionCut& region, std::size_t n);
  void finish(FaceJob* job, Jobs& finished);
  void deliver(Lock& lock, Jobs finished);

  void decode(Station& station, GpuFaceBatch& batch);
  std::vector<FaceJob*> take_for(const GpuFaceBatch& batch);
  void decode_faces(Lock& lock, Station& station, GpuFaceBatch& batch, std::span<FaceJob* const> jobs);
  void deal_tiles(Lock& lock, const BatchedFace& face);
  void leave_to_workers(FaceJob* job);

  void drive(Station& station);
  bool feed(Lock& lock, Station& station);
  void run_waiting(Station& station);
  void run_part(Lock& lock, Station& station, const BatchPart& part);
  void run_range(Lock& lock, Station& station, const BatchPart& part, Jobs& finished);
  /// Why a run that threw has failed; the tiles of a batch that memory did not allow may be tried in halves.
  struct RunError {
    ItemError error;
    bool halves{false};
  };
  RunError error_of_run(Station& station, const BatchPart& part) noexcept;
  void lose(Station& station, ItemError why) noexcept;
  bool fail_all(Lock& lock, Station& station);
  void add_outputs(Station& station, const BatchPart& part, std::span<const float> outputs, Jobs& finished);
  void fail(Station& station, const BatchPart& part, const ItemError& error, Jobs& finished);
  void settle(Station& station, const BatchPart& part, Jobs& finished);

  const std::vector<LoadedModel>* models_;  ///< of the first device: engines differ, models do not
  const Preprocess* preprocess_;
  const EnsembleOptions* options_;
  std::size_t in_flight_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;           ///< workers: there is something to do
  std::condition_variable decoders_wake_;  ///< decoders of devices: there are faces
  std::condition_variable room_;           ///< callers: a face more may come
  bool stopping_{false};
  Jobs incoming_;
  Jobs under_way_;
  std::vector<std::unique_ptr<Station>> stations_;
  Station* shared_{nullptr};  ///< the one whose engines run here
  DecodeShare share_;
  std::size_t idle_{0};  ///< workers that wait for something to do
  Statistics statistics_;
  std::vector<std::jthread> workers_;  ///< last: joined before the rest goes
};

}  // namespace skingauge
