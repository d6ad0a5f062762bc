// Predicts grades and measurements of one portrait:
//   predict_portrait MANIFEST PHOTO BOXES
#include "skingauge/boxes_file.hpp"
#include "skingauge/ensemble.hpp"
#include "skingauge/error.hpp"

#include <iostream>
#include <variant>

int main(int argc, char** argv) try {
  if (argc != 4) {
    std::cerr << "usage: predict_portrait MANIFEST PHOTO BOXES\n";
    return 2;
  }
  // Loaded once, used from as many threads as you like. The portrait's face is small: the limit is lowered
  // openly.
  const auto ensemble = skingauge::Ensemble::load(argv[1], {.device = "auto", .min_box_side = 14});

  const std::filesystem::path photo = argv[2];
  skingauge::Request request{.image = skingauge::Image::read(photo)};
  const auto boxes = skingauge::read_boxes(argv[3]);
  for (const auto& region : boxes.at(photo.filename().string())) {
    if (region.box) request.regions.push_back({region.facepart, *region.box});
  }

  for (const auto& head : ensemble.predict(request).heads) {
    std::cout << head.key << ": ";
    if (const auto* grade = std::get_if<skingauge::GradePrediction>(&head.answer)) {
      std::cout << "grade " << grade->grade << "\n";
    } else if (const auto* m = std::get_if<skingauge::MeasurementPrediction>(&head.answer)) {
      const auto* sign = skingauge::find_sign_by_key(head.key, head.task);
      const bool outside = sign != nullptr && is_outside_official_range(*sign, m->units);
      std::cout << m->units << " " << m->unit << (outside ? " (outside the official range)" : "") << "\n";
    } else {
      std::cout << "not predicted: " << to_string(std::get<skingauge::Skipped>(head.answer).reason) << "\n";
    }
  }
} catch (const skingauge::Error& error) {
  std::cerr << error.what() << " [" << to_string(error.code()) << "]\n";
  return 1;
}
