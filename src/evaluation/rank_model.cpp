#include "evaluation/rank_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

namespace skingauge {

RankModel::RankModel(std::span<const double> a, std::span<const double> b, std::vector<std::uint32_t> person)
    : person_(std::move(person)), a_(order_of(a)), b_(order_of(b)) {
  for (const auto one : person_) people_ = std::max<std::size_t>(people_, std::size_t{one} + 1);
}

RankModel::Order RankModel::order_of(std::span<const double> values) {
  Order order;
  order.samples.resize(values.size());
  std::iota(order.samples.begin(), order.samples.end(), 0U);
  std::sort(order.samples.begin(), order.samples.end(),
            [&](std::uint32_t x, std::uint32_t y) { return values[x] < values[y]; });
  for (std::uint32_t i = 1; i <= values.size(); ++i) {
    if (i == values.size() || values[order.samples[i]] != values[order.samples[i - 1]])
      order.ends.push_back(i);
  }
  return order;
}

// A run of equal values shares the mean of the places it takes.
void RankModel::ranks(const Order& order, std::span<const std::uint32_t> weights,
                      std::vector<double>& out) const {
  double before = 0;
  std::uint32_t start = 0;
  for (const auto end : order.ends) {
    double weight = 0;
    for (auto i = start; i < end; ++i) weight += weights[person_[order.samples[i]]];
    for (auto i = start; i < end; ++i) out[order.samples[i]] = before + (weight + 1) / 2;
    before += weight;
    start = end;
  }
}

std::optional<double> RankModel::correlation(std::span<const std::uint32_t> weights) const {
  if (weights.size() < people_)
    throw std::invalid_argument("RankModel::correlation: found " + std::to_string(weights.size()) +
                                " weights, expected one for each of " + std::to_string(people_) + " people");
  std::vector<double> a(person_.size());
  std::vector<double> b(person_.size());
  ranks(a_, weights, a);
  ranks(b_, weights, b);
  double n = 0;
  for (const auto person : person_) n += weights[person];
  const double middle = (n + 1) / 2;  // of all ranks: keeps the moments small
  double aa = 0;
  double bb = 0;
  double ab = 0;
  for (std::size_t i = 0; i < person_.size(); ++i) {
    const double w = weights[person_[i]];
    aa += w * (a[i] - middle) * (a[i] - middle);
    bb += w * (b[i] - middle) * (b[i] - middle);
    ab += w * (a[i] - middle) * (b[i] - middle);
  }
  return correlation_of(n, 0, 0, aa, bb, ab);
}

std::optional<double> correlation_of(double n, double a, double b, double aa, double bb, double ab) {
  constexpr double kRounding = 1e-12;
  if (n < 2) return std::nullopt;
  const double va = aa - a * a / n;
  const double vb = bb - b * b / n;
  if (va <= kRounding * aa || vb <= kRounding * bb) return std::nullopt;
  return std::clamp((ab - a * b / n) / std::sqrt(va * vb), -1.0, 1.0);
}

}  // namespace skingauge
