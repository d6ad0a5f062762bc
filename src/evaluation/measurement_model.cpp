#include "evaluation/head_model.hpp"
#include "evaluation/person_sums.hpp"
#include "evaluation/rank_model.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <unordered_map>

namespace skingauge {
namespace {

constexpr int kHistogramBins = 40;
constexpr std::uint32_t kSampleSeed = 523;

// Columns of a person's sums: the headline, then the moments of truth and answer about their means.
enum Column : std::size_t {
  kHeadline = 0,
  kTruth = 5,
  kAnswer,
  kTruthSquared,
  kAnswerSquared,
  kBoth,
  kColumns
};

MeasurementMetrics metrics_of(const HeadSamples& samples) {
  MeasurementMetrics metrics;
  for (std::size_t i = 0; i < samples.size(); ++i) metrics.add(samples.truth[i], samples.answer[i]);
  return metrics;
}

std::vector<std::uint32_t> person_by_sample(const HeadSamples& samples, const People& people) {
  std::vector<std::uint32_t> person;
  person.reserve(samples.size());
  for (const auto photo : samples.photo) person.push_back(people.of_photo[photo]);
  return person;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// Selection sampling: each sample equally likely, in order.
std::vector<Pair> some_pairs(const HeadSamples& samples, std::size_t wanted) {
  std::mt19937 random(kSampleSeed);
  std::vector<Pair> pairs;
  const std::size_t n = samples.size();
  for (std::size_t i = 0; i < n && pairs.size() < wanted; ++i) {
    const double drawn = static_cast<double>(random()) / 4294967296.0;
    if (drawn * static_cast<double>(n - i) < static_cast<double>(wanted - pairs.size()))
      pairs.push_back({samples.truth[i], samples.answer[i]});
  }
  return pairs;
}

void add_histograms(HeadReport& report, const HeadSamples& samples) {
  const auto [low_truth, high_truth] = std::minmax_element(samples.truth.begin(), samples.truth.end());
  const auto [low_answer, high_answer] = std::minmax_element(samples.answer.begin(), samples.answer.end());
  const double low = std::min(*low_truth, *low_answer);
  const double high = std::max({*high_truth, *high_answer, low + 1e-6});
  report.truths.emplace(low, high, kHistogramBins);
  report.answers.emplace(low, high, kHistogramBins);
  for (const double truth : samples.truth) report.truths->add(truth);
  for (const double answer : samples.answer) report.answers->add(answer);
}

std::int64_t count_outside(const Sign& sign, const std::vector<double>& normalised) {
  return std::count_if(normalised.begin(), normalised.end(),
                       [&](double value) { return is_outside_official_range(sign, value * sign.scale); });
}

// The commonest answer to three decimals, as the published log prints it.
void add_commonest(HeadReport& report, const HeadSamples& samples) {
  std::unordered_map<double, std::int64_t> counts;
  std::int64_t most = 0;
  for (const double answer : samples.answer) {
    const double rounded = std::round(answer * 1000) / 1000;
    const auto count = ++counts[rounded];
    if (count <= most) continue;
    most = count;
    report.same_answer = rounded;
  }
  report.same_share = static_cast<double>(most) / static_cast<double>(samples.size());
}

class MeasurementModel : public HeadModel {
 public:
  MeasurementModel(const HeadSamples& samples, const People& people)
      : HeadModel(samples),
        sums_(people.count, kColumns),
        ranks_(samples.truth, samples.answer, person_by_sample(samples, people)) {
    const double truth = mean(samples.truth);
    const double answer = mean(samples.answer);
    for (std::size_t i = 0; i < samples.size(); ++i)
      add(people.of_photo[samples.photo[i]], headline_of(samples, i), samples.truth[i] - truth,
          samples.answer[i] - answer);
    sums_.close();
  }

  [[nodiscard]] std::vector<std::string> names() const override {
    auto names = headline_names(Task::measurement, true);
    names.insert(names.end(), {"pearson", "spearman"});
    return names;
  }

  [[nodiscard]] Round round(std::span<const std::uint32_t> weights) const override {
    const auto sums = sums_.weighted(weights);
    Round round;
    std::copy_n(sums.begin(), round.headline.size(), round.headline.begin());
    round.values = headline_values(Task::measurement, round.headline, true);
    if (weights.empty()) {  // the figure itself: without the rounding of moments
      const auto metrics = metrics_of(samples());
      round.values.insert(round.values.end(), {metrics.pearson(), metrics.spearman()});
      return round;
    }
    round.values.push_back(correlation_of(sums[kHeadline], sums[kTruth], sums[kAnswer], sums[kTruthSquared],
                                          sums[kAnswerSquared], sums[kBoth]));
    round.values.push_back(ranks_.correlation(weights));
    return round;
  }

  [[nodiscard]] std::vector<std::optional<double>> constants() const override {
    auto values = headline_values(Task::measurement, constant(), true);
    values.insert(values.end(), {std::nullopt, std::nullopt});
    return values;
  }

  void describe(HeadReport& report, const EvaluationOptions& options) const override {
    report.pairs = some_pairs(samples(), options.scatter_points);
    report.error_deviation = metrics_of(samples()).error_deviation();
    add_histograms(report, samples());
    add_commonest(report, samples());
    report.answers_outside = count_outside(*samples().sign, samples().answer);
    report.truths_outside = count_outside(*samples().sign, samples().truth);
  }

 private:
  void add(std::uint32_t person, const Headline& headline, double truth, double answer) {
    for (std::size_t i = 0; i < headline.size(); ++i) sums_.add(person, kHeadline + i, headline[i]);
    sums_.add(person, kTruth, truth);
    sums_.add(person, kAnswer, answer);
    sums_.add(person, kTruthSquared, truth * truth);
    sums_.add(person, kAnswerSquared, answer * answer);
    sums_.add(person, kBoth, truth * answer);
  }

  PersonSums sums_;
  RankModel ranks_;
};

}  // namespace

std::unique_ptr<HeadModel> make_measurement_model(const HeadSamples& samples, const People& people) {
  return std::make_unique<MeasurementModel>(samples, people);
}

}  // namespace skingauge
