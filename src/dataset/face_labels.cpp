#include "face_labels.hpp"

#include "skingauge/sign.hpp"

#include "face_random.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace skingauge::face {
namespace {

using Json = nlohmann::ordered_json;

// Ranges of the instruments: the real data's 5 to 95 % (protocol, section 1), slightly widened.
constexpr double kDriest = 42.0;
constexpr double kMoistest = 78.0;
constexpr double kLeastR2 = 0.35;
constexpr double kMostR2 = 0.90;
constexpr double kSmoothestRa = 13.0;
constexpr double kRoughestRa = 34.0;

double rounded(double value, int digits) {
  const double shift = std::pow(10.0, digits);
  return std::round(value * shift) / shift;
}

// The corneometer is applied three times; the file holds the mean of its whole numbers.
double read_moisture(double moisture, Random& random) {
  const double truth = std::lerp(kDriest, kMoistest, moisture);
  double sum = 0.0;
  for (int i = 0; i < 3; ++i) sum += std::round(truth + random.normal());
  return sum / 3.0;
}

// Suction: R0 the skin's rise in mm, R2 the share of it that falls back; the others follow from these two.
void read_elasticity(Json& equipment, const std::string& prefix, double firmness, Random& random) {
  const double r2 = std::lerp(kLeastR2, kMostR2, firmness) + 0.01 * random.normal();
  const double r0 = 0.30 - 0.12 * firmness + 0.01 * random.normal();
  const double r1 = r0 * (1.0 - r2);
  const double elastic = r0 * (0.30 + 0.15 * firmness);
  const double q1 = 0.9 * r2;
  const double values[] = {r0,           r1,        r2,       1.22 * r0, 0.55 * r0, 1.08 * r2, 1.9 - 1.4 * r2,
                           elastic / r0, 0.63 * r0, 0.23 * r0};
  for (std::size_t i = 0; i < std::size(values); ++i) {
    equipment[prefix + "R" + std::to_string(i)] = rounded(values[i], 4);
  }
  equipment[prefix + "Q0"] = rounded(200.0 * r0, 1);
  equipment[prefix + "Q1"] = rounded(q1, 4);
  equipment[prefix + "Q2"] = rounded(0.8 * q1, 4);
  equipment[prefix + "Q3"] = rounded(0.2 * q1, 4);
}

void read_roughness(Json& equipment, const std::string& prefix, double depth, Random& random) {
  const double ra = std::lerp(kSmoothestRa, kRoughestRa, depth) + 0.5 * random.normal();
  const std::pair<std::string_view, double> ratios[] = {{"Ra", 1.0},  {"Rq", 1.24}, {"Rmax", 6.4},
                                                        {"R3z", 3.6}, {"Rt", 7.3},  {"Rz=Rtm", 4.9},
                                                        {"Rp", 3.4},  {"Rv", 3.1}};
  for (const auto& [name, ratio] : ratios) {
    const double scatter = name == "Ra" ? 1.0 : 1.0 + 0.03 * random.normal();
    equipment[prefix + std::string(name)] = rounded(ra * ratio * scatter, 3);
  }
}

// The key without the last letters that name the value: "l_cheek_elasticity_R2" -> "l_cheek_elasticity_".
std::string prefix_of(const Sign& sign) {
  const auto end = sign.key.rfind('_');
  return std::string(sign.key.substr(0, end + 1));
}

void measure(Json& equipment, const Sign& sign, const Traits& traits, const Marks& marks, Random& random) {
  const std::size_t side = info(sign.facepart).side == Side::right ? 1 : 0;
  const std::string key(sign.key);
  switch (sign.item) {
    case Item::count:
      equipment[key] = marks.spots.size();
      break;
    case Item::pore:
      equipment[key] = marks.pores[side].size();
      break;
    case Item::moisture:
      equipment[key] = read_moisture(traits.moisture.at(sign.facepart), random);
      break;
    case Item::elasticity:
      read_elasticity(equipment, prefix_of(sign), traits.firmness.at(sign.facepart), random);
      break;
    case Item::wrinkle:
      read_roughness(equipment, prefix_of(sign), traits.crow_depth[side], random);
      break;
    case Item::pigmentation:
    case Item::sagging:
    case Item::dryness:
      break;
  }
}

int skin_type_of(const Traits& traits) {
  const double cheeks = (traits.moisture.cheek[0] + traits.moisture.cheek[1]) / 2.0;
  const double forehead = traits.moisture.forehead;
  if (std::abs(forehead - cheeks) > 0.3) return forehead > cheeks ? 4 : 3;
  const double mean = (forehead + cheeks) / 2.0;
  if (mean > 0.75) return 5;
  if (mean > 0.45) return 0;
  return mean > 0.2 ? 1 : 2;
}

int age_of(const Traits& traits, Random& random) {
  const double signs = (traits.forehead_wrinkle + traits.glabella_wrinkle + traits.crow_feet[0] +
                        traits.sagging + traits.other_spots) /
                       5.0;
  return std::clamp(static_cast<int>(std::lround(18.0 + 56.0 * signs + 3.0 * random.normal())), 18, 79);
}

std::string date_of(Random& random) {
  const int month = 5 + random.below(6);
  const int day = 1 + random.below(28);
  const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return "2023-" + two(month) + "-" + two(day);
}

}  // namespace

Person examine(const std::string& id, const Traits& traits, const Marks& marks) {
  Random random{mix_seed({traits.seed, 7})};
  Person person;
  person.id = id;
  person.female = traits.female;
  person.age = age_of(traits, random);
  person.skin_type = skin_type_of(traits);
  person.sensitive = random.chance(0.3);
  person.date = date_of(random);
  for (const auto& sign : signs()) {
    const auto part = index(sign.facepart);
    if (sign.task == Task::grade) {
      person.annotations[part][std::string(sign.key)] = grade_of(strength(traits, sign), sign);
    } else {
      measure(person.equipment[part], sign, traits, marks, random);
    }
  }
  person.annotations[0] = {{"acne", nullptr}};
  return person;
}

nlohmann::ordered_json make_label(const Person& person, const PhotoFacts& photo, Facepart facepart,
                                  const std::optional<Box>& box) {
  const auto part = index(facepart);
  Json label;
  label["info"] = {{"filename", photo.name + ".jpg"},
                   {"id", person.id},
                   {"gender", person.female ? "F" : "M"},
                   {"age", person.age},
                   {"date", person.date},
                   {"skin_type", person.skin_type},
                   {"sensitive", person.sensitive ? 1 : 0}};
  label["images"] = {{"device", photo.device - 1},
                     {"width", photo.width},
                     {"height", photo.height},
                     {"angle", photo.angle},
                     {"facepart", number(facepart)}};
  label["images"]["bbox"] = box ? Json({box->x1, box->y1, box->x2, box->y2}) : Json();
  label["annotations"] = person.annotations[part];
  label["equipment"] = person.equipment[part];
  return label;
}

}  // namespace skingauge::face
