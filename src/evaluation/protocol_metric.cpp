#include "skingauge/protocol_metric.hpp"

#include "skingauge/angular_error.hpp"
#include "skingauge/grade_metrics.hpp"
#include "skingauge/mean_iou.hpp"
#include "skingauge/measurement_metrics.hpp"

#include "evaluation/argument.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>

namespace skingauge {
namespace {

using Numbers = std::span<const double>;

// ---- From numbers to what the metrics take
// ------------------------------------------------------------------

int whole(const char* name, double found) {
  if (std::trunc(found) != found || std::abs(found) > std::numeric_limits<int>::max()) {
    bad_argument(name, std::to_string(found), "a whole number");
  }
  return static_cast<int>(found);
}

std::vector<int> mask(const char* name, Numbers numbers) {
  std::vector<int> result(numbers.size());
  std::transform(numbers.begin(), numbers.end(), result.begin(), [=](double n) { return whole(name, n); });
  return result;
}

double only(const char* name, Numbers numbers) {
  require_size(name, numbers.size(), 1);
  return numbers.front();
}

GazeDirection direction(const char* name, Numbers numbers) {
  require_size(name, numbers.size(), 2);
  return {numbers[0], numbers[1]};
}

// The true class and its rank among the scores.
struct Ranked {
  Ranked(Numbers scores, Numbers truths, int classes) : truth(whole("truth", only("truth", truths))) {
    require_size("prediction", scores.size(), static_cast<std::size_t>(classes));
    rank = TopKAccuracy::rank_of(scores, truth);
    answer = static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
  }
  int truth;
  int rank{0};
  int answer{0};
};

// ---- Metrics made of others
// ---------------------------------------------------------------------------------

struct GradeMetrics {
  explicit GradeMetrics(int classes) : ranks(classes), matrix(classes) {}
  void add(const Ranked& sample) {
    ranks.add_rank(sample.rank, sample.truth);
    matrix.add(sample.truth, sample.answer);
  }
  void merge(const GradeMetrics& other) {
    ranks.merge(other.ranks);
    matrix.merge(other.matrix);
  }
  [[nodiscard]] std::int64_t count() const { return ranks.count(); }
  [[nodiscard]] std::vector<Figure> figures() const {
    auto all = ranks.figures();
    auto more = matrix.figures();
    std::move(more.begin(), more.end(), std::back_inserter(all));
    return all;
  }
  TopKAccuracy ranks;
  ConfusionMatrix matrix;
};

struct AverageRecall {
  explicit AverageRecall(int classes) : matrix(classes) {}
  void merge(const AverageRecall& other) { matrix.merge(other.matrix); }
  [[nodiscard]] double count() const { return matrix.count(); }
  [[nodiscard]] std::vector<Figure> figures() const {
    return {
        {"weighted_average_recall", matrix.weighted_average_recall(), matrix.constant_within(0), {}},
        {"unweighted_average_recall", matrix.balanced_accuracy(), matrix.constant_balanced_accuracy(), {}}};
  }
  ConfusionMatrix matrix;
};

// ---- One interface to all
// -------------------------------------------------------------------------------------

// `Feed` gives a sample's numbers to the metric.
template <class Metric>
class Protocol : public ProtocolMetric {
 public:
  using Feed = void (*)(Metric&, const ProtocolOptions&, Numbers prediction, Numbers truth);

  Protocol(MetricProtocol protocol, const ProtocolOptions& options, Metric metric, Feed feed)
      : ProtocolMetric(protocol, options), metric_(std::move(metric)), feed_(feed) {}

  void add(Numbers prediction, Numbers truth) override { feed_(metric_, options(), prediction, truth); }
  [[nodiscard]] std::int64_t count() const override { return static_cast<std::int64_t>(metric_.count()); }
  [[nodiscard]] std::vector<Figure> figures() const override { return metric_.figures(); }

 private:
  void merge_same(const ProtocolMetric& other) override {
    metric_.merge(static_cast<const Protocol&>(other).metric_);
  }
  Metric metric_;
  Feed feed_;
};

template <class Metric, class Feed>
std::unique_ptr<ProtocolMetric> make(MetricProtocol protocol, const ProtocolOptions& options, Metric metric,
                                     Feed feed) {
  return std::make_unique<Protocol<Metric>>(protocol, options, std::move(metric), feed);
}

std::unique_ptr<ProtocolMetric> make_nia_2023(const ProtocolOptions& options) {
  if (options.classes == 1) {
    return make(MetricProtocol::nia_2023, options, MeasurementMetrics(),
                [](MeasurementMetrics& metric, const ProtocolOptions&, Numbers prediction, Numbers truth) {
                  metric.add(only("truth", truth), only("prediction", prediction));
                });
  }
  return make(MetricProtocol::nia_2023, options, GradeMetrics(options.classes),
              [](GradeMetrics& metric, const ProtocolOptions& o, Numbers prediction, Numbers truth) {
                metric.add(Ranked(prediction, truth, o.classes));
              });
}

std::unique_ptr<ProtocolMetric> make_gaze(const ProtocolOptions& options) {
  return make(MetricProtocol::gaze, options, AngularError(),
              [](AngularError& metric, const ProtocolOptions&, Numbers prediction, Numbers truth) {
                metric.add(direction("truth", truth), direction("prediction", prediction));
              });
}

std::unique_ptr<ProtocolMetric> make_segmentation(const ProtocolOptions& options) {
  return make(MetricProtocol::segmentation, options, MeanIou(options.classes, options.ignored_class),
              [](MeanIou& metric, const ProtocolOptions&, Numbers prediction, Numbers truth) {
                metric.add(mask("truth", truth), mask("prediction", prediction));
              });
}

std::unique_ptr<ProtocolMetric> make_average_recall(const ProtocolOptions& options) {
  return make(MetricProtocol::average_recall, options, AverageRecall(options.classes),
              [](AverageRecall& metric, const ProtocolOptions& o, Numbers prediction, Numbers truth) {
                const Ranked sample(prediction, truth, o.classes);
                metric.matrix.add(sample.truth, sample.answer);
              });
}

std::unique_ptr<ProtocolMetric> make_multi_label(const ProtocolOptions& options) {
  return make(MetricProtocol::multi_label, options, MultiLabelMetrics(options.classes, options.multi_label),
              [](MultiLabelMetrics& metric, const ProtocolOptions&, Numbers prediction, Numbers truth) {
                std::vector<std::uint8_t> labels(truth.size());
                for (std::size_t i = 0; i < truth.size(); ++i) {
                  require_index("truth", whole("truth", truth[i]), 2);
                  labels[i] = static_cast<std::uint8_t>(truth[i]);
                }
                metric.add(prediction, labels);
              });
}

std::unique_ptr<ProtocolMetric> make_top_k(const ProtocolOptions& options) {
  return make(MetricProtocol::top_k, options, TopKAccuracy(options.classes),
              [](TopKAccuracy& metric, const ProtocolOptions& o, Numbers prediction, Numbers truth) {
                const Ranked sample(prediction, truth, o.classes);
                metric.add_rank(sample.rank, sample.truth);
              });
}

}  // namespace

void ProtocolMetric::merge(const ProtocolMetric& other) {
  if (other.protocol_ != protocol_ || !(other.options_ == options_)) {
    bad_argument("other metric", std::string(to_string(other.protocol_)) + " with its options",
                 std::string(to_string(protocol_)) + " with the same options");
  }
  merge_same(other);
}

std::unique_ptr<ProtocolMetric> make_protocol_metric(MetricProtocol protocol,
                                                     const ProtocolOptions& options) {
  switch (protocol) {
    case MetricProtocol::nia_2023:
      return make_nia_2023(options);
    case MetricProtocol::gaze:
      return make_gaze(options);
    case MetricProtocol::segmentation:
      return make_segmentation(options);
    case MetricProtocol::average_recall:
      return make_average_recall(options);
    case MetricProtocol::multi_label:
      return make_multi_label(options);
    case MetricProtocol::top_k:
      return make_top_k(options);
  }
  bad_argument("protocol", std::to_string(static_cast<int>(protocol)), metric_protocol_names());
}

}  // namespace skingauge
