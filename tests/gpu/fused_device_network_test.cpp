#include "runtime/fused_device_network.hpp"

#include "gpu/device_array.hpp"
#include "runtime/cuda_layers.hpp"
#include "support/network_on_fake_device.hpp"
#include "support/networks.hpp"

namespace skingauge {
namespace {

using test::farthest;
using test::kSize;
using test::noise;

std::vector<float> on_cuda(const Network& network, const std::vector<std::uint8_t>& tiles) {
  const std::shared_ptr<DeviceApi> device = cuda_device_api(0);
  const auto layers = make_cuda_layers({describe_gpu(0), Precision::int8, {}, device, 0});
  const ValueRanges ranges(network.layers.size() + 1, 3.0F);
  const auto tile = noise(1);
  FusedDeviceNetwork on_device(
      prepare_for_device(network, Precision::int8,
                         test::known_answers(network, Precision::int8, ranges, tile), ranges),
      layers, kSize, test::some_normalisation(), tile);
  DeviceRunner runner(*device, {{"small", &on_device}}, {.largest_batch = 8});
  EXPECT_EQ(runner.difference(0), "");
  const PinnedMemory pixels(*device, tiles.size());
  std::memcpy(pixels.get(), tiles.data(), tiles.size());
  runner.start(0, {reinterpret_cast<const std::uint8_t*>(pixels.get()), tiles.size()},
               tiles.size() / test::kTileBytes, 1);
  runner.wait();
  std::vector<float> answers;
  runner.finish(
      [&](const FinishedBatch& batch) { answers.assign(batch.outputs.begin(), batch.outputs.end()); });
  return answers;
}

// The first layer's sums come in another order in half precision, which moves some bytes by a step.
TEST(FusedDeviceNetwork, InInt8AnswersAsTheHostsLayersDoAndNearFloats) {
  SKINGAUGE_NEED_GPU();
  if (cudnn_plan_version() == "none") GTEST_SKIP() << "this build has no cuDNN";
  const auto network = test::resnet_for_bytes(5);
  const auto tiles = noise(5);
  const auto floats = test::plain_answers(network, tiles);
  const double spread = test::spread_of(floats);
  test::OnFakeDevice on_host(network, Precision::int8, ValueRanges(network.layers.size() + 1, 3.0F));
  const auto found = on_cuda(network, tiles);
  ASSERT_EQ(found.size(), floats.size());
  EXPECT_LT(farthest(found, on_host.run(tiles)), 0.01 * spread);
  EXPECT_LT(farthest(found, floats), 0.05 * spread);
}

}  // namespace
}  // namespace skingauge
