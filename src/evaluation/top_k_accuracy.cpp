#include "skingauge/grade_metrics.hpp"

#include "evaluation/argument.hpp"
#include "evaluation/ratio.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace skingauge {
namespace {

std::size_t size_of(int classes) {
  require_at_least("classes", classes, 1);
  return static_cast<std::size_t>(classes);
}

void add_each(std::vector<std::int64_t>& counts, const std::vector<std::int64_t>& others) {
  counts.resize(std::max(counts.size(), others.size()));
  for (std::size_t i = 0; i < others.size(); ++i) counts[i] += others[i];
}

// The first k of the counts, as a share.
std::optional<double> share_of_first(const std::vector<std::int64_t>& counts, int k, std::int64_t all) {
  require_at_least("k", k, 1);
  const auto taken = std::min(static_cast<std::ptrdiff_t>(k), std::ssize(counts));
  const auto sum = std::accumulate(counts.begin(), counts.begin() + taken, std::int64_t{0});
  return ratio(static_cast<double>(sum), all);
}

template <class Score>
int rank_among(std::span<const Score> scores, int truth) {
  require_index("truth", truth, std::ssize(scores));
  const Score own = scores[static_cast<std::size_t>(truth)];
  int rank = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    require_finite("score", scores[i]);
    const bool lower = i < static_cast<std::size_t>(truth);
    rank += scores[i] > own || (lower && scores[i] == own) ? 1 : 0;
  }
  return rank;
}

}  // namespace

TopKAccuracy::TopKAccuracy(int classes) : ranks_(size_of(classes)), truths_(size_of(classes)) {}

void TopKAccuracy::add(std::span<const float> scores, int truth) {
  require_size("scores", scores.size(), ranks_.size());
  add_rank(rank_of(scores, truth), truth);
}

void TopKAccuracy::add_rank(int rank, int truth, std::int64_t samples) {
  require_index("rank", rank, std::ssize(ranks_));
  require_index("truth", truth, std::ssize(truths_));
  require_at_least("samples", samples, 0);
  ranks_[static_cast<std::size_t>(rank)] += samples;
  truths_[static_cast<std::size_t>(truth)] += samples;
  count_ += samples;
}

void TopKAccuracy::merge(const TopKAccuracy& other) {
  add_each(ranks_, other.ranks_);
  add_each(truths_, other.truths_);
  count_ += other.count_;
}

std::optional<double> TopKAccuracy::value(int k) const { return share_of_first(ranks_, k, count_); }

std::optional<double> TopKAccuracy::best_constant(int k) const {
  auto commonest_first = truths_;
  std::sort(commonest_first.begin(), commonest_first.end(), std::greater<>());
  return share_of_first(commonest_first, k, count_);
}

std::vector<Figure> TopKAccuracy::figures() const {
  std::vector<Figure> figures;
  for (const int k : {1, 2, 3}) {
    figures.push_back({"top" + std::to_string(k), value(k), best_constant(k), {}});
  }
  return figures;
}

int TopKAccuracy::rank_of(std::span<const float> scores, int truth) { return rank_among(scores, truth); }

int TopKAccuracy::rank_of(std::span<const double> scores, int truth) { return rank_among(scores, truth); }

}  // namespace skingauge
