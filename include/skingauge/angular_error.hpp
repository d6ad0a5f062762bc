// Metric of gaze: the angle between two directions.
#pragma once

#include "skingauge/figure.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace skingauge {

/// A direction by its two angles in radians: pitch up or down from the horizontal plane, yaw around the
/// vertical axis. As a unit vector (cos pitch sin yaw, sin pitch, cos pitch cos yaw); flipped or exchanged
/// axes, as data sets have them, turn both vectors alike and leave the angle between them as it is.
struct GazeDirection {
  double pitch{0};
  double yaw{0};
};

/// The angle between two directions in degrees, 0..180. The error stays at the last digits of a double from
/// opposite directions down to angles of 1e-150: no arc cosine, no difference of nearly equal products.
double angle_between(const GazeDirection& a, const GazeDirection& b) noexcept;

/// Mean angular error in degrees, as published for gaze. A mergeable accumulator. Not safe for writing from
/// several threads.
class AngularError {
 public:
  /// The true pitch within -+pi/2 and yaw within -+pi, up to rounding (0.01), so that degrees given by
  /// mistake are noticed; the answer's angles finite and within -+1e6. std::invalid_argument else.
  void add(const GazeDirection& truth, const GazeDirection& answer);
  void merge(const AngularError& other);

  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  /// Degrees; empty where nothing was added.
  [[nodiscard]] std::optional<double> mean_degrees() const;
  /// angular_error. Without a best constant: the direction of least mean angle (the median of the sphere) has
  /// no closed form, and the mean direction is not it.
  [[nodiscard]] std::vector<Figure> figures() const;

 private:
  std::int64_t count_{0};
  double degrees_{0};  ///< sum
};

}  // namespace skingauge
