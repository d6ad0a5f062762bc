#include "skingauge/calibration.hpp"

#include "evaluation/argument.hpp"

#include <algorithm>
#include <cmath>

namespace skingauge {
namespace {

// A bin's three sums, in this order.
constexpr std::size_t kFields = 3;
constexpr std::size_t kCount = 0;
constexpr std::size_t kConfidence = 1;
constexpr std::size_t kHits = 2;

std::size_t size_of(int bins) {
  require_at_least("bins", bins, 1);
  return static_cast<std::size_t>(bins) * kFields;
}

double total(std::span<const double> sums, std::size_t field) {
  double sum = 0;
  for (std::size_t i = field; i < sums.size(); i += kFields) sum += sums[i];
  return sum;
}

}  // namespace

Calibration::Calibration(int bins) : sums_(size_of(bins)) {}

Calibration::Calibration(std::vector<double> sums) : sums_(std::move(sums)) {
  if (sums_.empty() || sums_.size() % kFields != 0) {
    bad_argument("sums", std::to_string(sums_.size()) + " values", "three for each bin");
  }
  for (const double sum : sums_) require_weight("sum", sum);
}

int Calibration::bin_of(double confidence) const {
  if (!(confidence >= 0 && confidence <= 1)) {
    bad_argument("confidence", std::to_string(confidence), "a number 0..1");
  }
  const auto edge = [this](int bin) { return static_cast<double>(bin) / bins(); };
  int bin = std::min(static_cast<int>(confidence * bins()), bins() - 1);
  // The product may round across an edge; the edges of curve() decide.
  if (confidence < edge(bin)) --bin;
  if (bin + 1 < bins() && confidence >= edge(bin + 1)) ++bin;
  return bin;
}

void Calibration::add(double confidence, bool hit, double weight) {
  const auto first = static_cast<std::size_t>(bin_of(confidence)) * kFields;
  require_weight("weight", weight);
  sums_[first + kCount] += weight;
  sums_[first + kConfidence] += weight * confidence;
  sums_[first + kHits] += hit ? weight : 0.0;
}

void Calibration::merge(const Calibration& other, double weight) {
  require_size("sums of the other calibration", other.sums_.size(), sums_.size());
  require_weight("weight", weight);
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += weight * other.sums_[i];
}

double Calibration::count() const { return total(sums_, kCount); }

std::vector<Calibration::Bin> Calibration::curve() const {
  std::vector<Bin> curve(static_cast<std::size_t>(bins()));
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const auto sum = std::span(sums_).subspan(i * kFields, kFields);
    auto& bin = curve[i];
    bin.low = static_cast<double>(i) / bins();
    bin.high = static_cast<double>(i + 1) / bins();
    bin.count = sum[kCount];
    if (bin.count == 0) continue;
    bin.confidence = sum[kConfidence] / bin.count;
    bin.accuracy = sum[kHits] / bin.count;
  }
  return curve;
}

std::optional<double> Calibration::expected_error() const {
  const double all = count();
  if (all == 0) return std::nullopt;
  double sum = 0;
  for (std::size_t i = 0; i < sums_.size(); i += kFields)
    sum += std::abs(sums_[i + kHits] - sums_[i + kConfidence]);
  return sum / all;
}

std::optional<double> Calibration::overconfidence() const {
  const double all = count();
  if (all == 0) return std::nullopt;
  return (total(sums_, kConfidence) - total(sums_, kHits)) / all;
}

std::vector<Figure> Calibration::figures() const {
  const auto constant = count() == 0 ? std::nullopt : std::optional(0.0);
  return {{"ece", expected_error(), constant, {}}, {"overconfidence", overconfidence(), constant, {}}};
}

}  // namespace skingauge
