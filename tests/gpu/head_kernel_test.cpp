#include "runtime/head_kernel.hpp"

#include "gpu/device_array.hpp"
#include "support/head_cases.hpp"

#include <cmath>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::DeviceArray;
using ::testing::FloatNear;
using ::testing::Pointwise;

// To the last bit, but for that of which kind a NaN is.
bool same(float a, float b) {
  return std::isnan(b) ? std::isnan(a) : a == b && std::signbit(a) == std::signbit(b);
}

// The case answered on the device.
test::HeadRoom answered(const test::HeadCase& c) {
  test::HeadRoom room(c);
  const DeviceArray outputs(c.outputs);
  const DeviceArray crops(c.crops);
  const DeviceArray slices(room.slices);
  const DeviceArray answers(room.answers);
  const DeviceArray logits(room.logits);
  const DeviceArray probabilities(room.probabilities);
  const HeadBatch batch{outputs.get(), crops.get(),   slices.get(), c.crops.size(),     room.slices.size(),
                        c.width(),     answers.get(), logits.get(), probabilities.get()};
  check_cuda(launch_answer_heads(batch, nullptr), "answer_heads");
  room.answers = answers.read();
  room.logits = logits.read();
  room.probabilities = probabilities.read();
  return room;
}

TEST(HeadKernel, AnswersAreTheIndexFunctions) {
  SKINGAUGE_NEED_GPU();
  for (const int crops : {1, 7, 3000}) {
    const auto c = test::head_case(crops, static_cast<unsigned>(crops));
    test::HeadRoom expected(c);
    test::answer_all(test::batch_of(c, expected));
    const auto found = answered(c);
    for (std::size_t i = 0; i < expected.answers.size(); ++i) {
      EXPECT_EQ(found.answers[i].finite, expected.answers[i].finite) << i;
      EXPECT_EQ(found.answers[i].value, expected.answers[i].value) << i;
      EXPECT_EQ(found.answers[i].units, expected.answers[i].units) << i;
      EXPECT_THAT(found.answers[i].top3, ::testing::ElementsAreArray(expected.answers[i].top3)) << i;
    }
    for (std::size_t i = 0; i < expected.logits.size(); ++i) {
      EXPECT_TRUE(same(found.logits[i], expected.logits[i])) << i;
    }
    EXPECT_THAT(found.probabilities, Pointwise(FloatNear(1e-6F), expected.probabilities));
  }
}

TEST(HeadKernel, NothingIsQueuedForNoCrops) {
  SKINGAUGE_NEED_GPU();
  EXPECT_EQ(launch_answer_heads(HeadBatch{}, nullptr), cudaSuccess);
}

}  // namespace
}  // namespace skingauge
