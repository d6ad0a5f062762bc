// The crops of one property's values: all devices, all angles, ... under any weighting of people.
#pragma once

#include "skingauge/evaluation.hpp"

#include "evaluation/head_model.hpp"
#include "evaluation/person_sums.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// How a property reads: the order of its values, -1 where it is not known.
struct SliceDimension {
  std::string name;
  std::function<int(const PhotoFacts&, const Sign&)> place;  ///< sorts values; -1: unknown
  std::function<std::string(int place)> value;               ///< its name
};
/// device, angle, side, gender, age, skin_type, sensitive.
const std::vector<SliceDimension>& slice_dimensions();

/// One property of one task. Immutable; safe from many threads.
class SliceModel {
 public:
  using Heads = std::vector<std::unique_ptr<HeadModel>>;
  SliceModel(const EvaluationData& data, Task task, const Heads& heads, const People& people,
             const SliceDimension& dimension);

  /// Whether at least two known values occur.
  [[nodiscard]] bool tells_something() const;
  /// The values with counts, figures and best constants, without intervals.
  [[nodiscard]] std::vector<Slice> slices(const EvaluationOptions& options) const;
  /// Figures in the order of slices(): for each value its items', the mean's and the pooled.
  [[nodiscard]] std::vector<std::optional<double>> values(std::span<const std::uint32_t> weights) const;

 private:
  struct Cell {
    int place{0};
    std::vector<std::vector<std::size_t>> samples;  ///< by head
  };
  struct Sums {
    std::vector<Headline> items;  ///< by item of the task
    Headline pooled{};
  };
  void find_cells();
  void fill_sums();
  [[nodiscard]] std::vector<Sums> constants() const;
  [[nodiscard]] std::vector<Sums> sums(std::span<const std::uint32_t> weights) const;
  [[nodiscard]] std::vector<std::size_t> common_items() const;
  [[nodiscard]] FigureGroup count(const Cell& cell, std::optional<Item> item, std::string name) const;
  [[nodiscard]] std::vector<std::vector<std::optional<double>>> cell_values(const Sums& sums,
                                                                            std::size_t cell) const;

  const EvaluationData* data_;
  Task task_;
  const Heads* heads_;
  const People* people_;
  const SliceDimension* dimension_;
  std::vector<Cell> cells_;
  std::vector<std::vector<std::size_t>> items_here_;  ///< by cell: places of items with a judged crop
  std::vector<std::size_t> common_;                   ///< items that all known values have
  PersonSums sums_;
};

}  // namespace skingauge
