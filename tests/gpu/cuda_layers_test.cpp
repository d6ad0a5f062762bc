#include "runtime/cuda_layers.hpp"

#include "skingauge/error.hpp"

#include "gpu/device_array.hpp"
#include "runtime/device_resources.hpp"
#include "support/byte_cases.hpp"
#include "support/host_layers.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace skingauge {
namespace {

using test::DeviceArray;
using test::random_bytes;

// A convolution of bytes with factors that leave most outputs within a byte.
class ByteConvolution {
 public:
  explicit ByteConvolution(const ConvolutionCase& c)
      : case_(c),
        input_(random_bytes(count(c.tiles, c.height, c.width, c.in_channels), 1)),
        weights_(random_bytes(count(c.out_channels, c.kernel, c.kernel, c.in_channels), 2)),
        residual_(c.residual ? random_bytes(c.outputs(), 3) : std::vector<std::int8_t>(1)),
        residual_scale_{c.residual ? 0.6F : 0.0F} {
    const auto depth = static_cast<float>(c.kernel * c.kernel * c.in_channels);
    for (int o = 0; o < c.out_channels; ++o) {
      scales_.push_back((0.5F + 0.01F * static_cast<float>(o % 50)) / (150.0F * std::sqrt(depth)));
      bias_.push_back(static_cast<float>(o % 41 - 20));
    }
  }

  std::vector<std::int8_t> on_host() const {
    test::HostLayers layers(Precision::int8);
    std::vector<std::int8_t> out(case_.outputs());
    std::vector<std::byte> scratch(layers.workspace);
    ConvolutionTensors tensors{input_.data(), weights_.data(), bias_.data()};
    tensors.residual = case_.residual ? residual_.data() : nullptr;
    tensors.output = out.data();
    tensors.scales = scales_.data();
    tensors.residual_scale = residual_scale_.data();
    layers.convolution(nullptr, case_, tensors, scratch.data());
    return out;
  }

  std::vector<std::int8_t> on_device(CudaLayers& layers, DeviceApi& device) const {
    const DeviceArray input(input_);
    const DeviceArray weights(weights_);
    const DeviceArray bias(bias_);
    const DeviceArray residual(residual_);
    const DeviceArray scales(scales_);
    const DeviceArray residual_scale(residual_scale_);
    const DeviceArray<std::int32_t> sums(case_.outputs());
    const DeviceArray<std::int8_t> out(case_.outputs());
    auto c = case_;
    const auto way = layers.way(c);
    c.fused = way.fused;
    const DeviceArray<std::byte> workspace(std::max<std::size_t>(1, way.workspace));
    const Stream stream(device);
    ConvolutionTensors tensors{input.get(), weights.get()};
    tensors.output = way.fused ? static_cast<void*>(out.get()) : sums.get();
    if (way.fused) {
      tensors.bias = bias.get();
      tensors.residual = c.residual ? residual.get() : nullptr;
      tensors.scales = scales.get();
      tensors.residual_scale = residual_scale.get();
    }
    layers.convolution(stream.get(), c, tensors, workspace.get());
    if (!way.fused) {
      const ByteFinish finish{
          c.out_channels,      c.relu, scales.get(), bias.get(), c.residual ? residual.get() : nullptr,
          residual_scale.get()};
      layers.finish_bytes(stream.get(), Precision::int8, finish, sums.get(), c.outputs(), out.get());
    }
    check_cuda(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
    return out.read();
  }

 private:
  template <class... Sides>
  static std::size_t count(Sides... sides) {
    return (static_cast<std::size_t>(sides) * ...);
  }

  ConvolutionCase case_;
  std::vector<std::int8_t> input_, weights_, residual_;
  std::vector<float> scales_, bias_, residual_scale_;
};

std::vector<ConvolutionCase> byte_cases() {
  std::vector<ConvolutionCase> cases;
  const auto add = [&](int in, int out, int kernel, int stride, bool residual, bool relu) {
    ConvolutionCase c;
    c.precision = Precision::int8;
    c.tiles = 3;
    c.in_channels = in;
    c.out_channels = out;
    c.height = c.width = 16;
    c.kernel = kernel;
    c.stride = stride;
    c.padding = kernel / 2;
    c.residual = residual;
    c.relu = relu;
    cases.push_back(c);
  };
  add(64, 64, 3, 1, false, true);
  add(64, 64, 3, 2, false, true);
  add(64, 128, 1, 1, true, true);
  add(128, 64, 1, 2, true, true);
  add(64, 128, 1, 1, false, false);
  add(64, 128, 1, 1, false, true);
  return cases;
}

// cuDNN may add with one rounding where the host has two: next to a half that is another byte.
TEST(CudaLayers, ConvolutionsOfBytesAreTheHostsToAStep) {
  SKINGAUGE_NEED_GPU();
  if (cudnn_plan_version() == "none") GTEST_SKIP() << "this build has no cuDNN";
  const std::shared_ptr<DeviceApi> device = cuda_device_api(0);
  const auto layers = make_cuda_layers({describe_gpu(0), Precision::int8, {}, device, 0});
  for (const auto& c : byte_cases()) {
    const ByteConvolution convolution(c);
    const auto expected = convolution.on_host();
    const auto found = convolution.on_device(*layers, *device);
    std::size_t other = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_LE(std::abs(found[i] - expected[i]), 1) << to_string(c) << ", " << i;
      other += found[i] == expected[i] ? 0U : 1U;
    }
    EXPECT_LT(other, 1 + found.size() / 1000) << to_string(c);
  }
}

}  // namespace
}  // namespace skingauge
