// Who decodes how much: the CPU's workers and the decoders of GPUs, by the speeds measured so far.
#pragma once

#include <cstddef>

namespace skingauge {

/// Knows what a photograph took lately, of a worker and of a decoder (means that forget: the last eight weigh
/// two thirds). Not thread-safe.
class DecodeShare {
 public:
  /// Workers decode one photograph at a time, decoders several.
  DecodeShare(std::size_t workers, std::size_t decoders) noexcept : workers_(workers), decoders_(decoders) {}

  void worker_took(double seconds) noexcept { add(worker_seconds_, seconds); }
  /// 1 or more photographs, together.
  void decoder_took(std::size_t photos, double seconds) noexcept {
    add(decoder_seconds_, seconds / static_cast<double>(photos));
  }

  /// How many of the photographs that wait one decoder takes, `most` at most, so that all end together; while
  /// a speed is unknown all count as equally fast. A share of less than one is a photograph where every
  /// worker is busy, else none: a worker takes it.
  [[nodiscard]] std::size_t of(std::size_t waiting, std::size_t most, bool worker_idle) const noexcept;

 private:
  static void add(double& mean, double seconds) noexcept;

  std::size_t workers_;
  std::size_t decoders_;
  double worker_seconds_{0};  ///< a photograph; 0: not known
  double decoder_seconds_{0};
};

}  // namespace skingauge
