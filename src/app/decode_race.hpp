// Decoders at work on the same photographs, alone and together, while the clock runs.
#pragma once

#include "skingauge/ensemble.hpp"
#include "skingauge/manifest.hpp"

#include "ensemble/engine_loading.hpp"
#include "runtime/device_api.hpp"
#include "runtime/gpu_decoder.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace skingauge::app {

struct DecodePhoto {
  Request request;               ///< its file, and where its faceparts lie
  std::vector<std::byte> bytes;  ///< of the file
  double megapixels{0};
};

/// What becomes of a photograph: a whole picture, where the decoder works; or what boxes span, cut into tiles
/// in the host's memory, as the ensemble does it, read from its file.
enum class DecodePart : std::uint8_t { picture, tiles };

/// Who decodes.
struct DecodeTeam {
  int threads{0};                       ///< each decodes with libjpeg-turbo
  std::span<GpuDecoder* const> gpus{};  ///< each with a thread of its own, which feeds it its batches
  DeviceApi* device{nullptr};           ///< of the decoders: lends pinned memory for tiles; may be null
};

/// What a team did.
struct DecodeRound {
  double photos_per_s{0};
  double mp_per_s{0};
  double core_s_per_photo{0};
  std::int64_t photos{0};
  std::int64_t on_gpu{0};
  std::map<NotForGpu, std::int64_t> refused;  ///< photographs that a decoder's own thread decoded instead
};

/// Everyone takes the next photographs from one queue, a thread one at a time, a decoder a batch.
class DecodeRace {
 public:
  /// All photographs can be used. `manifest` says how tiles are cut, and of which faceparts; it outlives
  /// this.
  DecodeRace(std::vector<DecodePhoto> photos, const Manifest& manifest);

  /// Until `seconds` have passed and every photograph was taken once.
  DecodeRound run(const DecodeTeam& team, DecodePart part, double seconds) const;

  [[nodiscard]] const std::vector<DecodePhoto>& photos() const noexcept { return photos_; }
  [[nodiscard]] const std::vector<LoadedModel>& models() const noexcept {
    return models_;
  }  ///< without engines
  [[nodiscard]] const Preprocess& preprocess() const noexcept { return preprocess_; }

 private:
  std::vector<DecodePhoto> photos_;
  Preprocess preprocess_;
  std::vector<LoadedModel> models_;
};

/// A manifest that wants a crop of every facepart, for photographs without a manifest of networks.
Manifest every_facepart();

}  // namespace skingauge::app
