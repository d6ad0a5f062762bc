// What every accumulator keeps to, whatever it measures: halves merged are the whole, in any order and with
// itself; an empty one adds nothing; no figure is NaN.
#include "skingauge/angular_error.hpp"
#include "skingauge/calibration.hpp"
#include "skingauge/grade_metrics.hpp"
#include "skingauge/histogram.hpp"
#include "skingauge/mean_iou.hpp"
#include "skingauge/measurement_metrics.hpp"
#include "skingauge/multi_label.hpp"
#include "skingauge/protocol_metric.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

// How to make a metric, give it a random sample, and read it.
template <class Metric>
struct Traits;

template <>
struct Traits<TopKAccuracy> {
  static TopKAccuracy make() { return TopKAccuracy(7); }
  static void add(TopKAccuracy& metric, std::mt19937& random) {
    std::vector<float> scores(7);
    for (auto& score : scores) score = static_cast<float>(random() % 5);
    metric.add(scores, static_cast<int>(random() % 7));
  }
};

template <>
struct Traits<ConfusionMatrix> {
  static ConfusionMatrix make() { return ConfusionMatrix(5); }
  static void add(ConfusionMatrix& metric, std::mt19937& random) {
    metric.add(static_cast<int>(random() % 5), static_cast<int>(random() % 5));
  }
};

template <>
struct Traits<Calibration> {
  static Calibration make() { return Calibration(10); }
  static void add(Calibration& metric, std::mt19937& random) {
    metric.add(static_cast<double>(random() % 1001) / 1000, random() % 2 == 0);
  }
};

template <>
struct Traits<MeasurementMetrics> {
  static MeasurementMetrics make() { return {}; }
  static void add(MeasurementMetrics& metric, std::mt19937& random) {
    metric.add(static_cast<double>(random() % 100) / 7, static_cast<double>(random() % 100) / 11);
  }
};

template <>
struct Traits<Histogram> {
  static Histogram make() { return {0, 50, 10}; }
  static void add(Histogram& metric, std::mt19937& random) {
    metric.add(static_cast<double>(random() % 700) / 10 - 10);
  }
};

template <>
struct Traits<AngularError> {
  static AngularError make() { return {}; }
  static void add(AngularError& metric, std::mt19937& random) {
    const auto angle = [&] { return static_cast<double>(random() % 300) / 100 - 1.5; };
    const GazeDirection truth{angle(), angle()};
    metric.add(truth, {angle(), angle()});
  }
};

template <>
struct Traits<MeanIou> {
  static MeanIou make() { return MeanIou(4, 3); }
  static void add(MeanIou& metric, std::mt19937& random) {
    std::vector<int> truth(random() % 6);
    for (auto& pixel : truth) pixel = static_cast<int>(random() % 4);
    auto answer = truth;
    for (auto& pixel : answer) pixel = random() % 2 == 0 ? pixel : static_cast<int>(random() % 4);
    metric.add(truth, answer);
  }
};

template <>
struct Traits<MultiLabelMetrics> {
  static MultiLabelMetrics make() { return MultiLabelMetrics(6); }
  static void add(MultiLabelMetrics& metric, std::mt19937& random) {
    std::vector<double> scores(6);
    std::vector<std::uint8_t> truth(6);
    for (auto& score : scores) score = static_cast<double>(random() % 11) / 10;
    for (auto& label : truth) label = random() % 4 == 0 ? 1 : 0;
    metric.add(scores, truth);
  }
};

// The same through the interface that all protocols share.
class SharedMetric {
 public:
  SharedMetric() : metric_(make_protocol_metric(MetricProtocol::nia_2023, {.classes = 5})) {}
  void add(std::span<const double> prediction, double truth) {
    metric_->add(prediction, std::span(&truth, 1));
  }
  void merge(const SharedMetric& other) { metric_->merge(*other.metric_); }
  [[nodiscard]] std::int64_t count() const { return metric_->count(); }
  [[nodiscard]] std::vector<Figure> figures() const { return metric_->figures(); }

 private:
  std::unique_ptr<ProtocolMetric> metric_;
};

template <>
struct Traits<SharedMetric> {
  static SharedMetric make() { return {}; }
  static void add(SharedMetric& metric, std::mt19937& random) {
    std::vector<double> scores(5);
    for (auto& score : scores) score = static_cast<double>(random() % 5);
    metric.add(scores, static_cast<double>(random() % 5));
  }
};

template <class Metric>
std::vector<Figure> figures_of(const Metric& metric) {
  return metric.figures();
}

std::vector<Figure> figures_of(const Histogram& histogram) {
  std::vector<Figure> figures{{"below", static_cast<double>(histogram.below()), {}, {}},
                              {"above", static_cast<double>(histogram.above()), {}, {}}};
  for (const auto count : histogram.bins()) figures.push_back({"bin", static_cast<double>(count), {}, {}});
  return figures;
}

void expect_near(const std::optional<double>& found, const std::optional<double>& expected,
                 const std::string& name) {
  ASSERT_EQ(found.has_value(), expected.has_value()) << name;
  if (found) EXPECT_NEAR(*found, *expected, 1e-12) << name;
}

template <class Metric>
void expect_equal(const Metric& found, const Metric& expected) {
  EXPECT_EQ(found.count(), expected.count());
  const auto left = figures_of(found);
  const auto right = figures_of(expected);
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(left[i].name, right[i].name);
    expect_near(left[i].value, right[i].value, left[i].name);
    expect_near(left[i].best_constant, right[i].best_constant, left[i].name + " of the best constant");
  }
}

template <class Metric>
class MetricContract : public ::testing::Test {
 protected:
  static Metric of(int samples, unsigned seed) {
    std::mt19937 random(seed);
    auto metric = Traits<Metric>::make();
    for (int i = 0; i < samples; ++i) Traits<Metric>::add(metric, random);
    return metric;
  }
};

using Metrics = ::testing::Types<TopKAccuracy, ConfusionMatrix, Calibration, MeasurementMetrics, Histogram,
                                 AngularError, MeanIou, MultiLabelMetrics, SharedMetric>;
TYPED_TEST_SUITE(MetricContract, Metrics);

TYPED_TEST(MetricContract, StartsEmpty) { EXPECT_EQ(this->of(0, 1).count(), 0); }

TYPED_TEST(MetricContract, CountsItsSamples) { EXPECT_EQ(this->of(37, 1).count(), 37); }

TYPED_TEST(MetricContract, HalvesMergedAreTheWhole) {
  for (const int samples : {1, 2, 3, 10, 500}) {
    std::mt19937 random(3);
    auto whole = Traits<TypeParam>::make();
    auto first = Traits<TypeParam>::make();
    auto second = Traits<TypeParam>::make();
    for (int i = 0; i < samples; ++i) {
      auto one = Traits<TypeParam>::make();
      Traits<TypeParam>::add(one, random);
      whole.merge(one);
      (i % 3 == 0 ? first : second).merge(one);
    }
    expect_equal(whole, this->of(samples, 3));
    auto other_way = Traits<TypeParam>::make();
    other_way.merge(second);
    other_way.merge(first);
    first.merge(second);
    expect_equal(first, whole);
    expect_equal(other_way, whole);
  }
}

TYPED_TEST(MetricContract, AnEmptyOneAddsNothing) {
  auto metric = this->of(20, 5);
  metric.merge(Traits<TypeParam>::make());
  expect_equal(metric, this->of(20, 5));
  auto empty = Traits<TypeParam>::make();
  empty.merge(metric);
  expect_equal(empty, metric);
}

TYPED_TEST(MetricContract, MergedWithItselfIsTwice) {
  auto metric = this->of(20, 6);
  auto twice = this->of(20, 6);
  twice.merge(this->of(20, 6));
  metric.merge(metric);
  expect_equal(metric, twice);
}

TYPED_TEST(MetricContract, NoFigureIsNaN) {
  for (int samples = 0; samples < 12; ++samples) {
    for (unsigned seed = 0; seed < 20; ++seed) {
      for (const auto& figure : figures_of(this->of(samples, seed))) {
        EXPECT_FALSE(figure.value && !std::isfinite(*figure.value)) << figure.name;
        EXPECT_FALSE(figure.best_constant && !std::isfinite(*figure.best_constant)) << figure.name;
      }
    }
  }
}

}  // namespace
}  // namespace skingauge
