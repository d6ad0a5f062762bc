// The same photographs by libjpeg-turbo and by a GPU's decoder: how far pictures, tiles and answers lie
// apart.
#pragma once

#include "app/decode_difference.hpp"
#include "app/decode_race.hpp"

#include <map>

namespace skingauge::app {

struct DecodeComparison {
  std::int64_t photos{0};                     ///< that the decoder took
  std::map<NotForGpu, std::int64_t> refused;  ///< not compared
  ByteDifference pictures;                    ///< as stored, before EXIF orientation
  ByteDifference tiles;
  std::int64_t tiles_not_compared{0};  ///< photographs whose tiles one of the two did not cut
  AnswerDifference answers;
};

/// Compares all photographs of the race, one after the other. With an ensemble, its answers about the
/// pictures of both too. Throws as the decoder does.
DecodeComparison compare_decoders(const DecodeRace& race, GpuDecoder& gpu, const Ensemble* ensemble);

}  // namespace skingauge::app
