// The label files of a synthetic person: the same fields, in the same order, as the guideline's example.
#pragma once

#include "skingauge/box.hpp"
#include "skingauge/facepart.hpp"

#include "face_marks.hpp"
#include "face_traits.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace skingauge::face {

/// Who was photographed, and what was graded and measured: the same on all photographs of a person.
struct Person {
  std::string id;  ///< four digits
  bool female{false};
  int age{0};        ///< years; grows with the signs drawn
  int skin_type{0};  ///< 0..5: neutral, dry, very dry, dry combination, oily combination, oily
  bool sensitive{false};
  std::string date;  ///< of the photographs, YYYY-MM-DD
  /// One entry a facepart, by its number: the blocks `annotations` and `equipment`.
  std::array<nlohmann::ordered_json, 9> annotations;
  std::array<nlohmann::ordered_json, 9> equipment;
};

/// Reads grades and instrument values off what is drawn. Instruments scatter a little (seeded by the person);
/// counts are exact.
Person examine(const std::string& id, const Traits& traits, const Marks& marks);

/// The photograph a label belongs to.
struct PhotoFacts {
  std::string name;  ///< without extension: "0001_01_F"
  int device{1};     ///< 1..3
  int angle{0};      ///< 0..8 = F, Ft, Fb, L15, L30, R15, R30, L, R
  int width{0};
  int height{0};
};

/// The content of one label file; no box: the facepart is not seen.
nlohmann::ordered_json make_label(const Person& person, const PhotoFacts& photo, Facepart facepart,
                                  const std::optional<Box>& box);

}  // namespace skingauge::face
