// Prints what skingauge judges: every sign with its facepart and range. Needs no model and no photograph.
#include "skingauge/facepart.hpp"
#include "skingauge/sign.hpp"
#include "skingauge/version.hpp"

#include <iostream>

int main() {
  std::cout << "skingauge " << skingauge::version() << "\n";
  for (const skingauge::Sign& sign : skingauge::signs()) {
    std::cout << skingauge::to_string(sign.task) << "  " << sign.key << "  on the "
              << skingauge::info(sign.facepart).name << ", 0 to ";
    if (sign.task == skingauge::Task::grade) {
      std::cout << sign.max_grade << "\n";
    } else {
      std::cout << sign.official_max << " " << sign.unit << "\n";
    }
  }
}
