#include "app/exit_code.hpp"
#include "app/progress.hpp"
#include "app/table.hpp"

#include <chrono>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>

namespace skingauge::app {
namespace {

using ::testing::HasSubstr;

TEST(Table, AlignsByCharactersNotBytes) {
  Table table({{"name"}, {"value", true}});
  table.add({"µm", "1"});
  table.add({"spots", "22"});
  EXPECT_EQ(table.text(),
            "name   value\n"
            "------------\n"
            "µm         1\n"
            "spots     22\n");
}

TEST(ExitCode, FollowsTheKindOfError) {
  EXPECT_EQ(exit_code(UsageError(ErrorCode::bad_option, "")), ExitCode::usage);
  EXPECT_EQ(exit_code(InputError(ErrorCode::image_empty, "")), ExitCode::input);
  EXPECT_EQ(exit_code(ModelError(ErrorCode::model_hash, "")), ExitCode::model);
  EXPECT_EQ(exit_code(DeviceError(ErrorCode::device_failed, "")), ExitCode::device);
  EXPECT_EQ(exit_code(DiskError(ErrorCode::io_failed, "")), ExitCode::disk);
  EXPECT_EQ(exit_code(Error(ErrorCode::internal_error, "")), ExitCode::internal);
}

TEST(Progress, DrawsABarOnATerminalAndClearsIt) {
  std::ostringstream out;
  {
    Progress progress(out, "photos", 4, true, false);
    progress.update(4);
  }
  EXPECT_THAT(out.str(), HasSubstr("[########################] 4 / 4 photos"));
  EXPECT_TRUE(out.str().ends_with("\r\033[K"));
}

TEST(Progress, TotalGrowsWithWhatIsDoneBeyondIt) {
  for (const std::size_t total : {0, 4}) {
    std::ostringstream out;
    {
      Progress progress(out, "photos", total, true, false);
      std::this_thread::sleep_for(std::chrono::milliseconds(150));  // so that it draws
      progress.update(5);
    }
    EXPECT_THAT(out.str(), HasSubstr("[########################] 5 / 5 photos"));
    EXPECT_THAT(out.str(), HasSubstr("0:00 left"));
  }
}

TEST(Progress, IsSilentWhenQuietAndRareElsewhere) {
  for (const bool quiet : {true, false}) {
    std::ostringstream out;
    Progress progress(out, "photos", 4, false, quiet);
    for (std::size_t i = 1; i <= 4; ++i) progress.update(i);
    EXPECT_EQ(out.str(), "") << "less than ten seconds have passed";
    progress.say("note");
    EXPECT_EQ(out.str(), quiet ? "" : "note\n");
  }
}

}  // namespace
}  // namespace skingauge::app
