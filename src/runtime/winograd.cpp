#include "runtime/winograd.hpp"

#include <algorithm>
#include <array>

// Loops over the lanes become vector instructions of the machine that runs them, not of the one that built
// them.
#if defined(__x86_64__) && defined(__GNUC__)
#define SKINGAUGE_X86_VARIANTS 1
#else
#define SKINGAUGE_X86_VARIANTS 0
#endif
#define SKINGAUGE_INLINE [[gnu::always_inline]] inline

namespace skingauge {
namespace {

constexpr int kLanes = kWinogradLanes;
using Lanes = std::array<float, kLanes>;

template <class F>
SKINGAUGE_INLINE void each_lane(F f) {
#pragma GCC unroll 1
  for (std::size_t i = 0; i < static_cast<std::size_t>(kLanes); ++i) f(i);
}

// One column of a tile through B^T, of F(4 x 4) and of F(2 x 2).
SKINGAUGE_INLINE void input_column(const std::array<Lanes, 6>& d, std::array<Lanes, 6>& t) {
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
SKINGAUGE_INLINE void input_column(const std::array<Lanes, 4>& d, std::array<Lanes, 4>& t) {
  each_lane([&](std::size_t i) {
    t[0][i] = d[0][i] - d[2][i];
    t[1][i] = d[1][i] + d[2][i];
    t[2][i] = d[2][i] - d[1][i];
    t[3][i] = d[1][i] - d[3][i];
  });
}

// One column through A^T.
SKINGAUGE_INLINE void output_column(const std::array<Lanes, 6>& m, std::array<Lanes, 4>& y) {
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
SKINGAUGE_INLINE void output_column(const std::array<Lanes, 4>& m, std::array<Lanes, 2>& y) {
  each_lane([&](std::size_t i) {
    y[0][i] = m[0][i] + m[1][i] + m[2][i];
    y[1][i] = m[1][i] - m[2][i] - m[3][i];
  });
}

[[gnu::always_inline]] constexpr std::size_t at(int i) { return static_cast<std::size_t>(i); }

// The tile whose first output pixel is (y, x) of one picture, for one group of lanes.
template <int P>
SKINGAUGE_INLINE void load_column(const WinogradShape& s, const float* picture, int y, int x, int channel,
                                  std::array<Lanes, at(P)>& column) {
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
SKINGAUGE_INLINE void input_tile(const WinogradShape& s, const float* picture, int y, int x, float* out,
                                 std::size_t pitch) {
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
SKINGAUGE_INLINE void store_row(const WinogradShape& s, const std::array<Lanes, at(M)>& row, int y, int x,
                                int channel, const WinogradEnd& end, float* picture, const float* residual) {
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
SKINGAUGE_INLINE void output_tile(const WinogradShape& s, const float* in, std::size_t pitch, int y, int x,
                                  const WinogradEnd& end, float* picture, const float* residual) {
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
SKINGAUGE_INLINE void each_tile(const WinogradShape& s, const Visit& visit) {
  std::size_t tile = 0;
  for (int n = 0; n < s.count; ++n) {
    for (int y = 0; y < s.out.height; y += s.side()) {
      for (int x = 0; x < s.out.width; x += s.side()) visit(at(n), y, x, tile++);
    }
  }
}

template <int M>
SKINGAUGE_INLINE void all_input(const WinogradShape& s, const float* pictures, float* out,
                                std::size_t pitch) {
  const auto size = at(s.in.channels) * at(s.in.height) * at(s.in.width);
  each_tile(s, [&](std::size_t n, int y, int x, std::size_t tile) {
    input_tile<M>(s, pictures + n * size, y, x, out + tile * at(s.in.channels), pitch);
  });
}

template <int M>
SKINGAUGE_INLINE void all_output(const WinogradShape& s, const float* in, std::size_t pitch,
                                 const WinogradEnd& end, float* pictures) {
  const auto size = at(s.out.channels) * at(s.out.height) * at(s.out.width);
  each_tile(s, [&](std::size_t n, int y, int x, std::size_t tile) {
    output_tile<M>(s, in + tile * at(s.out.channels), pitch, y, x, end, pictures + n * size,
                   end.residual != nullptr ? end.residual + n * size : nullptr);
  });
}

SKINGAUGE_INLINE void input_any(const WinogradShape& s, const float* pictures, float* out,
                                std::size_t pitch) {
  s.tile == WinogradTile::four ? all_input<4>(s, pictures, out, pitch)
                               : all_input<2>(s, pictures, out, pitch);
}
SKINGAUGE_INLINE void output_any(const WinogradShape& s, const float* in, std::size_t pitch,
                                 const WinogradEnd& end, float* pictures) {
  s.tile == WinogradTile::four ? all_output<4>(s, in, pitch, end, pictures)
                               : all_output<2>(s, in, pitch, end, pictures);
}

#if SKINGAUGE_X86_VARIANTS
[[gnu::target("avx512f,avx512vl,prefer-vector-width=512")]] void input_avx512(const WinogradShape& s,
                                                                              const float* p, float* out,
                                                                              std::size_t pitch) {
  input_any(s, p, out, pitch);
}
[[gnu::target("avx512f,avx512vl,prefer-vector-width=512")]] void output_avx512(
    const WinogradShape& s, const float* in, std::size_t pitch, const WinogradEnd& end, float* p) {
  output_any(s, in, pitch, end, p);
}
[[gnu::target("avx2")]] void input_avx2(const WinogradShape& s, const float* p, float* out,
                                        std::size_t pitch) {
  input_any(s, p, out, pitch);
}
[[gnu::target("avx2")]] void output_avx2(const WinogradShape& s, const float* in, std::size_t pitch,
                                         const WinogradEnd& end, float* p) {
  output_any(s, in, pitch, end, p);
}
#endif

void input_plain(const WinogradShape& s, const float* p, float* out, std::size_t pitch) {
  input_any(s, p, out, pitch);
}
void output_plain(const WinogradShape& s, const float* in, std::size_t pitch, const WinogradEnd& end,
                  float* p) {
  output_any(s, in, pitch, end, p);
}

struct Variant {
  decltype(&input_plain) input{input_plain};
  decltype(&output_plain) output{output_plain};
};

const Variant& variant() {
  static const Variant chosen = [] {
#if SKINGAUGE_X86_VARIANTS
    if (__builtin_cpu_supports("avx512vl")) return Variant{input_avx512, output_avx512};
    if (__builtin_cpu_supports("avx2")) return Variant{input_avx2, output_avx2};
#endif
    return Variant{};
  }();
  return chosen;
}

constexpr std::array<std::array<double, 3>, 4> kTwo{
    {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}};
constexpr std::array<std::array<double, 3>, 6> kFour{{{1.0 / 4, 0, 0},
                                                      {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                                      {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                                      {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                                      {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                                      {0, 0, 1}}};

// G g G^T for the kernels of one input channel and some output channels, in double.
template <std::size_t P>
void transform_kernels(const std::array<std::array<double, 3>, P>& g, const float* first, std::size_t to_next,
                       float* out, std::size_t pitch) {
  using Row = std::array<double, kLanes>;
  std::array<std::array<Row, 3>, P> half{};
  for (std::size_t y = 0; y < 3; ++y) {
    for (std::size_t x = 0; x < 3; ++x) {
      Row kernel;
      for (std::size_t i = 0; i < kernel.size(); ++i) kernel[i] = first[i * to_next + y * 3 + x];
      for (std::size_t r = 0; r < P; ++r) {
        for (std::size_t i = 0; i < kernel.size(); ++i) half[r][x][i] += g[r][y] * kernel[i];
      }
    }
  }
  for (std::size_t r = 0; r < P; ++r) {
    for (std::size_t k = 0; k < P; ++k) {
      for (std::size_t i = 0; i < at(kLanes); ++i)
        out[(r * P + k) * pitch + i] =
            static_cast<float>(half[r][0][i] * g[k][0] + half[r][1][i] * g[k][1] + half[r][2][i] * g[k][2]);
    }
  }
}

template <std::size_t P>
std::vector<float> transformed(const std::array<std::array<double, 3>, P>& g, const Layer& layer) {
  const auto in = at(layer.in_channels);
  const auto out = at(layer.out_channels);
  std::vector<float> weights(P * P * in * out);
  for (std::size_t o = 0; o < out; o += at(kLanes)) {
    for (std::size_t i = 0; i < in; ++i)
      transform_kernels(g, layer.weights.data() + (o * in + i) * 9U, in * 9U, weights.data() + i * out + o,
                        in * out);
  }
  return weights;
}

}  // namespace

bool can_winograd(const Layer& layer) noexcept {
  return layer.kind == Layer::Kind::convolution && layer.kernel == 3 && layer.stride == 1 &&
         layer.dilation == 1 && layer.groups == 1 && layer.in_channels % kLanes == 0 &&
         layer.out_channels % kLanes == 0;
}

std::vector<float> winograd_weights(const Layer& layer, WinogradTile tile) {
  return tile == WinogradTile::four ? transformed(kFour, layer) : transformed(kTwo, layer);
}

void winograd_input(const WinogradShape& shape, const float* pictures, float* matrices, std::size_t pitch) {
  variant().input(shape, pictures, matrices, pitch);
}

void winograd_output(const WinogradShape& shape, const float* matrices, std::size_t pitch,
                     const WinogradEnd& end, float* pictures) {
  variant().output(shape, matrices, pitch, end, pictures);
}

}  // namespace skingauge
