#include "app/program.hpp"

#include "skingauge/machine.hpp"

#include "core/json_file.hpp"
#include "support/run_program.hpp"
#include "support/stub_models.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>

namespace skingauge::app {
namespace {

using test::run;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ProgramTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  // A data set of one photograph that is no picture, with one label.
  std::string small_dataset() {
    test::write_bytes(folder_.path() / "data/img/01/0001/0001_01_F.jpg", "not a picture");
    test::write_bytes(
        folder_.path() / "data/label/01/0001/0001_01_F_08.json",
        R"({"info":{},"images":{"facepart":8,"bbox":[0,0,99,99]},"annotations":{"chin_sagging":2},"equipment":null})");
    return path("data");
  }
  TemporaryFolder folder_;
};

TEST_F(ProgramTest, HelpAndVersionAreResults) {
  EXPECT_EQ(run({"--help"}).status, 0);
  EXPECT_THAT(run({"--help"}).out, HasSubstr("validate"));
  EXPECT_THAT(run({"--version"}).out, HasSubstr("0."));
}

TEST_F(ProgramTest, WrongUseEndsWith2AndSaysWhy) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {},
           {"predikt"},
           {"predict", "a.jpg"},
           {"predict", "a.jpg", "--models", "m"},
           {"validate", "d", "--models", "m", "--out", "o", "--mode", "all"},
           {"validate", "d", "--models", "m", "--out", "o", "--batch", "1025"},
           {"doctor", "--device", "tpu"},
           {"dataset", "synthesize", path("s"), "--subjects", "0"}}) {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.status, 2) << testing::PrintToString(arguments);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_NE(outcome.err, "");
  }
}

TEST_F(ProgramTest, DoctorAnswersTextAndJson) {
  EXPECT_THAT(run({"doctor"}).out, HasSubstr("would use"));
  const auto json = Json::parse(run({"doctor", "--format", "json"}).out);
  EXPECT_EQ(json["format"], 1);
  EXPECT_EQ(json["cpu"]["threads"], usable_threads());
}

TEST_F(ProgramTest, MissingGpuEndsWith5AndTheReason) {
  const auto cuda = query_cuda();
  if (cuda.problem.empty()) GTEST_SKIP() << "this machine has a GPU";
  const auto outcome = run({"doctor", "--device", "cuda"});
  EXPECT_EQ(outcome.status, 5);
  EXPECT_THAT(outcome.err, HasSubstr(cuda.problem));
  EXPECT_THAT(outcome.err, HasSubstr("[device-unavailable]"));
}

TEST_F(ProgramTest, ManifestThatIsMissingOrWrongEndsWith4) {
  const auto missing = run({"models", "verify", path("none.json")});
  EXPECT_EQ(missing.status, 4);
  EXPECT_THAT(missing.err, HasSubstr("none.json: no such manifest file [manifest-missing]"));
  auto json = test::nia_manifest();
  json["preprocess"]["colour"] = "bgr";
  const auto manifest = test::write_models(folder_.path(), json).string();
  const auto unknown = run({"validate", small_dataset(), "--models", manifest, "--out", path("out")});
  EXPECT_EQ(unknown.status, 4);
  EXPECT_THAT(unknown.err, HasSubstr("preprocess.colour: unknown field"));
}

TEST_F(ProgramTest, FilesThatAreNoNetworksEndWith4) {
  const auto outcome =
      run({"models", "verify", test::write_models(folder_.path()).string(), "--device", "cpu", "--quiet"});
  EXPECT_EQ(outcome.status, 4);
  EXPECT_THAT(outcome.out, HasSubstr("model-format"));
}

TEST_F(ProgramTest, DataSetThatIsMissingOrEmptyEndsWith3) {
  EXPECT_EQ(run({"dataset", "audit", path("none")}).status, 3);
  std::filesystem::create_directories(folder_.path() / "empty/img/01/0001");
  const auto empty = run({"dataset", "split", path("empty"), "--out", path("split.json")});
  EXPECT_EQ(empty.status, 3);
  EXPECT_THAT(empty.err, HasSubstr("[dataset-empty]"));
  std::filesystem::create_directories(folder_.path() / "nothing");
  EXPECT_THAT(run({"dataset", "audit", path("nothing")}).err, HasSubstr("[dataset-layout]"));
}

TEST_F(ProgramTest, AuditCountsAndEndsWith1WhereALabelIsBroken) {
  const auto data = small_dataset();
  EXPECT_EQ(run({"dataset", "audit", data, "--quiet"}).status, 0);
  test::write_bytes(folder_.path() / "data/label/01/0001/0001_01_F_07.json", "{\"images\": ");
  const auto outcome = run({"dataset", "audit", data, "--format", "json", "--quiet"});
  EXPECT_EQ(outcome.status, 1);
  const auto json = Json::parse(outcome.out);
  EXPECT_EQ(json["label_files"], 2);
  EXPECT_EQ(json["label_files_unusable"], 1);
  EXPECT_EQ(json["errors"]["count"], 1);
}

TEST_F(ProgramTest, SplitIsWrittenAndReadBack) {
  const auto data = small_dataset();
  const auto outcome = run({"dataset", "split", data, "--kind", "by-subject", "--out", path("split.json")});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto tiles = run({"dataset", "tiles", data, "--split", path("split.json"), "--part", "train", "--out",
                          path("tiles"), "--quiet"});
  EXPECT_EQ(tiles.status, 1) << "its one photograph is no picture";
  EXPECT_THAT(tiles.out, HasSubstr("1 photos (1 failed, 0 label files unusable), 0 crops"));
  EXPECT_EQ(
      run({"dataset", "tiles", data, "--split", path("split.json"), "--part", "val", "--out", path("tiles")})
          .status,
      3);
}

TEST_F(ProgramTest, FolderThatCannotBeWrittenEndsWith6) {
  test::write_bytes(folder_.path() / "file", "in the way");
  const auto outcome = run({"dataset", "split", small_dataset(), "--out", path("file/split.json")});
  EXPECT_EQ(outcome.status, 6);
  EXPECT_THAT(outcome.err, HasSubstr("[io-failed]"));
}

}  // namespace
}  // namespace skingauge::app
