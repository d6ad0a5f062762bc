#include "evaluation/person_sums.hpp"

#include "evaluation/rank_model.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using Weights = std::vector<std::uint32_t>;

TEST(PersonSums, CountsEachPersonAsOftenAsItsWeight) {
  PersonSums sums(2, 2);
  sums.add(0, 0, 1);
  sums.add(0, 1, 10);
  sums.add(1, 0, 2);
  sums.add(1, 0, 3);
  sums.close();
  EXPECT_THAT(sums.weighted({}), ElementsAre(6, 10));
  EXPECT_THAT(sums.weighted(Weights{3, 1}), ElementsAre(8, 30));
}

TEST(PersonSums, RefusesWeightsOfOtherPeople) {
  PersonSums sums(2, 1);
  EXPECT_THROW(sums.add(2, 0, 1), std::out_of_range);
  EXPECT_THROW(sums.add(0, 1, 1), std::out_of_range);
  sums.close();
  EXPECT_THROW((void)sums.weighted(Weights{1}), std::invalid_argument);
  EXPECT_THROW((void)sums.weighted(Weights{1, 1, 1}), std::invalid_argument);
}

TEST(RankModel, RefusesWeightsThatLackAPerson) {
  const std::vector<double> values{1, 2, 3};
  const RankModel model(values, values, {0, 1, 2});
  EXPECT_EQ(model.correlation(Weights{1, 1, 1}), 1.0);
  EXPECT_THROW((void)model.correlation(Weights{1, 1}), std::invalid_argument);
}

}  // namespace
}  // namespace skingauge
