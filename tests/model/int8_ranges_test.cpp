#include "skingauge/int8_ranges.hpp"

#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;

TEST(Int8Ranges, AreReadAsWritten) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "ranges.json";
  write_int8_ranges(file, {{{"ab12", 64, {{0.0F, 1.25F, 3.5F}, {-0.5F}}, {{0.0F, 1.0F, 3.0F}, {0.25F}}}}});
  const auto read = read_int8_ranges(file);
  ModelSpec model;
  model.sha256 = "ab12";
  ASSERT_NE(read.of(model), nullptr);
  EXPECT_THAT(read.of(model)->cpu.ranges, ElementsAre(0.0F, 1.25F, 3.5F));
  EXPECT_THAT(read.of(model)->cpu.shift, ElementsAre(-0.5F));
  EXPECT_THAT(read.of(model)->gpu.ranges, ElementsAre(0.0F, 1.0F, 3.0F));
  EXPECT_THAT(read.of(model)->gpu.shift, ElementsAre(0.25F));
  EXPECT_EQ(read.models.front().tiles, 64);
  model.sha256 = "cd";
  EXPECT_EQ(read.of(model), nullptr) << "ranges of another checkpoint";
}

TEST(Int8Ranges, BadFilesAreNamed) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "ranges.json";
  test::expect_error<ModelError>(ErrorCode::ranges_missing, {"ranges.json"}, [&] { read_int8_ranges(file); });
  constexpr auto kFine = R"({"ranges":[1],"shift":[]})";
  const auto of = [](const std::string& tiles, const std::string& cpu, const std::string& gpu) {
    return R"({"format":2,"models":[{"sha256":"a","tiles":)" + tiles + R"(,"cpu":)" + cpu + R"(,"gpu":)" +
           gpu + "}]}";
  };
  test::write_bytes(file, of("1", kFine, kFine));
  EXPECT_NO_THROW(read_int8_ranges(file));
  for (const auto& text :
       {std::string(R"({"format":3,"models":[]})"), of("1", R"({"ranges":[-1],"shift":[]})", kFine),
        of("1", kFine, R"({"ranges":["NaN"],"shift":[]})"), of("1", kFine, R"({"ranges":[1]})"),
        of("0", kFine, kFine)}) {
    test::write_bytes(file, text);
    test::expect_error<ModelError>(ErrorCode::ranges_field, {"ranges.json"}, [&] { read_int8_ranges(file); });
  }
}

TEST(Int8Ranges, AFileThatKnowsNothingOfGpusSaysHowToMakeItAnew) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "ranges.json";
  test::write_bytes(file, R"({"format":1,"models":[{"sha256":"a","tiles":1,"ranges":[1],"shift":[]}]})");
  test::expect_error<ModelError>(ErrorCode::ranges_field, {"ranges.json", "format", "models calibrate"},
                                 [&] { read_int8_ranges(file); });
}

}  // namespace
}  // namespace skingauge
