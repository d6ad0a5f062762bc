// Sums by person: what a bootstrap over people adds up again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace skingauge {

/// A sparse table, people x columns. Filled by add(), then closed; reading is safe from many threads.
class PersonSums {
 public:
  PersonSums(std::size_t people, std::size_t columns) : people_(people), columns_(columns) {}

  /// Throws std::out_of_range beyond the table.
  void add(std::uint32_t person, std::size_t column, double value);
  void close();

  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
  /// Column sums in which each person counts as often as `weights` says; empty: once. Throws
  /// std::invalid_argument for weights of another number of people.
  [[nodiscard]] std::vector<double> weighted(std::span<const std::uint32_t> weights) const;

 private:
  struct Entry {
    std::uint64_t place;  ///< person x columns + column
    double value;
  };
  void compact();

  std::size_t people_;
  std::size_t columns_;
  std::vector<Entry> entries_;  ///< while filling
  std::size_t compact_at_{std::size_t{1} << 20U};
  std::vector<std::size_t> starts_;  ///< by person, into the two below
  std::vector<std::uint32_t> column_;
  std::vector<double> value_;
};

}  // namespace skingauge
