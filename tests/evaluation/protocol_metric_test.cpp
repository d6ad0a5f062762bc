#include "skingauge/protocol_metric.hpp"

#include <limits>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::HasSubstr;
using Numbers = std::vector<double>;

struct Sample {
  Numbers prediction;
  Numbers truth;
};

// A protocol with one good sample, and samples that it must refuse.
struct Case {
  MetricProtocol protocol{};
  ProtocolOptions options;
  Sample good;
  std::vector<Sample> bad;
  const char* figure{};  ///< one of its figures
  double value{0};       ///< after the good sample alone
};

const double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<Case> cases() {
  const Sample scores{{0.1, 0.7, 0.2}, {2}};
  const std::vector<Sample> bad_scores{{{0.1, 0.7}, {1}},         {{0.1, 0.7, 0.2}, {3}},
                                       {{0.1, 0.7, 0.2}, {1.5}},  {{0.1, kNaN, 0.2}, {1}},
                                       {{0.1, 0.7, 0.2}, {1, 1}}, {{0.1, 0.7, 0.2}, {}}};
  return {
      {MetricProtocol::nia_2023, {.classes = 3}, scores, bad_scores, "within1", 1},
      {MetricProtocol::nia_2023, {.classes = 3}, scores, bad_scores, "top2", 1},
      {MetricProtocol::nia_2023, {}, {{3}, {5}}, {{{kNaN}, {5}}, {{3, 4}, {5}}, {{3}, {}}}, "bias", -2},
      {MetricProtocol::gaze,
       {},
       {{0, 0.5}, {0, 0.5}},
       {{{0}, {0, 0}}, {{0, 0}, {0, 90}}, {{kNaN, 0}, {0, 0}}},
       "angular_error",
       0},
      {MetricProtocol::segmentation,
       {.classes = 2, .ignored_class = 255},
       {{0, 1, 1, 1}, {0, 1, 0, 255}},
       {{{0}, {0, 1}}, {{0.5}, {0}}, {{2}, {0}}, {{0}, {7}}},
       "mean_iou",
       0.5},
      {MetricProtocol::average_recall, {.classes = 3}, scores, bad_scores, "weighted_average_recall", 0},
      {MetricProtocol::multi_label,
       {.classes = 2, .multi_label = {.threshold = 0.75}},
       {{0.9, 0.6}, {1, 1}},
       {{{0.9}, {1, 1}},
        {{0.9, 0.6}, {1, 2}},
        {{0.9, 0.6}, {1, 0.5}},
        {{0.9, kNaN}, {1, 0}},
        {{0.9, 0.6}, {1, 256}}},
       "or",
       0.5},
      {MetricProtocol::top_k, {.classes = 3}, scores, bad_scores, "top1", 0},
  };
}

class ProtocolMetricTest : public ::testing::TestWithParam<Case> {};

TEST_P(ProtocolMetricTest, GivesTheFiguresOfItsMetric) {
  const auto& given = GetParam();
  const auto metric = make_protocol_metric(given.protocol, given.options);
  EXPECT_EQ(metric->protocol(), given.protocol);
  EXPECT_EQ(metric->options(), given.options);
  EXPECT_EQ(metric->count(), 0);
  metric->add(given.good.prediction, given.good.truth);
  EXPECT_EQ(metric->count(), 1);
  const auto figures = metric->figures();
  const auto* figure = find_figure(figures, given.figure);
  ASSERT_NE(figure, nullptr);
  EXPECT_DOUBLE_EQ(figure->value.value(), given.value);
}

TEST_P(ProtocolMetricTest, FiguresAreThoseTheTableNames) {
  const auto& given = GetParam();
  const auto metric = make_protocol_metric(given.protocol, given.options);
  for (const auto& figure : metric->figures()) {
    EXPECT_THAT(std::string(info(given.protocol).figures), HasSubstr(figure.name));
  }
}

TEST_P(ProtocolMetricTest, RefusesABadSampleAndAddsNothing) {
  const auto& given = GetParam();
  const auto metric = make_protocol_metric(given.protocol, given.options);
  metric->add(given.good.prediction, given.good.truth);
  const auto before = metric->figures();
  for (std::size_t i = 0; i < given.bad.size(); ++i) {
    EXPECT_THROW(metric->add(given.bad[i].prediction, given.bad[i].truth), std::invalid_argument) << i;
  }
  EXPECT_EQ(metric->count(), 1);
  EXPECT_EQ(metric->figures(), before);
}

TEST_P(ProtocolMetricTest, MergesOnlyWithItsLike) {
  const auto& given = GetParam();
  const auto metric = make_protocol_metric(given.protocol, given.options);
  const auto same = make_protocol_metric(given.protocol, given.options);
  same->add(given.good.prediction, given.good.truth);
  metric->merge(*same);
  EXPECT_EQ(metric->figures(), same->figures());
  auto options = given.options;
  options.classes += 1;
  EXPECT_THROW(metric->merge(*make_protocol_metric(given.protocol, options)), std::invalid_argument);
  for (const auto& row : metric_protocols()) {
    if (row.protocol == given.protocol) continue;
    EXPECT_THROW(metric->merge(*make_protocol_metric(row.protocol, given.options)), std::invalid_argument);
  }
  EXPECT_EQ(metric->count(), 1);
}

INSTANTIATE_TEST_SUITE_P(Protocols, ProtocolMetricTest, ::testing::ValuesIn(cases()), [](const auto& test) {
  std::string name(to_string(test.param.protocol));
  for (auto& c : name) c = c == '-' ? '_' : c;
  return name + "_" + test.param.figure;
});

TEST(MakeProtocolMetric, RefusesOptionsOutOfRange) {
  for (const auto protocol :
       {MetricProtocol::nia_2023, MetricProtocol::segmentation, MetricProtocol::average_recall,
        MetricProtocol::multi_label, MetricProtocol::top_k}) {
    EXPECT_THROW(make_protocol_metric(protocol, {.classes = 0}), std::invalid_argument);
  }
  EXPECT_THROW(make_protocol_metric(MetricProtocol::multi_label, {.multi_label = {.top = 0}}),
               std::invalid_argument);
  EXPECT_THROW(make_protocol_metric(static_cast<MetricProtocol>(77)), std::invalid_argument);
}

}  // namespace
}  // namespace skingauge
