#include "evaluation/head_model.hpp"
#include "evaluation/person_sums.hpp"

#include <algorithm>
#include <iterator>

namespace skingauge {
namespace {

constexpr int kBins = 10;
constexpr std::size_t kBinColumns = 3;  // count, sum of confidences, hits

// Columns of a person's sums: the confusion matrix, crops with known top three, top-3 hits, calibration.
class GradeModel : public HeadModel {
 public:
  GradeModel(const HeadSamples& samples, const People& people)
      : HeadModel(samples),
        classes_(static_cast<std::size_t>(samples.classes)),
        sums_(people.count, calibration_column() + kBins * kBinColumns) {
    const Calibration bins(kBins);
    for (std::size_t i = 0; i < samples.size(); ++i) add(i, people.of_photo[samples.photo[i]], bins);
    sums_.close();
  }

  [[nodiscard]] std::vector<std::string> names() const override {
    auto names = headline_names(Task::grade, false);
    names.insert(names.end(),
                 {"balanced_accuracy", "macro_f1", "weighted_kappa", "pearson", "spearman", "ece"});
    return names;
  }

  [[nodiscard]] Round round(std::span<const std::uint32_t> weights) const override {
    const auto sums = sums_.weighted(weights);
    const auto matrix = confusion(sums);
    Round round;
    round.headline = headline(sums, matrix);
    round.values = headline_values(Task::grade, round.headline, false);
    round.values.insert(round.values.end(),
                        {matrix.balanced_accuracy(), matrix.macro_f1(), matrix.weighted_kappa(),
                         matrix.pearson(), matrix.spearman(), calibration(sums).expected_error()});
    return round;
  }

  [[nodiscard]] std::vector<std::optional<double>> constants() const override {
    const auto sums = sums_.weighted({});
    const auto matrix = confusion(sums);
    auto values = headline_values(Task::grade, constant(), false);
    const auto ece = calibration(sums).count() > 0 ? std::optional(0.0) : std::nullopt;
    values.insert(values.end(), {matrix.constant_balanced_accuracy(), matrix.constant_macro_f1(),
                                 matrix.constant_weighted_kappa(), std::nullopt, std::nullopt, ece});
    return values;
  }

  void describe(HeadReport& report, const EvaluationOptions& /*options*/) const override {
    const auto sums = sums_.weighted({});
    report.confusion = confusion(sums);
    const auto reliability = calibration(sums);
    if (reliability.count() > 0) report.calibration = reliability;
    const auto answers = report.confusion->answers();
    const auto commonest = std::max_element(answers.begin(), answers.end());
    report.same_answer = static_cast<double>(commonest - answers.begin());
    report.same_share = *commonest / report.confusion->count();
  }

 private:
  [[nodiscard]] std::size_t known_column() const { return classes_ * classes_; }
  [[nodiscard]] std::size_t top3_column() const { return known_column() + 1; }
  [[nodiscard]] std::size_t calibration_column() const { return known_column() + 2; }

  void add(std::size_t i, std::uint32_t person, const Calibration& bins) {
    const auto& s = samples();
    const auto truth = static_cast<std::size_t>(s.truth[i]);
    const auto answer = static_cast<std::size_t>(s.answer[i]);
    const auto contribution = headline_of(s, i);
    sums_.add(person, truth * classes_ + answer, 1);
    sums_.add(person, known_column(), contribution[1]);
    sums_.add(person, top3_column(), contribution[2]);
    if (s.confidence[i] < 0) return;
    const auto bin =
        calibration_column() + kBinColumns * static_cast<std::size_t>(bins.bin_of(s.confidence[i]));
    sums_.add(person, bin, 1);
    sums_.add(person, bin + 1, s.confidence[i]);
    sums_.add(person, bin + 2, truth == answer ? 1 : 0);
  }

  [[nodiscard]] ConfusionMatrix confusion(const std::vector<double>& sums) const {
    return {static_cast<int>(classes_),
            {sums.begin(), std::next(sums.begin(), static_cast<std::ptrdiff_t>(known_column()))}};
  }
  [[nodiscard]] Calibration calibration(const std::vector<double>& sums) const {
    return Calibration(
        {std::next(sums.begin(), static_cast<std::ptrdiff_t>(calibration_column())), sums.end()});
  }
  [[nodiscard]] Headline headline(const std::vector<double>& sums, const ConfusionMatrix& matrix) const {
    const double n = matrix.count();
    return {n, sums[known_column()], sums[top3_column()], n * matrix.within(1).value_or(0),
            n * matrix.within(0).value_or(0)};
  }

  std::size_t classes_;
  PersonSums sums_;
};

}  // namespace

std::unique_ptr<HeadModel> make_grade_model(const HeadSamples& samples, const People& people) {
  return std::make_unique<GradeModel>(samples, people);
}

}  // namespace skingauge
