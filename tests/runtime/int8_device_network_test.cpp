#include "runtime/layer_weights.hpp"
#include "runtime/value_numbers.hpp"
#include "support/network_on_fake_device.hpp"
#include "support/networks.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

namespace skingauge {
namespace {

using test::farthest;
using test::HostHalf;
using test::kSize;
using test::kTileBytes;
using test::noise;
using test::OnFakeDevice;
using test::plain_answers;
using test::spread_of;
using TakesFused = std::function<bool(const ConvolutionCase&)>;

// ---- int8 as plain loops over one tile: the reference ----------------------------------------------------

using Bytes = std::vector<std::int8_t>;  ///< of one value, H x W x C

std::int8_t nearest_byte(float value) {
  return static_cast<std::int8_t>(std::clamp(std::nearbyint(value), -128.0F, 127.0F));
}

float half_of(float value) { return static_cast<float>(HostHalf(value)); }

class PlainInt8 {
 public:
  PlainInt8(const Network& network, const ValueRanges& ranges)
      : network_(network),
        numbers_(gpu_value_numbers(network, ranges)),
        shapes_(value_shapes(network, kSize, kSize)) {}

  /// Of a network that ends with a mean.
  std::vector<float> answers(const std::uint8_t* tile) {
    pixels_.clear();
    for (std::size_t i = 0; i < kTileBytes; ++i)
      pixels_.push_back(half_of(input_value(test::some_normalisation(), tile, i)));
    values_.assign(1, {});  // the input is no bytes
    for (std::size_t l = 0; l + 1 < network_.layers.size(); ++l) {
      const auto& layer = network_.layers[l];
      values_.push_back(layer.kind == Layer::Kind::convolution ? convolved(l) : pooled(layer));
    }
    return averaged(network_.layers.back());
  }

 private:
  // The place of a value's element.
  [[nodiscard]] std::size_t at(std::size_t value, int y, int x, int c) const {
    const auto& shape = shapes_[value];
    const int place = (y * shape.width + x) * shape.channels + c;
    return static_cast<std::size_t>(place);
  }
  [[nodiscard]] bool inside(std::size_t value, int y, int x) const {
    return y >= 0 && x >= 0 && y < shapes_[value].height && x < shapes_[value].width;
  }

  // Calls `product(input's place, weight's place)` for what adds up to an output, rows first.
  template <class Product>
  void each_product(const Layer& layer, int y, int x, int out, const Product& product) const {
    const int depth = layer.in_channels / layer.groups;
    const int first = out / (layer.out_channels / layer.groups) * depth;
    for (int ky = 0; ky < layer.kernel; ++ky) {
      for (int kx = 0; kx < layer.kernel; ++kx) {
        const int from_y = y * layer.stride - layer.padding + ky;
        const int from_x = x * layer.stride - layer.padding + kx;
        if (!inside(layer.input, from_y, from_x)) continue;
        for (int c = 0; c < depth; ++c) {
          const int weight = ((out * depth + c) * layer.kernel + ky) * layer.kernel + kx;
          product(at(layer.input, from_y, from_x, first + c), static_cast<std::size_t>(weight));
        }
      }
    }
  }

  Bytes convolved(std::size_t l) {
    const auto& layer = network_.layers[l];
    const float step = numbers_[l + 1].scale;
    const auto weights = l == 0 ? Int8Weights() : int8_weights(layer, numbers_[layer.input], numbers_[l + 1]);
    const auto& shape = shapes_[l + 1];
    Bytes bytes;
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) {
        for (int out = 0; out < shape.channels; ++out) {
          const auto channel = static_cast<std::size_t>(out);
          float value = l == 0 ? half_sum(layer, y, x, out) * (1.0F / step)
                               : byte_sum(layer, weights, y, x, out) * weights.scales[channel];
          if (layer.residual)
            value += static_cast<float>(values_[*layer.residual][at(l + 1, y, x, out)]) *
                     (numbers_[*layer.residual].scale / step);
          value += layer.bias[channel] / step;
          bytes.push_back(nearest_byte(layer.relu ? std::max(value, 0.0F) : value));
        }
      }
    }
    return bytes;
  }

  [[nodiscard]] float half_sum(const Layer& layer, int y, int x, int out) const {
    float sum = 0;
    each_product(layer, y, x, out, [&](std::size_t from, std::size_t weight) {
      sum += pixels_[from] * half_of(layer.weights[weight]);
    });
    return half_of(sum);
  }

  [[nodiscard]] float byte_sum(const Layer& layer, const Int8Weights& weights, int y, int x, int out) const {
    int sum = 0;
    each_product(layer, y, x, out, [&](std::size_t from, std::size_t weight) {
      sum += values_[layer.input][from] * weights.weights[weight];
    });
    return static_cast<float>(sum);
  }

  Bytes pooled(const Layer& layer) {
    const auto& shape = shapes_[values_.size()];
    Bytes bytes;
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) {
        for (int c = 0; c < shape.channels; ++c) bytes.push_back(largest(layer, y, x, c));
      }
    }
    return bytes;
  }

  [[nodiscard]] std::int8_t largest(const Layer& layer, int y, int x, int c) const {
    std::int8_t best = std::numeric_limits<std::int8_t>::min();
    for (int ky = 0; ky < layer.kernel; ++ky) {
      for (int kx = 0; kx < layer.kernel; ++kx) {
        const int from_y = y * layer.stride - layer.padding + ky;
        const int from_x = x * layer.stride - layer.padding + kx;
        if (inside(layer.input, from_y, from_x))
          best = std::max(best, values_[layer.input][at(layer.input, from_y, from_x, c)]);
      }
    }
    return best;
  }

  [[nodiscard]] std::vector<float> averaged(const Layer& layer) const {
    const auto& shape = shapes_[layer.input];
    std::vector<float> means;
    for (int c = 0; c < shape.channels; ++c) {
      int sum = 0;
      for (int y = 0; y < shape.height; ++y) {
        for (int x = 0; x < shape.width; ++x) sum += values_[layer.input][at(layer.input, y, x, c)];
      }
      means.push_back(static_cast<float>(sum) / static_cast<float>(shape.height * shape.width) *
                      numbers_[layer.input].scale);
    }
    return means;
  }

  const Network& network_;
  std::vector<ValueNumbers> numbers_;
  std::vector<ValueShape> shapes_;
  std::vector<float> pixels_;
  std::vector<Bytes> values_;
};

std::vector<float> plain_int8_answers(const Network& network, const ValueRanges& ranges,
                                      const std::vector<std::uint8_t>& tiles) {
  PlainInt8 plain(network, ranges);
  std::vector<float> answers;
  for (std::size_t t = 0; t < tiles.size(); t += kTileBytes) {
    const auto one = plain.answers(tiles.data() + t);
    answers.insert(answers.end(), one.begin(), one.end());
  }
  return answers;
}

// ---- Networks --------------------------------------------------------------------------------------------

// As large as a value of these networks becomes on noise, so that some are clipped.
ValueRanges some_ranges(const Network& network) {
  ValueRanges ranges(network.layers.size() + 1, 2.5F);
  for (std::size_t i = 1; i < ranges.size(); ++i) ranges[i] += 0.1F * static_cast<float>(i % 5);
  return ranges;
}

// Residuals, a max pool, strides, a convolution without ReLU; ends with the mean.
Network without_head() {
  auto network = test::small_resnet(5);
  network.layers.pop_back();
  return network;
}

Network in_groups() {
  test::NetworkMaker make(3);
  const auto first = make.convolution(0, 3, 32, 3, 2, false);
  const auto grouped = make.convolution(first, 32, 32, 3, 1, true, {}, 4);
  make.mean(make.convolution(grouped, 32, 32, 1, 1, false, first), 32);
  return std::move(make.network);
}

void expect_same_bits(const Network& network, std::size_t count, const TakesFused& takes_fused) {
  const auto ranges = some_ranges(network);
  OnFakeDevice on_device(network, Precision::int8, ranges, takes_fused);
  const auto tiles = noise(count);
  EXPECT_EQ(on_device.run(tiles), plain_int8_answers(network, ranges, tiles)) << count << " tiles";
  on_device.network_.reset();
  EXPECT_TRUE(on_device.device_.complaints().empty()) << on_device.device_.complaints().front();
}

TEST(Int8DeviceNetwork, AnswersToTheBitWhatPlainLoopsAnswerWhateverTheBatch) {
  for (const std::size_t count : {1U, 2U, 3U, 5U, 8U})
    expect_same_bits(without_head(), count, [](const ConvolutionCase&) { return true; });
}

TEST(Int8DeviceNetwork, AnswersTheSameWhereNothingOrSomeIsTakenFused) {
  for (const auto& network : {without_head(), in_groups()}) {
    expect_same_bits(network, 3, [](const ConvolutionCase&) { return true; });
    expect_same_bits(network, 3, [](const ConvolutionCase&) { return false; });
    expect_same_bits(network, 3, [](const ConvolutionCase& c) { return c.residual; });
    expect_same_bits(network, 3, [](const ConvolutionCase& c) { return c.relu; });
  }
}

void expect_close_to_floats(const Network& network) {
  const auto tiles = noise(8);
  ValueRanges ranges(network.layers.size() + 1, 3.0F);
  OnFakeDevice on_device(network, Precision::int8, ranges);
  const auto found = on_device.run(tiles);
  const auto expected = plain_answers(network, tiles);
  ASSERT_EQ(found.size(), expected.size());
  EXPECT_LT(farthest(found, expected), 0.05 * spread_of(expected));
  EXPECT_GT(farthest(found, expected), 0.0) << "these are floats";
}

TEST(Int8DeviceNetwork, IsCloseToFloats) {
  expect_close_to_floats(test::small_resnet(5));
  expect_close_to_floats(test::resnet_for_bytes(5));
}

TEST(Int8DeviceNetwork, NeedsRoomForSumsWhereConvolutionsAreBareAlone) {
  test::NetworkMaker make(1);
  std::size_t value = 0;
  for (int i = 0; i < 6; ++i) value = make.convolution(value, i == 0 ? 3 : 16, 16, 3, 1, true);
  make.mean(value, 16);
  const OnFakeDevice fused(make.network, Precision::int8, some_ranges(make.network));
  const OnFakeDevice bare(make.network, Precision::int8, some_ranges(make.network),
                          [](const ConvolutionCase&) { return false; });
  constexpr std::size_t kValue = std::size_t{4} * 16 * kSize * kSize;  // of four tiles, in bytes
  // The input's halves in 8 channels, the first layer's in 16, and its bytes.
  EXPECT_GE(fused.network_->scratch_bytes(4), 4 * kValue);
  EXPECT_LT(fused.network_->scratch_bytes(4), 5 * kValue);
  // Sums of 4 bytes between two values, and the gaps that earlier ones leave.
  EXPECT_GE(bare.network_->scratch_bytes(4), 6 * kValue);
  EXPECT_LT(bare.network_->scratch_bytes(4), 9 * kValue);
  EXPECT_EQ(fused.network_->bare_convolutions(4), 1U);
  EXPECT_EQ(bare.network_->bare_convolutions(4), 6U);
}

TEST(Int8DeviceNetwork, MustAnswerWhatItsBytesDoUpToTheRoundingOfHalves) {
  const auto network = test::small_resnet(5);
  const auto ranges = some_ranges(network);
  const OnFakeDevice on_device(network, Precision::int8, ranges);
  const auto known = test::known_answers(network, Precision::int8, ranges, noise(1));
  const double room = 0.1 * std::max(1.0, spread_of(known));
  for (const auto& [distance, fits] : {std::pair(0.0, true), {0.9, true}, {1.1, false}, {HUGE_VAL, false}}) {
    auto answer = known;
    answer[2] += static_cast<float>(distance * room);
    EXPECT_EQ(on_device.network_->difference(answer).empty(), fits) << distance;
  }
  auto answer = known;
  answer[2] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(on_device.network_->difference(answer).empty());
}

// ---- What is prepared ------------------------------------------------------------------------------------

PreparedNetwork prepared_int8(const Network& network) {
  return prepare_for_device(network, Precision::int8, std::vector<float>(5), some_ranges(network));
}

TEST(PreparedInt8, IsReadFromAFileAsItWasWritten) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "some.prepared";
  const auto written = prepared_int8(test::small_resnet(5));
  write_prepared(file, "key", written);
  std::string why;
  const auto read = read_prepared(file, "key", why);
  ASSERT_TRUE(read) << why;
  EXPECT_NO_THROW(check_device_arrays(*read, Precision::int8));
  EXPECT_EQ(read->numbers, written.numbers);
  ASSERT_EQ(read->arrays.size(), written.arrays.size());
  for (std::size_t i = 0; i < read->arrays.size(); ++i) {
    EXPECT_EQ(read->arrays[i].kind, written.arrays[i].kind);
    EXPECT_TRUE(std::ranges::equal(read->arrays[i].bytes, written.arrays[i].bytes)) << i;
  }
}

TEST(PreparedInt8, IsNotReadWhereAnArrayIsDamaged) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "some.prepared";
  const auto written = prepared_int8(test::small_resnet(5));
  write_prepared(file, "key", written);
  const auto size = std::filesystem::file_size(file);
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(size - written.arrays.back().bytes.size()));
  stream.put('\x7F');
  stream.close();
  std::string why;
  EXPECT_FALSE(read_prepared(file, "key", why));
  EXPECT_EQ(why, "its weights are damaged");
}

TEST(PreparedInt8, IsNotTakenWithOtherArraysNumbersOrPrecisions) {
  const auto whole = prepared_int8(test::small_resnet(5));
  EXPECT_NO_THROW(check_device_arrays(whole, Precision::int8));
  for (const auto precision : {Precision::fp32, Precision::fp16})
    EXPECT_THROW(check_device_arrays(whole, precision), std::invalid_argument);
  for (std::size_t i = 0; i < whole.arrays.size(); ++i) {
    auto without = whole;
    without.arrays.erase(without.arrays.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THROW(check_device_arrays(without, Precision::int8), std::invalid_argument) << i;
    auto shorter = whole;
    shorter.arrays[i].bytes = shorter.arrays[i].bytes.first(shorter.arrays[i].bytes.size() - 1);
    EXPECT_THROW(check_device_arrays(shorter, Precision::int8), std::invalid_argument) << i;
  }
  for (const ValueNumbers wrong :
       {ValueNumbers{ValueNumbers::Type::u8, 1.0F}, ValueNumbers{ValueNumbers::Type::s8, 0.0F},
        ValueNumbers{ValueNumbers::Type::s8, HUGE_VALF}}) {
    auto other = whole;
    other.numbers[2] = wrong;
    EXPECT_THROW(check_device_arrays(other, Precision::int8), std::invalid_argument);
  }
}

TEST(PreparedInt8, WantsRangesAndALayerOfItsOwnForTheInput) {
  const auto network = test::small_resnet(5);
  EXPECT_THROW(prepare_for_device(network, Precision::int8, std::vector<float>(5)), std::invalid_argument);
  auto ranges = some_ranges(network);
  ranges[3] = 0;
  EXPECT_THROW(prepare_for_device(network, Precision::int8, std::vector<float>(5), ranges),
               std::invalid_argument);
  test::NetworkMaker twice(1);
  const auto one = twice.convolution(0, 3, 16, 3, 1, true);
  twice.mean(twice.convolution(0, 3, 16, 3, 1, true, one), 16);
  EXPECT_THROW(prepared_int8(twice.network), std::invalid_argument);
}

TEST(PreparedInt8, KeepsTheFirstLayersWeightsInHalfAndBiasInSteps) {
  const auto network = test::small_resnet(5);
  const auto ranges = some_ranges(network);
  const auto prepared = prepare_for_device(network, Precision::int8, std::vector<float>(5), ranges);
  const auto& first = network.layers.front();
  const auto weights = prepared.arrays[0].bytes;
  ASSERT_EQ(weights.size(), 16U * 49U * 8U * 2U);
  std::uint16_t bits = 0;
  const auto one =
      weights.subspan(((std::size_t{5} * 49 + 3) * 8 + 2) * 2, 2);  // out 5, row 0, column 3, in 2
  std::memcpy(&bits, one.data(), one.size());
  EXPECT_EQ(bits, half_bits(first.weights[(5 * 3 + 2) * 49 + 3]));
  std::vector<float> bias(16);
  ASSERT_EQ(prepared.arrays[1].bytes.size(), bias.size() * sizeof(float));
  std::memcpy(bias.data(), prepared.arrays[1].bytes.data(), prepared.arrays[1].bytes.size());
  EXPECT_FLOAT_EQ(bias[5], first.bias[5] * 127.0F / ranges[1]);
}

TEST(GpuValueNumbers, AreSignedBytesAfterAReluToo) {
  const auto network = test::small_resnet(5);
  const auto numbers = gpu_value_numbers(network, ValueRanges(network.layers.size() + 1, 2.0F));
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto kind = network.layers[i].kind;
    const bool floats = kind == Layer::Kind::mean || kind == Layer::Kind::linear;
    EXPECT_EQ(numbers[i + 1], floats ? ValueNumbers{} : (ValueNumbers{ValueNumbers::Type::s8, 2.0F / 127}));
  }
}

}  // namespace
}  // namespace skingauge
