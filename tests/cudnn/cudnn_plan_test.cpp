#include "runtime/cudnn_plan.hpp"

#include "skingauge/error.hpp"

#include "runtime/cuda_layers.hpp"
#include "runtime/device_weights.hpp"
#include "support/networks.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

constexpr Precision kPrecisions[] = {Precision::fp32, Precision::tf32, Precision::bf16, Precision::fp16};
constexpr int kBuckets[] = {1, 2, 4, 8, 16, 32, 64, 128, 256};
constexpr int kSize = 128;

// The eleven published networks differ in the width of their heads alone, which is no convolution.
std::set<ConvolutionCase> published_cases(Precision precision, int tiles) {
  std::set<ConvolutionCase> cases;
  const auto network = test::resnet50_shape(15);
  auto shapes = value_shapes(network, kSize, kSize);
  shapes.front().channels = padded_input_channels(network, precision);
  for (const auto& layer : network.layers) {
    if (layer.kind == Layer::Kind::convolution)
      cases.insert(convolution_case(layer, shapes[layer.input], precision, tiles));
  }
  EXPECT_EQ(cases.size(), 27U);
  return cases;
}

class PlansOfTarget : public ::testing::TestWithParam<std::string> {};

TEST_P(PlansOfTarget, AreMadeFusedForEveryLayerBatchAndPrecisionOfThePublishedNetworks) {
  const auto gpu = gpu_description(GetParam());
  for (const auto precision : kPrecisions) {
    const auto layers = make_cuda_layers({gpu, precision});
    for (const int tiles : kBuckets) {
      for (const auto& c : published_cases(precision, tiles)) {
        const auto way = layers->way(c);
        EXPECT_TRUE(way.fused) << to_string(c);
        EXPECT_LT(way.workspace, 2ULL << 30U) << to_string(c);
      }
    }
    EXPECT_EQ(layers->ready(), std::vector<std::string>());
  }
}

// Fused are those that end with a ReLU. Of the 27 the first counts in fp16, and the wide convolution of each
// stage's first block has no ReLU: it goes to its shortcut's convolution as the residual.
TEST_P(PlansOfTarget, OfInt8AreFusedForWhateverEndsWithAReluButTheFirst) {
  const auto layers = make_cuda_layers({gpu_description(GetParam()), Precision::int8});
  std::size_t bare = 0;
  for (const int tiles : kBuckets) {
    for (const auto& c : published_cases(Precision::int8, tiles)) {
      const auto way = layers->way(c);
      EXPECT_EQ(way.fused, c.precision == Precision::int8 && c.relu) << to_string(c);
      EXPECT_LT(way.workspace, 2ULL << 30U) << to_string(c);
      bare += way.fused ? 0U : 1U;
    }
  }
  EXPECT_EQ(bare, 5 * std::size(kBuckets));
  EXPECT_EQ(layers->counts().bare, bare);
  EXPECT_EQ(layers->ready(), std::vector<std::string>()) << "what is bare by plan is no news";
}

INSTANTIATE_TEST_SUITE_P(Every, PlansOfTarget, ::testing::ValuesIn(known_gpus()), [](const auto& name) {
  std::string text = name.param;
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
});

ConvolutionCase some_case(Precision precision) {
  ConvolutionCase c;
  c.precision = precision;
  c.tiles = 8;
  c.in_channels = c.out_channels = 64;
  c.height = c.width = 32;
  c.kernel = 3;
  c.padding = 1;
  c.residual = c.relu = true;
  return c;
}

TEST(CudnnPlan, IsRestoredFromWhatWasStored) {
  const auto gpu = gpu_description("h200");
  auto precisions = std::vector<Precision>(std::begin(kPrecisions), std::end(kPrecisions));
  precisions.push_back(Precision::int8);
  for (const auto precision : precisions) {
    std::string why;
    const auto plans = CudnnPlan::candidates(some_case(precision), gpu, 3, why);
    ASSERT_EQ(plans.size(), 3U) << to_string(precision) << ": " << why;
    for (const auto& plan : plans) {
      const auto again = CudnnPlan::restore(plan.stored(), gpu);
      ASSERT_NE(again, nullptr) << plan.name();
      EXPECT_EQ(again->workspace_bytes(), plan.workspace_bytes()) << plan.name();
    }
  }
}

TEST(CudnnPlan, IsNotRestoredFromDamagedBytes) {
  const auto gpu = gpu_description("h200");
  std::string why;
  auto stored = CudnnPlan::candidates(some_case(Precision::fp16), gpu, 1, why).front().stored();
  stored.resize(stored.size() / 2);
  EXPECT_EQ(CudnnPlan::restore(stored, gpu), nullptr);
  EXPECT_EQ(CudnnPlan::restore({}, gpu), nullptr);
}

TEST(CudnnLayers, TakePlansFromTheCacheInsteadOfMakingThem) {
  const test::TemporaryFolder folder;
  const CudaLayersOptions options{gpu_description("l4"), Precision::bf16, folder.path()};
  const auto first = make_cuda_layers(options);
  const auto way = first->way(some_case(Precision::bf16));
  EXPECT_EQ(first->counts().restored, 0U);
  EXPECT_TRUE(first->ready().empty());
  const auto second = make_cuda_layers(options);
  EXPECT_EQ(second->way(some_case(Precision::bf16)).workspace, way.workspace);
  EXPECT_EQ(second->counts().plans, 1U);
  EXPECT_EQ(second->counts().restored, 1U);
}

TEST(CudnnLayers, ReadTheInputInPlaceOfAResidualInInt8WhereItIsLargeEnough) {
  const auto layers = make_cuda_layers({gpu_description("h200"), Precision::int8});
  auto c = some_case(Precision::int8);
  c.residual = false;
  EXPECT_TRUE(layers->way(c).fused);
  EXPECT_TRUE(layers->way(some_case(Precision::int8)).fused);
  EXPECT_EQ(layers->counts().plans, 1U) << "the same as with a residual";
  c.out_channels = 128;  // more than it reads
  EXPECT_FALSE(layers->way(c).fused);
  c.residual = true;
  EXPECT_TRUE(layers->way(c).fused);
  c.relu = false;
  EXPECT_FALSE(layers->way(c).fused);
}

TEST(CudnnLayers, RunBareWithANoteWhatCudnnDoesNotTakeFused) {
  const auto layers = make_cuda_layers({gpu_description("h200"), Precision::fp16});
  auto grouped = some_case(Precision::fp16);
  grouped.in_channels = grouped.out_channels = 66;  // no channels that 16 bytes hold whole
  grouped.groups = 3;
  try {
    const auto way = layers->way(grouped);
    EXPECT_EQ(layers->ready().size(), way.fused ? 0U : 1U);
    EXPECT_TRUE(layers->ready().empty());
    RecordProperty("fused", way.fused ? 1 : 0);
  } catch (const ModelError& none) {
    EXPECT_NE(std::string(none.what()).find("66"), std::string::npos);
  }
}

}  // namespace
}  // namespace skingauge
