#include "app/decode_difference.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace skingauge::app {
namespace {

struct Bin {
  const char* name;
  std::size_t first;
  std::size_t last;
};
constexpr std::array kBins{Bin{"0", 0, 0},      Bin{"1", 1, 1},        Bin{"2", 2, 2},      Bin{"3", 3, 3},
                           Bin{"4_to_7", 4, 7}, Bin{"8_to_15", 8, 15}, Bin{"more", 16, 255}};

std::vector<int> sorted(std::vector<int> grades) {
  std::sort(grades.begin(), grades.end());
  return grades;
}

}  // namespace

void ByteDifference::add(std::span<const std::uint8_t> one, std::span<const std::uint8_t> other) {
  if (one.size() != other.size()) {
    throw std::invalid_argument("ByteDifference: " + std::to_string(one.size()) + " and " +
                                std::to_string(other.size()) + " bytes");
  }
  for (std::size_t i = 0; i < one.size(); ++i) {
    ++counts_[static_cast<std::size_t>(std::abs(int{one[i]} - int{other[i]}))];
  }
}

std::int64_t ByteDifference::bytes() const noexcept {
  std::int64_t sum = 0;
  for (const auto count : counts_) sum += count;
  return sum;
}

double ByteDifference::equal_share() const noexcept {
  const auto all = bytes();
  return all == 0 ? 1 : static_cast<double>(counts_[0]) / static_cast<double>(all);
}

int ByteDifference::largest() const noexcept {
  for (int difference = 255; difference > 0; --difference) {
    if (count(difference) > 0) return difference;
  }
  return 0;
}

double ByteDifference::mean() const noexcept {
  double sum = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    sum += static_cast<double>(i) * static_cast<double>(counts_[i]);
  const auto all = bytes();
  return all == 0 ? 0 : sum / static_cast<double>(all);
}

std::int64_t ByteDifference::count(int difference) const noexcept {
  return counts_[static_cast<std::size_t>(difference)];
}

Json ByteDifference::figures() const {
  const auto all = static_cast<double>(std::max<std::int64_t>(bytes(), 1));
  Json shares;
  for (const auto& bin : kBins) {
    std::int64_t sum = 0;
    for (std::size_t i = bin.first; i <= bin.last; ++i) sum += counts_[i];
    shares[bin.name] = static_cast<double>(sum) / all;
  }
  return {{"bytes", bytes()},
          {"equal_share", equal_share()},
          {"largest", largest()},
          {"mean", mean()},
          {"share_by_difference", shares}};
}

void AnswerDifference::add(const FacePrediction& one, const FacePrediction& other) {
  const auto heads = std::min(one.heads.size(), other.heads.size());
  not_compared_ += static_cast<std::int64_t>(std::max(one.heads.size(), other.heads.size()) - heads);
  for (std::size_t i = 0; i < heads; ++i) {
    const auto& answer = one.heads[i].answer;
    const auto& expected = other.heads[i].answer;
    if (answer.index() != expected.index() || std::holds_alternative<Skipped>(answer)) {
      ++not_compared_;
    } else if (const auto* grade = std::get_if<GradePrediction>(&answer)) {
      add(*grade, std::get<GradePrediction>(expected));
    } else {
      add(std::get<MeasurementPrediction>(answer), std::get<MeasurementPrediction>(expected));
    }
  }
}

void AnswerDifference::add(const GradePrediction& one, const GradePrediction& other) {
  ++grades_;
  grades_changed_ += one.grade != other.grade ? 1 : 0;
  top3_changed_ += sorted(one.top3) != sorted(other.top3) ? 1 : 0;
  for (std::size_t i = 0; i < std::min(one.probabilities.size(), other.probabilities.size()); ++i) {
    const double distance = std::abs(double{one.probabilities[i]} - double{other.probabilities[i]});
    probability_ = std::max(probability_, distance);
  }
}

void AnswerDifference::add(const MeasurementPrediction& one, const MeasurementPrediction& other) {
  const double distance = std::abs(one.value - other.value);
  ++measurements_;
  largest_ = std::max(largest_, distance);
  sum_ += distance;
}

Json AnswerDifference::figures() const {
  return {{"grades", grades_},
          {"grades_changed", grades_changed_},
          {"top3_changed", top3_changed_},
          {"largest_probability_difference", probability_},
          {"measurements", measurements_},
          {"largest_measurement_difference", largest_},
          {"mean_measurement_difference", measurements_ == 0 ? 0 : sum_ / static_cast<double>(measurements_)},
          {"not_compared", not_compared_}};
}

}  // namespace skingauge::app
