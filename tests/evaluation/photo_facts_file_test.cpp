#include "skingauge/evaluation_input.hpp"
#include "skingauge/predictions_file.hpp"

#include "evaluation/made_up.hpp"
#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <fstream>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

bool alike(const PhotoFacts& a, const PhotoFacts& b) {
  return a.id == b.id && a.subject == b.subject && a.device == b.device && a.angle == b.angle &&
         a.gender == b.gender && a.age == b.age && a.skin_type == b.skin_type && a.sensitive == b.sensitive;
}

class PhotoFactsFile : public ::testing::Test {
 protected:
  // What `validate` writes of these photographs: one grade each.
  void write(const std::vector<PhotoFacts>& photos) {
    std::ofstream predictions(predictions_);
    for (const auto& photo : photos) {
      GradePrediction grade;
      grade.grade = 1;
      grade.top3 = {1, 0, 2};
      grade.probabilities = {0.2F, 0.5F, 0.1F, 0.1F, 0.1F};
      write_predictions(predictions, photo.id, {{&test::grade_sign("lip_dryness"), grade, 2}});
    }
    std::ofstream facts(facts_);
    write_photo_facts(facts, photos);
  }
  EvaluationInput read() {
    EvaluationInput input;
    read_evaluation_input(predictions_, input);
    known_ = read_photo_facts(facts_, input);
    return input;
  }
  EvaluationInput read(const std::string& facts) {
    test::write_bytes(predictions_, R"({"photo":"0001_01_F","key":"lip_dryness","grade":1,"truth":1})");
    test::write_bytes(facts_, facts);
    return read();
  }
  test::TemporaryFolder folder_;
  std::filesystem::path predictions_ = folder_.path() / "predictions.jsonl";
  std::filesystem::path facts_ = folder_.path() / "photos.csv";
  std::int64_t known_{0};
};

// Texts out of everything that CSV, JSON and spreadsheets give a meaning to.
TEST_F(PhotoFactsFile, WhateverIsWrittenIsReadAgain) {
  const std::vector<std::string> parts{",", ";", "\"",   "'", "\n", "\r\n", "\t", "=",   "+", "-",
                                       "@", " ", "0001", "_", "\\", ".",    "{",  "NaN", "U", "\xEA\xB0\x80",
                                       "#", "%", "a",    "정"};
  std::mt19937 random(20231125);
  const auto text = [&] {
    std::string made;
    for (auto n = 1 + random() % 5; n > 0; --n) made += parts[random() % parts.size()];
    return made;
  };
  std::vector<PhotoFacts> photos;
  for (int i = 0; i < 400; ++i) {
    PhotoFacts photo = facts_from_name(text() + "_0" + std::to_string(1 + i % 3) + "_" + std::to_string(i));
    photo.gender = std::array{"F", "M", ""}[random() % 3];
    if (random() % 2 == 0) photo.age = static_cast<int>(random() % 151);
    if (random() % 2 == 0) photo.skin_type = static_cast<int>(random() % 6);
    if (random() % 2 == 0) photo.sensitive = static_cast<int>(random() % 2);
    photos.push_back(photo);
  }
  write(photos);
  const auto input = read();
  EXPECT_THAT(input.problem_counts, ::testing::IsEmpty());
  EXPECT_EQ(known_, 400);
  ASSERT_EQ(input.data.photos().size(), photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i)
    EXPECT_TRUE(alike(input.data.photos()[i], photos[i]))
        << photos[i].id << " became " << input.data.photos()[i].id;
}

TEST_F(PhotoFactsFile, FactsThatNobodyCanReadNeverSpoilTheOthers) {
  auto odd = facts_from_name("0001_01_F");
  odd.gender = "U";
  odd.age = -5;
  odd.skin_type = 2'000'000'000;
  odd.sensitive = 7;
  auto plain = facts_from_name("0002_01_F");
  plain.age = 44;
  write({odd, plain});
  const auto input = read();
  EXPECT_THAT(input.problem_counts, ElementsAre(Pair("value-invalid", 3)));
  EXPECT_EQ(input.problems.front().file, facts_.string());
  EXPECT_EQ(input.problems.front().line, 2);
  EXPECT_TRUE(alike(input.data.photos()[0], facts_from_name("0001_01_F")));
  EXPECT_EQ(input.data.photos()[1].age, 44);
}

TEST_F(PhotoFactsFile, BytesThatAreNoTextNameTheSamePhotograph) {
  auto photo = facts_from_name(
      "\xFF"
      "1_01_F");
  photo.age = 30;
  write({photo});
  const auto input = read();
  EXPECT_EQ(known_, 1);
  EXPECT_EQ(input.data.photos().front().age, 30);
}

TEST_F(PhotoFactsFile, BadRecordsAreNamedWithTheirLine) {
  const auto input = read("photo,age\n0001_01_F,old\n0001_01_F,3,4\n\n0001_01_F,\"35\"\n");
  EXPECT_THAT(input.problem_counts, ElementsAre(Pair("bad-line", 1), Pair("value-invalid", 1)));
  EXPECT_THAT(input.problems.front().message, ::testing::HasSubstr("old"));
  EXPECT_EQ(input.data.photos().front().age, 35);
  test::expect_input_error(ErrorCode::evaluation_format, {"photo"}, [&] { read("name,age\n"); });
}

}  // namespace
}  // namespace skingauge
