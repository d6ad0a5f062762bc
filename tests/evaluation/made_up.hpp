// Made-up predictions whose figures a test can compute by hand or by brute force.
#pragma once

#include "skingauge/evaluation_data.hpp"

#include <random>
#include <string>

namespace skingauge::test {

inline const Sign& grade_sign(std::string_view key) { return *find_sign_by_key(key, Task::grade); }
inline const Sign& measure_sign(std::string_view key) { return *find_sign_by_key(key, Task::measurement); }

/// `people` people with `photos` photographs each, every head judged, answers near the truth now and then.
inline EvaluationData made_up(int people, int photos, unsigned seed) {
  std::mt19937 random(seed);
  const auto drawn = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
  const auto share = [&] { return static_cast<double>(random() % 1000) / 1000; };
  EvaluationData data;
  for (int person = 0; person < people; ++person) {
    const int age = 20 + drawn(40);
    for (int photo = 0; photo < photos; ++photo) {
      auto facts = facts_from_name(std::to_string(1000 + person) + "_0" + std::to_string(1 + photo % 3) +
                                   "_" + (photo % 2 == 0 ? "F" : "L"));
      facts.id += std::to_string(photo);
      facts.gender = person % 2 == 0 ? "F" : "M";
      facts.age = age;
      const auto index = data.add_photo(facts);
      for (const auto& sign : signs()) {
        if (sign.task == Task::measurement) {
          const double truth = share();
          data.add_measurement(index, sign, truth + 0.2 * share(), truth);
          continue;
        }
        const int truth = drawn(sign.max_grade + 1);
        const int answer = drawn(3) == 0 ? truth : drawn(sign.max_grade + 1);
        data.add_grade(index, sign, {answer, truth, answer == truth ? 0 : 1 + drawn(4), 0.2 + 0.8 * share()});
      }
    }
  }
  return data;
}

}  // namespace skingauge::test
