#include "skingauge/manifest.hpp"

#include "skingauge/error.hpp"

#include "support/stub_models.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::nia_manifest;
using test::TemporaryFolder;
using ::testing::HasSubstr;

class ManifestTest : public ::testing::Test {
 protected:
  Manifest read(const Json& json) { return read_text(json.dump()); }
  Manifest read_text(const std::string& text) {
    test::write_bytes(folder_.path() / "manifest.json", text);
    return read_manifest(folder_.path() / "manifest.json");
  }
  void expect_error(const Json& json, ErrorCode code, const std::vector<std::string>& parts) {
    try {
      read(json);
      ADD_FAILURE() << "accepted";
    } catch (const ModelError& e) {
      EXPECT_EQ(e.code(), code) << e.what();
      EXPECT_THAT(e.what(), HasSubstr("manifest.json"));
      for (const auto& part : parts) EXPECT_THAT(e.what(), HasSubstr(part));
    }
  }
  TemporaryFolder folder_;
};

TEST_F(ManifestTest, KeepsEveryFieldOfThePublishedLayout) {
  const auto manifest = read(nia_manifest());
  EXPECT_EQ(manifest.name, "stub");
  EXPECT_FALSE(manifest.demo);
  EXPECT_EQ(manifest.sha256.size(), 64U);
  EXPECT_EQ(manifest.preprocess, Preprocess{});
  ASSERT_EQ(manifest.models.size(), 11U);
  const auto& cheek = manifest.models[9];
  EXPECT_EQ(cheek.id, "measure/cheek");
  EXPECT_EQ(cheek.width(), 3);
  EXPECT_EQ(cheek.faceparts, (std::vector{Facepart::left_cheek, Facepart::right_cheek}));
  EXPECT_DOUBLE_EQ(cheek.heads[2].scale, 3000);
  EXPECT_EQ(sign_of(cheek.heads[2], Facepart::right_cheek)->key, "r_cheek_pore");
  EXPECT_EQ(manifest.file_of(cheek), folder_.path() / "measure/cheek.pt");
}

TEST_F(ManifestTest, ReadsDemoMark) {
  auto json = nia_manifest();
  json["demo"] = true;
  EXPECT_TRUE(read(json).demo);
}

TEST_F(ManifestTest, ReadsTheProtocolOfItsMetrics) {
  auto json = nia_manifest();
  EXPECT_EQ(read(json).protocol, MetricProtocol::nia_2023) << "where none is named";
  for (const auto& row : metric_protocols()) {
    json["protocol"] = row.name;
    EXPECT_EQ(read(json).protocol, row.protocol);
  }
}

TEST_F(ManifestTest, NamesMissingFile) {
  try {
    read_manifest(folder_.path() / "none.json");
    FAIL() << "accepted";
  } catch (const ModelError& e) {
    EXPECT_EQ(e.code(), ErrorCode::manifest_missing);
    EXPECT_THAT(e.what(), HasSubstr("none.json"));
  }
}

TEST_F(ManifestTest, NamesByteOfBrokenJson) {
  try {
    read_text("{\"format\": 1,, }");
    FAIL() << "accepted";
  } catch (const ModelError& e) {
    EXPECT_EQ(e.code(), ErrorCode::manifest_syntax);
    EXPECT_THAT(e.what(), HasSubstr("byte 13"));
  }
}

struct BadField {
  const char* what;
  std::function<void(Json&)> change;
  std::vector<std::string> named;  ///< field, found, expected
};

class BadFieldTest : public ManifestTest, public ::testing::WithParamInterface<BadField> {};

TEST_P(BadFieldTest, NamesFieldFoundAndExpected) {
  auto json = nia_manifest();
  GetParam().change(json);
  expect_error(json, ErrorCode::manifest_field, GetParam().named);
}

INSTANTIATE_TEST_SUITE_P(
    Manifest, BadFieldTest,
    ::testing::Values(
        BadField{"unknown_root", [](Json& j) { j["modles"] = 1; }, {"modles", "unknown field", "models"}},
        BadField{"unknown_head",
                 [](Json& j) { j["models"][0]["heads"][0]["with"] = 6; },
                 {"models[0].heads[0].with", "unknown field"}},
        BadField{"format", [](Json& j) { j["format"] = 2; }, {"format", "found 2", "1"}},
        BadField{"missing", [](Json& j) { j["preprocess"].erase("mean"); }, {"preprocess.mean", "missing"}},
        BadField{"protocol",
                 [](Json& j) { j["protocol"] = "nia-2024"; },
                 {"protocol", "found \"nia-2024\"", "nia-2023, gaze, segmentation, average-recall", "top-k"}},
        BadField{"protocol_type", [](Json& j) { j["protocol"] = 3; }, {"protocol", "found 3", "text"}},
        BadField{"protocol_empty", [](Json& j) { j["protocol"] = ""; }, {"protocol", "found \"\""}},
        BadField{
            "odd_size", [](Json& j) { j["preprocess"]["size"] = 127; }, {"preprocess.size", "127", "even"}},
        BadField{"order",
                 [](Json& j) { j["preprocess"]["order"] = "grb"; },
                 {"preprocess.order", "grb", "\"bgr\" or \"rgb\""}},
        BadField{"zero_std",
                 [](Json& j) {
                   j["preprocess"]["std"] = {1, 0, 1};
                 },
                 {"preprocess.std", "three numbers"}},
        BadField{"boolean",
                 [](Json& j) { j["preprocess"]["mirror_right"] = "no"; },
                 {"mirror_right", "\"no\"", "true or false"}},
        BadField{"absolute",
                 [](Json& j) { j["models"][2]["file"] = "/etc/passwd"; },
                 {"models[2].file", "inside the manifest's folder"}},
        BadField{"dotdot",
                 [](Json& j) { j["models"][2]["file"] = "a/../../b.pt"; },
                 {"models[2].file", "inside the manifest's folder"}},
        BadField{
            "hash", [](Json& j) { j["models"][2]["sha256"] = "abc"; }, {"models[2].sha256", "64 hex digits"}},
        BadField{"facepart",
                 [](Json& j) { j["models"][2]["faceparts"] = {9}; },
                 {"models[2].faceparts", "[9]", "0..8"}},
        BadField{"facepart_twice",
                 [](Json& j) {
                   j["models"][2]["faceparts"] = {3, 3};
                 },
                 {"models[2].faceparts"}},
        BadField{"sign",
                 [](Json& j) { j["models"][2]["heads"][0]["sign"] = "periocular_wrinkle"; },
                 {"models[2].heads", "periocular_wrinkle", "known grade of facepart 3"}},
        BadField{"overlap",
                 [](Json& j) { j["models"][0]["heads"][1]["offset"] = 5; },
                 {"models[0].heads", "forehead_wrinkle at offset 5", "overlap"}},
        BadField{
            "gap", [](Json& j) { j["models"][0]["heads"][1]["offset"] = 7; }, {"models[0].heads", "gaps"}},
        BadField{"measure_width",
                 [](Json& j) { j["models"][6]["heads"][0]["width"] = 2; },
                 {"models[6].heads[0].width", "1..1"}},
        BadField{
            "scale", [](Json& j) { j["models"][6]["heads"][0]["scale"] = 0; }, {"models[6].heads[0].scale"}},
        BadField{"id_twice",
                 [](Json& j) { j["models"][1]["id"] = "grade/eye"; },
                 {"models", "grade/eye", "different ids"}},
        BadField{"sign_twice",
                 [](Json& j) {
                   auto m = j["models"][4];
                   m["id"] = "again";
                   j["models"].push_back(m);
                 },
                 {"lip_dryness", "grade/lips and again"}},
        BadField{"no_model_for_facepart",
                 [](Json& j) { j["models"][2]["faceparts"] = {3}; },
                 {"r_perocular_wrinkle of facepart 4", "a model for each facepart"}},
        BadField{"no_models", [](Json& j) { j["models"] = Json::array(); }, {"models", "at least one"}},
        BadField{"not_object", [](Json& j) { j = Json::array({1}); }, {"(whole file)", "an object"}}),
    [](const auto& test) { return test.param.what; });

TEST_F(ManifestTest, AcceptsGradesAlone) {
  auto json = nia_manifest();
  json["models"].erase(json["models"].begin() + 6, json["models"].end());
  EXPECT_EQ(read(json).models.size(), 6U);
}

}  // namespace
}  // namespace skingauge
