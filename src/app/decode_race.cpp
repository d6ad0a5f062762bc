#include "app/decode_race.hpp"

#include "skingauge/error.hpp"
#include "skingauge/facepart.hpp"

#include "app/bench_crew.hpp"
#include "core/stopwatch.hpp"
#include "ensemble/gpu_face_batch.hpp"
#include "image/decoders.hpp"
#include "image/jpeg_decoder.hpp"
#include "runtime/thread_clock.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <list>

namespace skingauge::app {
namespace {

// What one thread did.
struct Share {
  DecodeRound did;
  double megapixels{0};
  double wall{0};
  double core{0};
};

void require(const FaceJob& job) {
  if (job.error) throw InputError(job.error->code, job.error->message);
}

// A decoder's thread, or one of the CPU's.
class Racer {
 public:
  Racer(const DecodeRace& race, DecodePart part, GpuDecoder* gpu, DeviceApi* device)
      : race_(race),
        part_(part),
        gpu_(gpu),
        faces_(gpu, race.preprocess(), gpu == nullptr ? nullptr : device) {}

  [[nodiscard]] std::size_t batch() const { return faces_.most(); }

  void decode(std::size_t first, Share& share) {
    std::vector<const DecodePhoto*> photos;
    for (std::size_t i = 0; i < batch(); ++i)
      photos.push_back(&race_.photos()[(first + i) % race_.photos().size()]);
    if (part_ == DecodePart::picture) {
      pictures(photos, share);
    } else {
      tiles(photos, share);
    }
    for (const auto* photo : photos) share.megapixels += photo->megapixels;
    share.did.photos += static_cast<std::int64_t>(photos.size());
  }

 private:
  void count(const GpuOutcome& outcome, Share& share) const {
    if (gpu_ == nullptr) return;
    if (outcome) {
      ++share.did.refused[*outcome];
    } else {
      ++share.did.on_gpu;
    }
  }

  static void decode_whole(const DecodePhoto& photo) {
    static_cast<void>(Image::decode(photo.bytes, {}, photo.request.file.string()));
  }

  void pictures(const std::vector<const DecodePhoto*>& photos, Share& share) {
    std::vector<GpuOutcome> outcomes(photos.size(), NotForGpu::format);
    if (gpu_ != nullptr) ask_for_pictures(photos, outcomes);
    for (std::size_t i = 0; i < photos.size(); ++i) {
      count(outcomes[i], share);
      if (outcomes[i]) decode_whole(*photos[i]);
    }
  }

  void ask_for_pictures(const std::vector<const DecodePhoto*>& photos, std::vector<GpuOutcome>& outcomes) {
    std::vector<GpuPhoto> asked;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < photos.size(); ++i) {
      if (!is_jpeg(photos[i]->bytes)) continue;
      const JpegDecoder header(photos[i]->bytes, {}, photos[i]->request.file.string());
      if (!header.plain()) continue;
      asked.push_back({photos[i]->bytes, header.width(), header.height(), {}, nullptr});
      numbers.push_back(i);
    }
    if (asked.empty()) return;
    const auto answers = gpu_->decode(asked, race_.preprocess().size);
    for (std::size_t i = 0; i < answers.size(); ++i) outcomes[numbers[i]] = answers[i];
  }

  void tiles(const std::vector<const DecodePhoto*>& photos, Share& share) {
    std::list<FaceJob> jobs;
    std::vector<FaceJob*> asked;
    asked.reserve(photos.size());
    for (const auto* photo : photos) asked.push_back(&jobs.emplace_back(job_of(photo->request)));
    for (auto& face : faces_.cut(asked, race_.models(), {})) {
      require(*face.job);
      count(face.outcome, share);
      if (face.outcome) face.cutter.cut_on_cpu(face.places);
      require(*face.job);
    }
  }

  const DecodeRace& race_;
  DecodePart part_;
  GpuDecoder* gpu_;
  GpuFaceBatch faces_;
};

// By each one's own clock: who waits for the last one at the end does not count as slow.
DecodeRound together(const std::vector<Share>& shares) {
  DecodeRound round;
  double core = 0;
  for (const auto& share : shares) {
    if (share.wall > 0) {
      round.photos_per_s += static_cast<double>(share.did.photos) / share.wall;
      round.mp_per_s += share.megapixels / share.wall;
    }
    core += share.core;
    round.photos += share.did.photos;
    round.on_gpu += share.did.on_gpu;
    for (const auto& [reason, photos] : share.did.refused) round.refused[reason] += photos;
  }
  round.core_s_per_photo = round.photos == 0 ? 0 : core / static_cast<double>(round.photos);
  return round;
}

}  // namespace

DecodeRace::DecodeRace(std::vector<DecodePhoto> photos, const Manifest& manifest)
    : photos_(std::move(photos)), preprocess_(manifest.preprocess) {
  for (const auto& spec : manifest.models) models_.push_back({&spec, nullptr, ""});
}

DecodeRound DecodeRace::run(const DecodeTeam& team, DecodePart part, double seconds) const {
  std::list<Racer> racers;
  for (auto* gpu : team.gpus) racers.emplace_back(*this, part, gpu, team.device);
  for (int i = 0; i < team.threads; ++i) racers.emplace_back(*this, part, nullptr, nullptr);
  std::vector<Racer*> by_worker;
  for (auto& racer : racers) by_worker.push_back(&racer);
  BenchCrew crew(static_cast<int>(by_worker.size()));
  std::vector<Share> shares(by_worker.size());
  std::atomic<std::size_t> next{0};
  const Stopwatch since_start;
  crew.each([&](std::size_t worker) {
    auto& racer = *by_worker[worker];
    auto& share = shares[worker];
    const Stopwatch wall;
    const ThreadClock core;
    while (since_start.seconds() < seconds || next < photos_.size()) {
      racer.decode(next.fetch_add(racer.batch()), share);
      share.wall = wall.seconds();
      share.core = core.seconds();
    }
  });
  return together(shares);
}

Manifest every_facepart() {
  ModelSpec model;
  model.id = "crops";
  for (const auto& facepart : faceparts()) model.faceparts.push_back(facepart.facepart);
  Manifest manifest;
  manifest.name = "none";
  manifest.models.push_back(std::move(model));
  return manifest;
}

}  // namespace skingauge::app
