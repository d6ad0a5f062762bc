// The products between Winograd's transforms: many matrices of few rows, whose weights come from memory that
// is slow. Each weight is read once; sums stay in registers. Inlined into functions that are compiled for
// different instructions.
#pragma once

#include "runtime/winograd.hpp"

#include <cstddef>
#include <cstring>

namespace skingauge::winograd_loops {

constexpr auto kPanel = static_cast<std::size_t>(kWinogradLanes);

// Vectors are GNU C++'s own, so that one text serves all instructions. Rows and panels of a block: as many as
// registers hold.
struct Vectors16 {
  using Vector [[gnu::vector_size(16)]] = float;
  static constexpr std::size_t kRows = 2;
  static constexpr std::size_t kPanels = 1;
};
struct Vectors32 {
  using Vector [[gnu::vector_size(32)]] = float;
  static constexpr std::size_t kRows = 6;
  static constexpr std::size_t kPanels = 1;
};
struct Vectors64 {
  using Vector [[gnu::vector_size(64)]] = float;
  static constexpr std::size_t kRows = 12;
  static constexpr std::size_t kPanels = 2;
};

// One product: rows x depth times depth x columns.
struct Product {
  const float* from;
  const float* weights;  // panel after panel, each depth x kPanel
  float* to;
  std::size_t depth;
  std::size_t columns;
};

// Rows [row, row + R) of panels [panel, panel + P).
template <class V, std::size_t R, std::size_t P>
[[gnu::always_inline]] inline void product_block(const Product& p, std::size_t row, std::size_t panel) {
  using Vector = typename V::Vector;
  constexpr std::size_t kWidth = sizeof(Vector) / sizeof(float);
  constexpr std::size_t kVectors = P * kPanel / kWidth;
  const float* from = p.from + row * p.depth;
  const float* weights = p.weights + panel * p.depth * kPanel;
  Vector sums[R][kVectors] = {};
  for (std::size_t k = 0; k < p.depth; ++k) {
    Vector w[kVectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v) {
      const auto column = v * kWidth;
      std::memcpy(&w[v], weights + (column / kPanel * p.depth + k) * kPanel + column % kPanel,
                  sizeof(Vector));
    }
#pragma GCC unroll 12
    for (std::size_t r = 0; r < R; ++r) {
      const float value = from[r * p.depth + k];
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) sums[r][v] += value * w[v];
    }
  }
  for (std::size_t r = 0; r < R; ++r)
    std::memcpy(p.to + (row + r) * p.columns + panel * kPanel, sums[r], sizeof sums[r]);
}

template <class V, std::size_t P, std::size_t R = V::kRows>
[[gnu::always_inline]] inline void product_rows(const Product& p, std::size_t row, std::size_t rows,
                                                std::size_t panel) {
  if (rows == R) return product_block<V, R, P>(p, row, panel);
  if constexpr (R > 1) product_rows<V, P, R - 1>(p, row, rows, panel);
}

// All rows of some panels, in blocks of about the same height.
template <class V, std::size_t P>
[[gnu::always_inline]] inline void product_panels(const Product& p, std::size_t rows, std::size_t panel) {
  std::size_t row = 0;
  for (auto blocks = (rows + V::kRows - 1) / V::kRows; blocks > 0; --blocks) {
    const auto some = (rows - row) / blocks;
    product_rows<V, P>(p, row, some, panel);
    row += some;
  }
}

template <class V>
[[gnu::always_inline]] inline void products_any(const WinogradShape& s, const WinogradMatrices& m) {
  const auto rows = static_cast<std::size_t>(s.tiles());
  const auto depth = static_cast<std::size_t>(s.in.channels);
  const auto columns = static_cast<std::size_t>(s.out.channels);
  for (std::size_t point = 0; point < static_cast<std::size_t>(s.points()); ++point) {
    const Product p{m.from + point * m.from_pitch, m.weights + point * depth * columns,
                    m.to + point * m.to_pitch, depth, columns};
    const auto panels = columns / kPanel;
    std::size_t panel = 0;
    for (; panel + V::kPanels <= panels; panel += V::kPanels) product_panels<V, V::kPanels>(p, rows, panel);
    for (; panel < panels; ++panel) product_panels<V, 1>(p, rows, panel);
  }
}

}  // namespace skingauge::winograd_loops
