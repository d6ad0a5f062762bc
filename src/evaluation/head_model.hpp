// One head's samples, prepared so that a bootstrap's round costs little.
#pragma once

#include "skingauge/evaluation.hpp"

#include "evaluation/headline_sums.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// Who is on which photograph.
struct People {
  explicit People(const std::vector<PhotoFacts>& photos);
  std::vector<std::uint32_t> of_photo;
  std::size_t count{0};
};

/// The figures of one head under any weighting of people. Immutable; safe from many threads.
class HeadModel {
 public:
  struct Round {
    std::vector<std::optional<double>> values;  ///< in the order of names()
    Headline headline{};                        ///< for the groups this head is pooled into
  };

  virtual ~HeadModel() = default;
  HeadModel(const HeadModel&) = delete;
  HeadModel& operator=(const HeadModel&) = delete;

  [[nodiscard]] virtual std::vector<std::string> names() const = 0;
  /// Empty weights: everybody counts once.
  [[nodiscard]] virtual Round round(std::span<const std::uint32_t> weights) const = 0;
  /// In the order of names(): of the best constant answer.
  [[nodiscard]] virtual std::vector<std::optional<double>> constants() const = 0;
  /// Confusion, calibration, pairs, histograms, the commonest answer; no figures.
  virtual void describe(HeadReport& report, const EvaluationOptions& options) const = 0;

  [[nodiscard]] const HeadSamples& samples() const noexcept { return *samples_; }
  [[nodiscard]] const Headline& constant() const noexcept { return constant_; }

  /// Keeps a reference to the samples.
  static std::unique_ptr<HeadModel> make(const HeadSamples& samples, const People& people);

 protected:
  explicit HeadModel(const HeadSamples& samples);

 private:
  const HeadSamples* samples_;
  Headline constant_;
};

std::unique_ptr<HeadModel> make_grade_model(const HeadSamples& samples, const People& people);
std::unique_ptr<HeadModel> make_measurement_model(const HeadSamples& samples, const People& people);

}  // namespace skingauge
