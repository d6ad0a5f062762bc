#include "skingauge/angular_error.hpp"

#include "evaluation/argument.hpp"
#include "evaluation/ratio.hpp"

#include <cmath>
#include <numbers>

namespace skingauge {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kRounding = 0.01;
constexpr double kLargestAnswer = 1e6;

void require_angle(const char* name, double found, double limit) {
  if (!(std::abs(found) <= limit)) {
    bad_argument(name, std::to_string(found), "radians within -+" + std::to_string(limit));
  }
}

}  // namespace

double angle_between(const GazeDirection& a, const GazeDirection& b) noexcept {
  // Vincenty's form of the great-circle angle. Sines of half differences keep small angles exact where the
  // textbook's products would cancel.
  const double half_yaw = std::sin((b.yaw - a.yaw) / 2);
  const double across = std::cos(b.pitch) * std::sin(b.yaw - a.yaw);
  const double along =
      std::sin(b.pitch - a.pitch) + 2 * std::sin(a.pitch) * std::cos(b.pitch) * half_yaw * half_yaw;
  const double dot =
      std::cos(b.pitch - a.pitch) - 2 * std::cos(a.pitch) * std::cos(b.pitch) * half_yaw * half_yaw;
  return std::atan2(std::hypot(across, along), dot) * (180 / kPi);
}

void AngularError::add(const GazeDirection& truth, const GazeDirection& answer) {
  require_angle("true pitch", truth.pitch, kPi / 2 + kRounding);
  require_angle("true yaw", truth.yaw, kPi + kRounding);
  require_angle("answered pitch", answer.pitch, kLargestAnswer);
  require_angle("answered yaw", answer.yaw, kLargestAnswer);
  degrees_ += angle_between(truth, answer);
  ++count_;
}

void AngularError::merge(const AngularError& other) {
  degrees_ += other.degrees_;
  count_ += other.count_;
}

std::optional<double> AngularError::mean_degrees() const { return ratio(degrees_, count_); }

std::vector<Figure> AngularError::figures() const {
  return {{"angular_error", mean_degrees(), std::nullopt, {}}};
}

}  // namespace skingauge
