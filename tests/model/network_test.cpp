#include "skingauge/network.hpp"

#include "support/networks.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

TEST(Network, ShapesFollowTheLayers) {
  const auto network = test::small_resnet(7);
  const auto shapes = value_shapes(network, 64, 48);
  EXPECT_EQ(shapes[1], (ValueShape{16, 32, 24}));
  EXPECT_EQ(shapes[2], (ValueShape{16, 16, 12}));
  EXPECT_EQ(shapes[8], (ValueShape{32, 8, 6}));
  EXPECT_EQ(shapes.back(), (ValueShape{7, 1, 1}));
  EXPECT_EQ(network.width(), 7);
}

TEST(Network, WrongNetworksAreRefusedByLayer) {
  const auto refused = [](Network network, const std::string& part) {
    try {
      value_shapes(network, 64, 64);
      check_weights(network);
      ADD_FAILURE() << part;
    } catch (const std::invalid_argument& e) {
      EXPECT_THAT(std::string(e.what()), ::testing::HasSubstr(part));
    }
  };
  auto network = test::small_resnet(7);
  network.layers[2].weights.pop_back();
  refused(network, "layer 2");
  network = test::small_resnet(7);
  network.layers[2].input = 9;
  refused(network, "not there yet");
  network = test::small_resnet(7);
  network.layers[3].residual = 1;
  refused(network, "another shape");
  network = test::small_resnet(7);
  network.layers[0].padding = -1;
  refused(network, "layer 0");
}

// One pixel, one weight: every number by hand.
TEST(Network, PlainLoopsComputeByHand) {
  test::NetworkMaker make(1);
  make.convolution(0, 1, 1, 1, 1, true);
  make.linear(make.convolution(1, 1, 1, 1, 1, false, 1), 1, 1);
  auto& layers = make.network.layers;
  make.network.channels = 1;
  layers[0].weights = {2};
  layers[0].bias = {-1};
  layers[1].weights = {3};
  layers[1].bias = {0.5F};
  layers[2].weights = {10};
  layers[2].bias = {1};
  // relu(2x - 1) = y; 3y + 0.5 + y; times 10 plus 1
  EXPECT_THAT(run_plainly(make.network, {2, 0}, 1, 1), ::testing::ElementsAre(126, 6));
}

// torchvision's ResNet-50 at 224 x 224 has 4.09 G multiply-adds; the same count for a layer of it.
TEST(Network, MultiplyAddsOfAKnownLayer) {
  test::NetworkMaker make(1);
  make.convolution(0, 3, 64, 7, 2, true);
  EXPECT_EQ(multiply_adds(make.network, 224, 224), std::int64_t{112} * 112 * 64 * 3 * 49);
}

}  // namespace
}  // namespace skingauge
