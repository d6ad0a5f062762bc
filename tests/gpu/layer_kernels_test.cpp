#include "runtime/layer_kernels.hpp"

#include "gpu/device_array.hpp"
#include "support/byte_cases.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <cuda_bf16.h>
#include <cuda_fp16.h>

namespace skingauge {
namespace {

using test::DeviceArray;

constexpr std::size_t kTiles = 5;

TEST(LayerKernels, MaxPoolOfBytesIsTheIndexFunction) {
  SKINGAUGE_NEED_GPU();
  using Pack = ChannelPack<std::int8_t>;
  for (const auto& shape : test::pool_shapes()) {
    const auto bytes = test::random_bytes(kTiles * test::elements(shape));
    std::vector<Pack> in(bytes.size() / Pack::kChannels);
    std::memcpy(in.data(), bytes.data(), bytes.size());
    const DeviceArray on_device(in);
    const DeviceArray<Pack> out(kTiles * test::pooled_elements(shape) / Pack::kChannels);
    ASSERT_EQ(launch_max_pool(Precision::int8, shape, kTiles, on_device.get(), out.get(), nullptr),
              cudaSuccess);
    const auto found = out.read();
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto expected = max_pool_pack(shape, in.front().value, i);
      ASSERT_TRUE(std::equal(std::begin(expected.value), std::end(expected.value), found[i].value)) << i;
    }
  }
}

TEST(LayerKernels, MeanOfBytesIsTheIndexFunction) {
  SKINGAUGE_NEED_GPU();
  constexpr float kStep = 0.037F;
  constexpr int kChannels = 2048;
  for (const int area : {1, 16, 49}) {
    const auto bytes = test::random_bytes(kTiles * static_cast<std::size_t>(area) * kChannels);
    const DeviceArray in(bytes);
    const DeviceArray<float> out(kTiles * kChannels);
    ASSERT_EQ(launch_mean(Precision::int8, kTiles, area, kChannels, in.get(), kStep, out.get(), nullptr),
              cudaSuccess);
    const auto found = out.read();
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_EQ(found[i], mean_value(bytes.data(), area, kChannels, kStep, i)) << i << ", area " << area;
  }
}

// ---- Floating point, each kind with the same tests ----

template <class T>
constexpr Precision kPrecision = Precision::fp32;
template <>
constexpr Precision kPrecision<__half> = Precision::fp16;
template <>
constexpr Precision kPrecision<__nv_bfloat16> = Precision::bf16;

// From -1 to 1.
template <class T>
std::vector<T> random_numbers(std::size_t count) {
  std::vector<T> numbers;
  numbers.reserve(count);
  for (const auto byte : test::random_bytes(count))
    numbers.push_back(static_cast<T>(static_cast<float>(byte) / 127.0F));
  return numbers;
}

template <class T>
class FloatLayerKernels : public testing::Test {};
using Numbers = testing::Types<float, __half, __nv_bfloat16>;
TYPED_TEST_SUITE(FloatLayerKernels, Numbers);

TYPED_TEST(FloatLayerKernels, MaxPoolIsTheIndexFunction) {
  SKINGAUGE_NEED_GPU();
  using Pack = ChannelPack<TypeParam>;
  for (const auto& shape : test::pool_shapes()) {
    const auto numbers = random_numbers<TypeParam>(kTiles * test::elements(shape));
    std::vector<Pack> in(numbers.size() / Pack::kChannels);
    std::memcpy(in.data(), numbers.data(), numbers.size() * sizeof(TypeParam));
    const DeviceArray on_device(in);
    const DeviceArray<Pack> out(kTiles * test::pooled_elements(shape) / Pack::kChannels);
    ASSERT_EQ(launch_max_pool(kPrecision<TypeParam>, shape, kTiles, on_device.get(), out.get(), nullptr),
              cudaSuccess);
    const auto found = out.read();
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto expected = max_pool_pack(shape, in.front().value, i);
      ASSERT_EQ(std::memcmp(expected.value, found[i].value, sizeof expected.value), 0) << i;
    }
  }
}

TYPED_TEST(FloatLayerKernels, MeanIsTheIndexFunction) {
  SKINGAUGE_NEED_GPU();
  constexpr int kChannels = 2048;
  for (const int area : {1, 16, 49}) {
    const auto numbers = random_numbers<TypeParam>(kTiles * static_cast<std::size_t>(area) * kChannels);
    const DeviceArray in(numbers);
    const DeviceArray<float> out(kTiles * kChannels);
    ASSERT_EQ(launch_mean(kPrecision<TypeParam>, kTiles, area, kChannels, in.get(), 1, out.get(), nullptr),
              cudaSuccess);
    const auto found = out.read();
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_EQ(found[i], mean_value(numbers.data(), area, kChannels, 1, i)) << i << ", area " << area;
  }
}

TYPED_TEST(FloatLayerKernels, FinishIsTheIndexFunction) {
  SKINGAUGE_NEED_GPU();
  constexpr int kChannels = 24;
  const auto values = random_numbers<TypeParam>(kChannels * std::size_t{4099});
  const auto residual = random_numbers<TypeParam>(values.size() + 1);
  const auto bias = random_numbers<TypeParam>(kChannels);
  const DeviceArray residual_there(residual);
  const DeviceArray bias_there(bias);
  for (const bool relu : {false, true}) {
    for (const bool adds : {false, true}) {
      const DeviceArray in_place(values);
      ASSERT_EQ(launch_finish(kPrecision<TypeParam>, in_place.get(), values.size(), kChannels,
                              bias_there.get(), adds ? residual_there.get() : nullptr, relu, nullptr),
                cudaSuccess);
      const auto found = in_place.read();
      for (std::size_t i = 0; i < found.size(); ++i) {
        const auto expected =
            finished_value(values.data(), bias.data(), adds ? residual.data() : nullptr, kChannels, relu, i);
        ASSERT_EQ(std::memcmp(&expected, &found[i], sizeof expected), 0) << i;
      }
    }
  }
}

TEST(LayerKernels, LinearAddsInTheOrderThatIsWrittenDown) {
  SKINGAUGE_NEED_GPU();
  for (const int inputs : {1, 31, 2048}) {
    for (const int outputs : {1, 7, 15}) {
      const auto width = static_cast<std::size_t>(inputs);
      const auto in = random_numbers<float>(kTiles * width);
      const auto weights = random_numbers<float>(static_cast<std::size_t>(outputs) * width);
      const auto bias = random_numbers<float>(static_cast<std::size_t>(outputs));
      const DeviceArray in_there(in);
      const DeviceArray weights_there(weights);
      const DeviceArray bias_there(bias);
      const DeviceArray<float> out(kTiles * static_cast<std::size_t>(outputs));
      const bool relu = outputs == 7;
      ASSERT_EQ(launch_linear(kTiles, inputs, outputs, in_there.get(), weights_there.get(), bias_there.get(),
                              relu, out.get(), nullptr),
                cudaSuccess);
      const auto found = out.read();
      for (std::size_t i = 0; i < found.size(); ++i) {
        const auto tile = i / static_cast<std::size_t>(outputs);
        const auto o = i % static_cast<std::size_t>(outputs);
        std::array<float, kLinearLanes> sums{};
        for (int lane = 0; lane < kLinearLanes; ++lane)
          sums[lane] = linear_partial(in.data() + tile * width, weights.data() + o * width, inputs, lane);
        for (int far = kLinearLanes / 2; far > 0; far /= 2) {
          for (int lane = 0; lane < far; ++lane) sums[lane] += sums[lane + far];
        }
        ASSERT_EQ(found[i], linear_value(sums[0], bias[o], relu)) << inputs << " inputs, output " << o;
      }
    }
  }
}

template <class Sum>
void expect_same_bytes(Precision sums_of, bool relu, bool residual, std::size_t pixels) {
  const test::ByteSums cases(pixels);
  std::vector<Sum> sums;
  for (const auto sum : cases.sums) sums.push_back(static_cast<Sum>(static_cast<float>(sum)));
  auto finish = cases.finish(cases.scales.data(), cases.bias.data(), relu);
  const DeviceArray scales(cases.scales);
  const DeviceArray bias(cases.bias);
  const DeviceArray residuals(cases.residual);
  const DeviceArray residual_scale(std::vector<float>{cases.residual_scale});
  auto there = cases.finish(scales.get(), bias.get(), relu);
  if (residual) {
    finish.residual = cases.residual.data();
    finish.residual_scale = &cases.residual_scale;
    there.residual = residuals.get();
    there.residual_scale = residual_scale.get();
  }
  const DeviceArray in(sums);
  const DeviceArray<std::int8_t> out(sums.size());
  ASSERT_EQ(launch_finish_bytes(sums_of, there, in.get(), sums.size(), out.get(), nullptr), cudaSuccess);
  const auto found = out.read();
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(static_cast<int>(found[i]), static_cast<int>(finished_byte(finish, sums.data(), i)))
        << i << " in " << to_string(sums_of);
  }
}

TEST(LayerKernels, BytesOfSumsAreTheIndexFunction) {
  SKINGAUGE_NEED_GPU();
  for (const std::size_t pixels : {1U, 300U, 60000U}) {
    for (const bool relu : {false, true}) {
      for (const bool residual : {false, true}) {
        expect_same_bytes<std::int32_t>(Precision::int8, relu, residual, pixels);
        expect_same_bytes<__half>(Precision::fp16, relu, residual, pixels);
      }
    }
  }
}

TEST(LayerKernels, WhatHasNoKernelIsRefused) {
  SKINGAUGE_NEED_GPU();
  EXPECT_EQ(launch_finish(Precision::int8, nullptr, 16, 16, nullptr, nullptr, false, nullptr),
            cudaErrorInvalidValue);
  EXPECT_EQ(launch_finish_bytes(Precision::bf16, {}, nullptr, 16, nullptr, nullptr), cudaErrorInvalidValue);
}

}  // namespace
}  // namespace skingauge
