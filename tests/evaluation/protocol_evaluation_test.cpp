#include "skingauge/protocol_evaluation.hpp"

#include "core/json_file.hpp"
#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class EvaluateProtocol : public ::testing::Test {
 protected:
  ProtocolEvaluation evaluate(const std::string& text, MetricProtocol protocol,
                              std::optional<int> classes = {}) {
    test::write_bytes(file_, text);
    return evaluate_protocol(file_, protocol, classes);
  }
  static double figure(const ProtocolEvaluation& evaluation, const std::string& name) {
    const auto* found = find_figure(evaluation.figures, name);
    return found == nullptr ? -1 : found->value.value_or(-2);
  }
  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "vectors.csv";
};

TEST_F(EvaluateProtocol, GazeOfRightAngles) {
  const auto e = evaluate("prediction,truth\n0 0,0 1.5707963267948966\n0 0,0 0\n", MetricProtocol::gaze);
  EXPECT_NEAR(figure(e, "angular_error"), 45, 1e-9);
  EXPECT_EQ(e.samples, 2);
}

TEST_F(EvaluateProtocol, ClassesAreThoseOfTheFirstPrediction) {
  const auto e = evaluate("truth;prediction\n2;0.1 0.5 0.4\n1;0.2 0.5 0.3\n", MetricProtocol::top_k);
  EXPECT_EQ(e.classes, 3);
  EXPECT_EQ(figure(e, "top1"), 0.5);
  EXPECT_EQ(figure(e, "top2"), 1.0);
}

TEST_F(EvaluateProtocol, SegmentationNeedsItsClasses) {
  EXPECT_THROW(evaluate("prediction,truth\n0 1,0 1\n", MetricProtocol::segmentation), UsageError);
  EXPECT_EQ(figure(evaluate("prediction,truth\n0 1,0 1\n", MetricProtocol::segmentation, 2), "mean_iou"),
            1.0);
}

TEST_F(EvaluateProtocol, BadRecordsAreCountedAndTheOthersJudged) {
  const auto e =
      evaluate("prediction,truth\n0.1 0.9,1\n0.1 x,1\n0.1 0.9 0,1\n0.1 0.9,7\n0.1\n,1\n0.9 0.1,0\n",
               MetricProtocol::average_recall);
  EXPECT_EQ(e.samples, 2);
  EXPECT_THAT(e.problem_counts, ElementsAre(Pair("bad-line", 1), Pair("value-invalid", 4)));
  EXPECT_EQ(e.problems.front().line, 3);
  const auto json = Json::parse(protocol_json(e));
  EXPECT_EQ(json["figures"]["weighted_average_recall"], 1.0);
  EXPECT_EQ(json["problems"]["counts"]["value-invalid"], 4);
}

TEST_F(EvaluateProtocol, NothingToJudgeIsAnError) {
  test::expect_input_error(ErrorCode::evaluation_empty, {"gaze"},
                           [&] { evaluate("prediction,truth\n1,2\n", MetricProtocol::gaze); });
  test::expect_input_error(ErrorCode::evaluation_format, {"line 1"},
                           [&] { evaluate("a,b\n1,2\n", MetricProtocol::gaze); });
}

}  // namespace
}  // namespace skingauge
