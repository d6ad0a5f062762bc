// How far the answers of each head lie from those of a reference.
#pragma once

#include "skingauge/head_id.hpp"
#include "skingauge/prediction.hpp"

#include "core/json_file.hpp"

#include <cstdint>
#include <map>

namespace skingauge::app {

/// Of one head, over the crops that both answered. Distances are of probabilities (a crop's largest) or of
/// normalised values.
struct HeadDifference {
  std::int64_t crops{0};
  std::int64_t changed{0};       ///< grades: another answer
  std::int64_t not_compared{0};  ///< crops that only one of the two answered
  double largest{0};
  double sum{0};  ///< over the crops
};

class HeadDifferences {
 public:
  /// Two predictions of one face. Heads are paired by their identity, not by their place.
  void add(const FacePrediction& found, const FacePrediction& reference);
  [[nodiscard]] const std::map<HeadId, HeadDifference>& heads() const noexcept { return heads_; }
  /// An object a head: head, task, crops, largest, mean, answers_changed (null for measurements),
  /// not_compared.
  [[nodiscard]] Json figures() const;

 private:
  std::map<HeadId, HeadDifference> heads_;
};

}  // namespace skingauge::app
