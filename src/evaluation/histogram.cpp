#include "skingauge/histogram.hpp"

#include "evaluation/argument.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace skingauge {
namespace {

std::size_t size_of(int bins) {
  require_at_least("bins", bins, 1);
  return static_cast<std::size_t>(bins);
}

}  // namespace

Histogram::Histogram(double low, double high, int bins) : low_(low), high_(high), bins_(size_of(bins)) {
  const double width = (high - low) / bins;
  if (!std::isfinite(width) || !(width > 0)) {
    bad_argument("range", std::to_string(low) + ".." + std::to_string(high), "finite bounds, low < high");
  }
}

void Histogram::add(double value) {
  require_finite("value", value);
  if (value < low_ || value > high_) {
    ++(value < low_ ? below_ : above_);
    return;
  }
  const auto last = std::ssize(bins_) - 1;
  const double width = (high_ - low_) / static_cast<double>(bins_.size());
  const auto edge = [&](std::ptrdiff_t bin) { return low_ + static_cast<double>(bin) * width; };
  auto bin = std::clamp(static_cast<std::ptrdiff_t>((value - low_) / width), std::ptrdiff_t{0}, last);
  // The quotient may round across an edge; the edges decide.
  if (bin > 0 && value < edge(bin)) --bin;
  if (bin < last && value >= edge(bin + 1)) ++bin;
  ++bins_[static_cast<std::size_t>(bin)];
}

void Histogram::merge(const Histogram& other) {
  if (other.low_ != low_ || other.high_ != high_ || other.bins_.size() != bins_.size()) {
    const auto text = [](const Histogram& h) {
      return std::to_string(h.bins_.size()) + " bins over " + std::to_string(h.low_) + ".." +
             std::to_string(h.high_);
    };
    bad_argument("other histogram", text(other), text(*this));
  }
  for (std::size_t i = 0; i < bins_.size(); ++i) bins_[i] += other.bins_[i];
  below_ += other.below_;
  above_ += other.above_;
}

std::int64_t Histogram::count() const { return std::accumulate(bins_.begin(), bins_.end(), below_ + above_); }

}  // namespace skingauge
