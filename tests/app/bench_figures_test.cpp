#include "app/bench_figures.hpp"

#include "skingauge/machine.hpp"

#include <cmath>
#include <sstream>

#include <gmock/gmock.h>

namespace skingauge::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// As numpy.percentile(values, percent) answers.
TEST(Percentile, LiesBetweenNeighboursAsInNumpy) {
  const std::vector<double> values{40, 10, 30, 20};
  EXPECT_DOUBLE_EQ(percentile(values, 0), 10);
  EXPECT_DOUBLE_EQ(percentile(values, 50), 25);
  EXPECT_DOUBLE_EQ(percentile(values, 95), 38.5);
  EXPECT_DOUBLE_EQ(percentile(values, 99), 39.7);
  EXPECT_DOUBLE_EQ(percentile(values, 100), 40);
}

TEST(Percentile, OfOneValueIsThatValue) {
  for (const double percent : {0.0, 50.0, 99.0, 100.0}) EXPECT_EQ(percentile({7}, percent), 7);
}

TEST(Percentile, RefusesNoValuesAndOtherPercentages) {
  EXPECT_THROW(percentile({}, 50), std::invalid_argument);
  EXPECT_THROW(percentile({1}, -1), std::invalid_argument);
  EXPECT_THROW(percentile({1}, 100.5), std::invalid_argument);
  EXPECT_THROW(percentile({1}, std::nan("")), std::invalid_argument);
}

TEST(DeviceMemory, IsWhatTheGpuInUseHasLent) {
  CudaStatus cuda;
  const std::size_t gib = std::size_t{1} << 30U;
  cuda.gpus = {{0, "one", 9, 0, 132, 100 * gib, 99 * gib}, {1, "other", 9, 0, 132, 80 * gib, 77 * gib}};
  EXPECT_EQ(device_memory_gib({ComputeDevice::Kind::cuda, 1}, cuda), 3.0);
  EXPECT_TRUE(device_memory_gib({ComputeDevice::Kind::cuda, 2}, cuda).is_null());
  EXPECT_TRUE(device_memory_gib({ComputeDevice::Kind::cpu, 0}, cuda).is_null());
}

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoMiddleOnes) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
}

TEST(AddSpread, IsMedianLeastAndMost) {
  Json json;
  add_spread(json, "rate", {3, 1, 10});
  EXPECT_EQ(json, (Json{{"rate", 3.0}, {"rate_min", 1.0}, {"rate_max", 10.0}}));
  EXPECT_THROW(add_spread(json, "rate", {}), std::invalid_argument);
}

TEST(Ratio, OfNothingIsNull) {
  EXPECT_EQ(ratio(1, 4), 0.25);
  EXPECT_TRUE(ratio(1, 0).is_null());
}

TEST(BenchObject, NamesMachineAndVersions) {
  const auto json = bench_object("networks");
  EXPECT_EQ(json["format"], 2);
  EXPECT_EQ(json["bench"], "networks");
  EXPECT_EQ(json["machine"]["cores"], usable_threads());
  EXPECT_EQ(json["versions"]["skingauge"], describe_machine().version);
}

TEST(PeakMemory, GrowsWithWhatIsHeld) {
  const double before = memory_figures({}).at("peak_memory_gib").get<double>();
  EXPECT_GT(before, 0);
  std::vector<char> held(512U << 20U, 'x');  // more than the tests before may have given back
  EXPECT_GT(memory_figures({}).at("peak_memory_gib").get<double>() + held[0] * 1e-12, before + 0.2);
}

TEST(FiguresText, IsALineAFigureAndATableForAList) {
  const Json json{{"crops_per_s", 142.04567},
                  {"machine", {{"cpu", "a cpu"}, {"features", {"avx2", "fma"}}}},
                  {"limit", nullptr},
                  {"models", {{{"id", "grade/chin"}, {"rate", 1.5}}, {{"id", "b"}, {"rate", 20}}}}};
  const auto text = figures_text(json);
  EXPECT_THAT(text, HasSubstr("crops_per_s                              142\n"));
  EXPECT_THAT(text, HasSubstr("machine.cpu                              a cpu\n"));
  EXPECT_THAT(text, HasSubstr("machine.features                         avx2 fma\n"));
  EXPECT_THAT(text, HasSubstr("limit                                    -\n"));
  EXPECT_THAT(text, HasSubstr("id          rate\n"));
  EXPECT_THAT(text, HasSubstr("grade/chin   1.5\n"));
  EXPECT_THAT(text, HasSubstr("b             20\n"));
}

TEST(WriteFigures, WritesTheFormatThatWasAskedFor) {
  std::ostringstream out;
  std::ostringstream err;
  const Streams streams{out, err, ""};
  CommonOptions options;
  write_figures({{"a", 1}}, options, streams);
  EXPECT_THAT(out.str(), Not(HasSubstr("{")));
  out.str("");
  options.format = "json";
  write_figures({{"a", 1}}, options, streams);
  EXPECT_EQ(Json::parse(out.str()), (Json{{"a", 1}}));
  EXPECT_EQ(err.str(), "");
}

}  // namespace
}  // namespace skingauge::app
