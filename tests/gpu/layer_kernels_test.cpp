#include "runtime/layer_kernels.hpp"

#include "gpu/device_array.hpp"
#include "support/byte_cases.hpp"

#include <algorithm>
#include <cstring>

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
