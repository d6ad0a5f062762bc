// Winograd's transforms as loops over lanes: inlined into functions that are compiled for different
// instructions.
#pragma once

#include "runtime/winograd.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace skingauge::winograd_loops {

constexpr int kLanes = kWinogradLanes;
using Lanes = std::array<float, kLanes>;

template <class F>
[[gnu::always_inline]] inline void each_lane(F f) {
#pragma GCC unroll 1
  for (std::size_t i = 0; i < static_cast<std::size_t>(kLanes); ++i) f(i);
}

// One column of a tile through B^T, of F(4 x 4) and of F(2 x 2).
[[gnu::always_inline]] inline void input_column(const std::array<Lanes, 6>& d, std::array<Lanes, 6>& t) {
  each_lane([&](std::size_t i) {
    const float even = d[4][i] - 4 * d[2][i];
    const float odd = d[3][i] - 4 * d[1][i];
    const float near_even = d[4][i] - d[2][i];
    const float near_odd = 2 * (d[3][i] - d[1][i]);
    t[0][i] = 4 * d[0][i] - 5 * d[2][i] + d[4][i];
    t[1][i] = even + odd;
    t[2][i] = even - odd;
    t[3][i] = near_even + near_odd;
    t[4][i] = near_even - near_odd;
    t[5][i] = 4 * d[1][i] - 5 * d[3][i] + d[5][i];
  });
}
[[gnu::always_inline]] inline void input_column(const std::array<Lanes, 4>& d, std::array<Lanes, 4>& t) {
  each_lane([&](std::size_t i) {
    t[0][i] = d[0][i] - d[2][i];
    t[1][i] = d[1][i] + d[2][i];
    t[2][i] = d[2][i] - d[1][i];
    t[3][i] = d[1][i] - d[3][i];
  });
}

// One column through A^T.
[[gnu::always_inline]] inline void output_column(const std::array<Lanes, 6>& m, std::array<Lanes, 4>& y) {
  each_lane([&](std::size_t i) {
    const float sum12 = m[1][i] + m[2][i];
    const float sum34 = m[3][i] + m[4][i];
    const float gap12 = m[1][i] - m[2][i];
    const float gap34 = m[3][i] - m[4][i];
    y[0][i] = m[0][i] + sum12 + sum34;
    y[1][i] = gap12 + 2 * gap34;
    y[2][i] = sum12 + 4 * sum34;
    y[3][i] = gap12 + 8 * gap34 + m[5][i];
  });
}
[[gnu::always_inline]] inline void output_column(const std::array<Lanes, 4>& m, std::array<Lanes, 2>& y) {
  each_lane([&](std::size_t i) {
    y[0][i] = m[0][i] + m[1][i] + m[2][i];
    y[1][i] = m[1][i] - m[2][i] - m[3][i];
  });
}

[[gnu::always_inline]] constexpr std::size_t at(int i) { return static_cast<std::size_t>(i); }

// The tile whose first output pixel is (y, x) of one picture, for one group of lanes.
template <int P>
[[gnu::always_inline]] inline void load_column(const WinogradShape& s, const float* picture, int y, int x,
                                               int channel, std::array<Lanes, at(P)>& column) {
  for (int r = 0; r < P; ++r) {
    const int iy = y - s.padding + r;
    auto& lanes = column[at(r)];
    if (iy >= 0 && iy < s.in.height && x >= 0 && x < s.in.width) {
      const auto* from = picture + (at(iy) * at(s.in.width) + at(x)) * at(s.in.channels) + at(channel);
      each_lane([&](std::size_t i) { lanes[i] = from[i]; });
    } else {
      lanes.fill(0.0F);
    }
  }
}

template <int M>
[[gnu::always_inline]] inline void input_tile(const WinogradShape& s, const float* picture, int y, int x,
                                              float* out, std::size_t pitch) {
  constexpr int P = M + 2;
  for (int c = 0; c < s.in.channels; c += kLanes) {
    std::array<std::array<Lanes, at(P)>, at(P)> half;  // by column
    std::array<Lanes, at(P)> column;
    for (int k = 0; k < P; ++k) {
      load_column<P>(s, picture, y, x - s.padding + k, c, column);
      input_column(column, half[at(k)]);
    }
    for (int r = 0; r < P; ++r) {
      std::array<Lanes, at(P)> row;
      std::array<Lanes, at(P)> done;
      for (int k = 0; k < P; ++k) row[at(k)] = half[at(k)][at(r)];
      input_column(row, done);
      for (int k = 0; k < P; ++k) {
        auto* to = out + at(r * P + k) * pitch + at(c);
        each_lane([&](std::size_t i) { to[i] = done[at(k)][i]; });
      }
    }
  }
}

template <int M>
[[gnu::always_inline]] inline void store_row(const WinogradShape& s, const std::array<Lanes, at(M)>& row,
                                             int y, int x, int channel, const WinogradEnd& end,
                                             float* picture, const float* residual) {
  for (int k = 0; k < M && x + k < s.out.width; ++k) {
    const auto place = (at(y) * at(s.out.width) + at(x + k)) * at(s.out.channels) + at(channel);
    Lanes value = row[at(k)];
    each_lane([&](std::size_t i) { value[i] += end.bias[at(channel) + i]; });
    if (residual != nullptr) each_lane([&](std::size_t i) { value[i] += residual[place + i]; });
    if (end.relu) each_lane([&](std::size_t i) { value[i] = std::max(value[i], 0.0F); });
    each_lane([&](std::size_t i) { picture[place + i] = value[i]; });
  }
}

template <int M>
[[gnu::always_inline]] inline void output_tile(const WinogradShape& s, const float* in, std::size_t pitch,
                                               int y, int x, const WinogradEnd& end, float* picture,
                                               const float* residual) {
  constexpr int P = M + 2;
  for (int c = 0; c < s.out.channels; c += kLanes) {
    std::array<std::array<Lanes, at(M)>, at(P)> half;  // by column
    std::array<Lanes, at(P)> column;
    for (int k = 0; k < P; ++k) {
      for (int r = 0; r < P; ++r) {
        const auto* from = in + at(r * P + k) * pitch + at(c);
        each_lane([&](std::size_t i) { column[at(r)][i] = from[i]; });
      }
      output_column(column, half[at(k)]);
    }
    for (int r = 0; r < M && y + r < s.out.height; ++r) {
      std::array<Lanes, at(P)> row;
      std::array<Lanes, at(M)> done;
      for (int k = 0; k < P; ++k) row[at(k)] = half[at(k)][at(r)];
      output_column(row, done);
      store_row<M>(s, done, y + r, x, c, end, picture, residual);
    }
  }
}

template <class Visit>
[[gnu::always_inline]] inline void each_tile(const WinogradShape& s, const Visit& visit) {
  std::size_t tile = 0;
  for (int n = 0; n < s.count; ++n) {
    for (int y = 0; y < s.out.height; y += s.side()) {
      for (int x = 0; x < s.out.width; x += s.side()) visit(at(n), y, x, tile++);
    }
  }
}

template <int M>
[[gnu::always_inline]] inline void all_input(const WinogradShape& s, const float* pictures, float* out,
                                             std::size_t pitch) {
  const auto size = at(s.in.channels) * at(s.in.height) * at(s.in.width);
  each_tile(s, [&](std::size_t n, int y, int x, std::size_t tile) {
    input_tile<M>(s, pictures + n * size, y, x, out + tile * at(s.in.channels), pitch);
  });
}

template <int M>
[[gnu::always_inline]] inline void all_output(const WinogradShape& s, const float* in, std::size_t pitch,
                                              const WinogradEnd& end, float* pictures) {
  const auto size = at(s.out.channels) * at(s.out.height) * at(s.out.width);
  each_tile(s, [&](std::size_t n, int y, int x, std::size_t tile) {
    output_tile<M>(s, in + tile * at(s.out.channels), pitch, y, x, end, pictures + n * size,
                   end.residual != nullptr ? end.residual + n * size : nullptr);
  });
}

[[gnu::always_inline]] inline void input_any(const WinogradShape& s, const float* pictures, float* out,
                                             std::size_t pitch) {
  s.tile == WinogradTile::four ? all_input<4>(s, pictures, out, pitch)
                               : all_input<2>(s, pictures, out, pitch);
}
[[gnu::always_inline]] inline void output_any(const WinogradShape& s, const float* in, std::size_t pitch,
                                              const WinogradEnd& end, float* pictures) {
  s.tile == WinogradTile::four ? all_output<4>(s, in, pitch, end, pictures)
                               : all_output<2>(s, in, pitch, end, pictures);
}

}  // namespace skingauge::winograd_loops
