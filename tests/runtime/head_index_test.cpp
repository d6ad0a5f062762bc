#include "runtime/head_index.hpp"

#include "support/head_cases.hpp"

#include <cstring>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;

std::vector<std::uint32_t> bits(std::span<const float> values) {
  std::vector<std::uint32_t> bits(values.size());
  std::memcpy(bits.data(), values.data(), values.size_bytes());
  return bits;
}

// Equal to the last bit, which == of floats is not for zeros.
void expect_same_bits(const HeadPrediction& found, const HeadPrediction& expected) {
  ASSERT_EQ(found, expected);
  if (const auto* grade = std::get_if<GradePrediction>(&expected.answer)) {
    const auto& other = std::get<GradePrediction>(found.answer);
    EXPECT_EQ(bits(other.logits), bits(grade->logits));
    EXPECT_EQ(bits(other.probabilities), bits(grade->probabilities));
  }
}

// The whole kernel, index by index.
TEST(HeadIndex, EveryHeadOfABatchIsAnsweredAsDecodeHeadsDoes) {
  const auto c = test::head_case(500, 1);
  test::HeadRoom room(c);
  test::answer_all(test::batch_of(c, room));
  int kinds[3]{};
  for (std::size_t n = 0; n < c.crops.size(); ++n) {
    SCOPED_TRACE("crop " + std::to_string(n));
    const auto expected = c.expected(c.crops[n]);
    const auto found = room.predictions(c, n);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ++kinds[expected[i].answer.index()];
      expect_same_bits(found[i], expected[i]);
    }
    if (HasFailure()) return;
  }
  EXPECT_THAT(kinds, Each(Gt(100))) << "grades, measurements and outputs that are not finite were among them";
}

class OneHead {
 public:
  explicit OneHead(std::vector<float> outputs) : outputs_(std::move(outputs)) {
    const HeadSlice head{0, static_cast<int>(outputs_.size()), 1.0, true};
    const CropTiles crop{0, -1};
    logits_.resize(outputs_.size());
    probabilities_.resize(outputs_.size(), 9.0F);
    answer_head({outputs_.data(), &crop, &head, 1, 1, outputs_.size(), &answer_, logits_.data(),
                 probabilities_.data()},
                0);
  }
  [[nodiscard]] const HeadAnswer& answer() const { return answer_; }
  [[nodiscard]] const std::vector<float>& probabilities() const { return probabilities_; }

 private:
  std::vector<float> outputs_;
  std::vector<float> logits_;
  std::vector<float> probabilities_;
  HeadAnswer answer_{};
};

TEST(HeadIndex, TiesGoToTheLowerGrade) {
  EXPECT_THAT(OneHead({1, 2, 2, 1, 2}).answer().top3, ElementsAre(1, 2, 4));
  EXPECT_THAT(OneHead({3, 3, 3, 3}).answer().top3, ElementsAre(0, 1, 2));
  EXPECT_THAT(OneHead({-0.0F, 0.0F}).answer().top3, ElementsAre(0, 1, -1));
}

TEST(HeadIndex, SliceThatIsNotFiniteHasNoAnswer) {
  const OneHead head({1, std::numeric_limits<float>::infinity(), 2});
  EXPECT_FALSE(head.answer().finite);
  EXPECT_THAT(head.answer().top3, ElementsAre(-1, -1, -1));
  EXPECT_THAT(head.probabilities(), Each(0.0F));
}

}  // namespace
}  // namespace skingauge
