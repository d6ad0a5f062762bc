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
  write_int8_ranges(file, {{{"ab12", 64, {0.0F, 1.25F, 3.5F}, {-0.5F}}}});
  const auto read = read_int8_ranges(file);
  ModelSpec model;
  model.sha256 = "ab12";
  ASSERT_NE(read.of(model), nullptr);
  EXPECT_THAT(read.of(model)->ranges, ElementsAre(0.0F, 1.25F, 3.5F));
  EXPECT_THAT(read.of(model)->shift, ElementsAre(-0.5F));
  EXPECT_EQ(read.models.front().tiles, 64);
  model.sha256 = "cd";
  EXPECT_EQ(read.of(model), nullptr) << "ranges of another checkpoint";
}

TEST(Int8Ranges, BadFilesAreNamed) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "ranges.json";
  test::expect_error<ModelError>(ErrorCode::manifest_missing, {"ranges.json"},
                                 [&] { read_int8_ranges(file); });
  for (const auto* text : {R"({"format":2,"models":[]})",
                           R"({"format":1,"models":[{"sha256":"a","tiles":1,"ranges":[-1],"shift":[]}]})",
                           R"({"format":1,"models":[{"sha256":"a","tiles":1,"ranges":["NaN"],"shift":[]}]})",
                           R"({"format":1,"models":[{"sha256":"a","tiles":0,"ranges":[1],"shift":[]}]})"}) {
    test::write_bytes(file, text);
    test::expect_error<ModelError>(ErrorCode::manifest_field, {"ranges.json"},
                                   [&] { read_int8_ranges(file); });
  }
}

}  // namespace
}  // namespace skingauge
