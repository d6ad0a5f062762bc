#include "evaluation/person_sums.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace skingauge {

void PersonSums::add(std::uint32_t person, std::size_t column, double value) {
  if (person >= people_ || column >= columns_)
    throw std::out_of_range("PersonSums::add: person or column beyond the table");
  if (value == 0.0) return;
  entries_.push_back({std::uint64_t{person} * columns_ + column, value});
  if (entries_.size() >= compact_at_) compact();
}

// One entry a place; the next time only when at least as many again have come.
void PersonSums::compact() {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.place < b.place; });
  std::size_t kept = 0;
  for (const auto& entry : entries_) {
    if (kept > 0 && entries_[kept - 1].place == entry.place) {
      entries_[kept - 1].value += entry.value;
    } else {
      entries_[kept++] = entry;
    }
  }
  entries_.resize(kept);
  compact_at_ = std::max(compact_at_, 2 * kept);
}

void PersonSums::close() {
  compact();
  starts_.assign(people_ + 1, 0);
  column_.reserve(entries_.size());
  value_.reserve(entries_.size());
  for (const auto& entry : entries_) {
    ++starts_[static_cast<std::size_t>(entry.place / columns_) + 1];
    column_.push_back(static_cast<std::uint32_t>(entry.place % columns_));
    value_.push_back(entry.value);
  }
  for (std::size_t person = 0; person < people_; ++person) starts_[person + 1] += starts_[person];
  std::vector<Entry>().swap(entries_);
}

std::vector<double> PersonSums::weighted(std::span<const std::uint32_t> weights) const {
  if (!weights.empty() && weights.size() != people_)
    throw std::invalid_argument("PersonSums::weighted: found " + std::to_string(weights.size()) +
                                " weights, expected one for each of " + std::to_string(people_) + " people");
  std::vector<double> sums(columns_, 0.0);
  for (std::size_t person = 0; person < people_; ++person) {
    const double weight = weights.empty() ? 1.0 : weights[person];
    if (weight == 0.0) continue;
    for (std::size_t i = starts_[person]; i < starts_[person + 1]; ++i)
      sums[column_[i]] += weight * value_[i];
  }
  return sums;
}

}  // namespace skingauge
