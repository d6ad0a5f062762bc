// Synthetic faces in the data set's own layout, for demonstrations and tests where the data set is not at
// hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

namespace skingauge {

/// What to draw. The same options give the same bytes on one machine, whatever the number of threads.
struct SynthesisOptions {
  int subjects{20};                   ///< people; 1..9999
  std::uint64_t seed{1};              ///< people of different seeds have nothing in common
  std::vector<int> devices{1, 2, 3};  ///< cameras, each once: 1 camera (2136 x 3216 px, seven angles), 2
                                      ///< tablet and 3 phone (2448 x 3264 px, three angles)
  int photos_per_subject{0};  ///< this many of a person's photos, chosen by the seed; 0: all of the devices'
  bool awkward{true};         ///< adds a few percent of valid but awkward cases (see SynthesisReport)
  int jpeg_quality{90};       ///< 50..100
  int threads{0};             ///< 1..256; 0: as many as the machine has cores

  /// Throws UsageError (bad-option) with the field's name, its value and the allowed range.
  void validate() const;
};

/// What was written. Cases are counted in labels (one label is one facepart on one photograph), readings in
/// single values.
struct SynthesisReport {
  std::size_t photos{0};
  std::size_t labels{0};
  // From the pose, and from the awkward cases' wider turns:
  std::size_t hidden_boxes{0};  ///< the facepart is turned away: its box is null
  std::size_t small_boxes{0};   ///< a side under 50 px
  std::size_t thin_boxes{0};    ///< at least 50 px, but scaled to 128 px its shorter side is under 64 px
  // Only with SynthesisOptions::awkward:
  std::size_t far_turns{0};         ///< photographs turned further than their angle says
  std::size_t null_boxes{0};        ///< a visible facepart's box is null
  std::size_t swapped_corners{0};   ///< the box's corners are not in order
  std::size_t null_annotations{0};  ///< the whole block
  std::size_t null_equipment{0};    ///< the whole block, of a facepart that has instruments
  std::size_t failed_readings{0};   ///< "Er" in place of an instrument's value
  std::size_t null_values{0};       ///< a grade or a reading
  friend bool operator==(const SynthesisReport&, const SynthesisReport&) = default;
};

/// Draws people, photographs them and writes `ROOT/img/<device>/<subject>/<subject>_<device>_<angle>.jpg`
/// with nine label files each, `ROOT/label/<device>/<subject>/<subject>_<device>_<angle>_<facepart>.json`.
/// Each person's wrinkles, pores, spots, dry lips, sagging chin, shine and fine creases are drawn on the
/// skin; grades and instrument values are read off what was drawn and are the same on all photographs of a
/// person.
///
/// Everything is written to `ROOT.partial`, which becomes ROOT at the end: an interrupted run never looks
/// complete. A `ROOT.partial` that an interrupted run has left is replaced; after an error it is removed.
/// `progress` is called on the calling thread, now and then and after the last photograph.
/// Throws UsageError where an option is out of range or ROOT exists and is not an empty folder, DiskError
/// naming the file where writing fails.
SynthesisReport synthesize(const std::filesystem::path& root, const SynthesisOptions& options = {},
                           const std::function<void(std::size_t done, std::size_t total)>& progress = {});

}  // namespace skingauge
