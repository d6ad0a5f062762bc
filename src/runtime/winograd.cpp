#include "runtime/winograd.hpp"

#include "runtime/winograd_loops.hpp"
#include "runtime/winograd_products.hpp"
#include "runtime/winograd_variant.hpp"

namespace skingauge {
namespace {

using winograd_loops::at;

constexpr int kLanes = kWinogradLanes;

void input_plain(const WinogradShape& s, const float* pictures, float* out, std::size_t pitch) {
  winograd_loops::input_any(s, pictures, out, pitch);
}
void products_plain(const WinogradShape& s, const WinogradMatrices& matrices) {
  winograd_loops::products_any<winograd_loops::Vectors16>(s, matrices);
}
void output_plain(const WinogradShape& s, const float* in, std::size_t pitch, const WinogradEnd& end,
                  float* pictures) {
  winograd_loops::output_any(s, in, pitch, end, pictures);
}

const WinogradVariant& variant() {
  static const auto chosen = winograd_variants().front();
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
      transform_kernels(g, layer.weights.data() + (o * in + i) * 9U, in * 9U,
                        weights.data() + o * in + i * at(kLanes), in * out);
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

std::vector<WinogradVariant> winograd_variants() {
  auto variants = special_winograd();
  variants.push_back({"plain", input_plain, products_plain, output_plain});
  return variants;
}

void winograd_input(const WinogradShape& shape, const float* pictures, float* matrices, std::size_t pitch) {
  variant().input(shape, pictures, matrices, pitch);
}

void winograd_products(const WinogradShape& shape, const WinogradMatrices& matrices) {
  variant().products(shape, matrices);
}

void winograd_output(const WinogradShape& shape, const float* matrices, std::size_t pitch,
                     const WinogradEnd& end, float* pictures) {
  variant().output(shape, matrices, pitch, end, pictures);
}

}  // namespace skingauge
