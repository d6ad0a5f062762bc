#include "face_shots.hpp"

#include "face_random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <string_view>

namespace skingauge::face {
namespace {

struct Angle {
  int number;
  std::string_view name;
  double yaw;    // degrees
  double pitch;  // degrees
};

// R: the viewer's left cheek comes to the front (the guideline's example, R30, has a wide box there).
constexpr std::array<Angle, 9> kAngles{{{0, "F", 0, 0},
                                        {1, "Ft", 0, -13},
                                        {2, "Fb", 0, 13},
                                        {3, "L15", -15, 0},
                                        {4, "L30", -30, 0},
                                        {5, "R15", 15, 0},
                                        {6, "R30", 30, 0},
                                        {7, "L", -32, 0},
                                        {8, "R", 32, 0}}};
constexpr std::array kCameraAngles{0, 1, 2, 3, 4, 5, 6};
constexpr std::array kPhoneAngles{0, 7, 8};
constexpr int kCamera = 1;

// A photograph of the data set is 3.31 spans between the outer eye corners high, with the eyes at half its
// height (protocol, section 3); by the medians of section 9 a detector's box is 1 / 0.517 of such spans wide.
constexpr double kFaceWidthOfPictureHeight = 1.0 / (3.31 * 0.517);
constexpr double kEyes = 0.378;  // b of the line through the eyes

std::span<const int> angles_of(int device) noexcept {
  return device == kCamera ? std::span<const int>{kCameraAngles} : std::span<const int>{kPhoneAngles};
}

double radians(double degrees) noexcept { return degrees * std::numbers::pi / 180.0; }

std::string two_digits(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

Shot make_shot(int subject, int device, int angle, std::uint64_t seed) {
  Shot shot;
  shot.subject = subject;
  shot.seed = mix_seed({seed, static_cast<std::uint64_t>(subject), static_cast<std::uint64_t>(device),
                        static_cast<std::uint64_t>(angle)});
  const auto& held = kAngles[static_cast<std::size_t>(angle)];
  shot.facts = {subject_id(subject) + "_" + two_digits(device) + "_" + std::string(held.name), device, angle,
                device == kCamera ? 2136 : 2448, device == kCamera ? 3216 : 3264};
  return shot;
}

// Keeps `count` of the shots, chosen by the seed, in their order.
void choose(std::vector<Shot>& shots, int count, Random random) {
  while (static_cast<int>(shots.size()) > count) {
    shots.erase(shots.begin() + random.below(static_cast<int>(shots.size())));
  }
}

}  // namespace

std::string Shot::folder() const { return two_digits(facts.device) + "/" + subject_id(subject); }

std::string subject_id(int subject) {
  const auto digits = std::to_string(subject);
  return std::string(4 - digits.size(), '0') + digits;
}

std::vector<Shot> plan_shots(const SynthesisOptions& options) {
  std::vector<Shot> all;
  auto devices = options.devices;
  std::sort(devices.begin(), devices.end());
  for (int subject = 1; subject <= options.subjects; ++subject) {
    std::vector<Shot> shots;
    for (const int device : devices) {
      for (const int angle : angles_of(device)) {
        shots.push_back(make_shot(subject, device, angle, options.seed));
      }
    }
    if (options.photos_per_subject > 0) {
      choose(shots, options.photos_per_subject,
             Random{mix_seed({options.seed, static_cast<std::uint64_t>(subject), 0xC0})});
    }
    all.insert(all.end(), shots.begin(), shots.end());
  }
  return all;
}

Take direct(const Shot& shot, const Traits& traits, bool awkward) {
  constexpr double kFarTurn = 0.06;  // of the turned photographs
  Random random{shot.seed};
  const auto& held = kAngles[static_cast<std::size_t>(shot.facts.angle)];
  double yaw = held.yaw + 2.0 * random.normal();
  const double pitch = held.pitch + 1.5 * random.normal();
  const bool far_turn = random.chance(kFarTurn) && awkward && held.yaw != 0.0;
  const double further = random.uniform(12.0, 22.0);
  if (far_turn) yaw += std::copysign(further, held.yaw);

  Take take;
  take.far_turn = far_turn;
  const double size = kFaceWidthOfPictureHeight * shot.facts.height * random.uniform(0.96, 1.04);
  const double height = 1.07 * size * traits.height;
  const double aside = random.uniform(-25.0, 25.0) - 0.17 * size * std::sin(radians(yaw));
  take.pose = {radians(yaw),
               radians(pitch),
               shot.facts.width / 2.0 + aside,
               0.5 * shot.facts.height + (Geometry::kMiddle - kEyes) * height + random.uniform(-40.0, 40.0),
               size,
               height};
  take.setting = {random.uniform(-1.0, 1.0), random.uniform(0.94, 1.04), random.uniform(-1.0, 1.0),
                  random.uniform(),          random.uniform(1.0, 2.0),   random.bits()};
  return take;
}

Sitting sit(const Shot& shot, std::uint64_t seed, bool awkward) {
  const auto traits = draw_traits(mix_seed({seed, static_cast<std::uint64_t>(shot.subject), 0x5}));
  const auto take = direct(shot, traits, awkward);
  return {traits, place_marks(traits), take, Geometry(head_of(traits), take.pose)};
}

Image Sitting::photograph(const Shot& shot) const {
  return face::photograph(traits, marks, geometry, take.setting, shot.facts.width, shot.facts.height);
}

}  // namespace skingauge::face
