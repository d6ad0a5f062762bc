// The seam's calls on a device itself: what the made-up device of the other tests is made after.
#include "skingauge/error.hpp"

#include "gpu/device_array.hpp"
#include "runtime/device_resources.hpp"
#include "runtime/layer_kernels.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

namespace skingauge {
namespace {

constexpr std::size_t kCount = 100'000;
constexpr std::size_t kBytes = kCount * sizeof(float);

// Adds one to each float.
DeviceWork add_one(float* at, const float* one) {
  return {"add one", {{at, kBytes}, {one, sizeof(float)}}, {{at, kBytes}}, [=](NativeStream* stream) {
            static_cast<void>(launch_finish(Precision::fp32, at, kCount, 1, one, nullptr, false,
                                            reinterpret_cast<cudaStream_t>(stream)));
          }};
}

class CudaDeviceApiTest : public testing::Test {
 protected:
  static float* floats(const DeviceMemory& memory) { return reinterpret_cast<float*>(memory.get()); }
  static float* floats(const PinnedMemory& memory) { return reinterpret_cast<float*>(memory.get()); }
};

TEST_F(CudaDeviceApiTest, CopiesGraphsAndEventsKeepTheOrderOfTheirStreams) {
  SKINGAUGE_NEED_GPU();
  const auto device = cuda_device_api(0);
  const PinnedMemory host(*device, kBytes);
  const PinnedMemory found(*device, kBytes);
  const DeviceMemory values(*device, kBytes);
  const DeviceMemory one(*device, sizeof(float));
  const Stream first(*device);
  const Stream second(*device);
  const Event copied(*device);
  const Event done(*device);
  floats(host)[0] = 1;
  first.view().copy_in(one.get(), host.get(), sizeof(float));
  first.view().launch(add_one(floats(values), floats(one)));  // loads the kernel, which a capture may not
  done.record(first.view());
  done.synchronize();
  const Graph graph(first.view(), [&] {
    first.view().fill_zero(values.get(), kBytes / 2);
    first.view().launch(add_one(floats(values), floats(one)));
    first.view().launch(add_one(floats(values), floats(one)));
  });
  std::fill_n(floats(host), kCount, 40.0F);
  second.view().copy_in(values.get(), host.get(), kBytes);
  copied.record(second.view());
  copied.hold(first.view());
  for (int i = 0; i < 3; ++i) graph.launch(first.view());
  first.view().copy_out(found.get(), values.get(), kBytes);
  done.record(first.view());
  while (!done.reached()) {
  }
  EXPECT_TRUE(std::all_of(floats(found), floats(found) + kCount / 2, [](float v) { return v == 2; }));
  EXPECT_TRUE(
      std::all_of(floats(found) + kCount / 2, floats(found) + kCount, [](float v) { return v == 46; }));
}

TEST_F(CudaDeviceApiTest, MemoryThatIsNotThereIsShortMemoryAndNothingIsLost) {
  SKINGAUGE_NEED_GPU();
  const auto device = cuda_device_api(0);
  EXPECT_THROW(DeviceMemory(*device, std::size_t{1} << 50U), std::bad_alloc);
  const DeviceMemory some(*device, 1000);
  EXPECT_GT(device->memory().free, 0U);
}

// Of a capture that is spoilt, which loses no device.
TEST_F(CudaDeviceApiTest, CaptureThatIsGivenWhatItForbidsLosesNoDevice) {
  SKINGAUGE_NEED_GPU();
  const auto device = cuda_device_api(0);
  const Stream stream(*device);
  const Event event(*device);
  event.record(stream.view());
  EXPECT_THROW(
      Graph(stream.view(),
            [&] { check_cuda(cudaStreamSynchronize(reinterpret_cast<cudaStream_t>(stream.get())), "wait"); }),
      ModelError);
  event.record(stream.view());
  event.synchronize();
  const Graph after(stream.view(), [] {});
  after.launch(stream.view());
}

}  // namespace
}  // namespace skingauge
