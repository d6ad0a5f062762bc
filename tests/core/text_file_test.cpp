#include "core/text_file.hpp"

#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <new>
#include <ostream>
#include <thread>

#include <gmock/gmock.h>
#include <unistd.h>

namespace skingauge {
namespace {

namespace fs = std::filesystem;
using test::expect_error;

class TextFileTest : public ::testing::Test {
 protected:
  // Everything in the folder: nothing temporary may stay behind.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  test::TemporaryFolder folder_;
};

TEST_F(TextFileTest, WritesAllBytesOfANewFile) {
  const std::string text("first\nsecond\r\n\0third", 20);
  write_text_file(folder_.path() / "a.txt", text);
  EXPECT_EQ(test::read_bytes(folder_.path() / "a.txt"), text);
  EXPECT_EQ(names(), std::vector<std::string>{"a.txt"});
}

TEST_F(TextFileTest, ReplacesALongerFileWhole) {
  test::write_bytes(folder_.path() / "a.txt", std::string(100'000, 'x'));
  write_text_file(folder_.path() / "a.txt", "short");
  EXPECT_EQ(test::read_bytes(folder_.path() / "a.txt"), "short");
}

TEST_F(TextFileTest, LeavesAnOpenReaderItsOldFile) {
  test::write_bytes(folder_.path() / "a.txt", "old text");
  std::ifstream reader(folder_.path() / "a.txt");
  std::string word;
  reader >> word;
  write_text_file(folder_.path() / "a.txt", "new");
  reader >> word;
  EXPECT_EQ(word, "text");
}

TEST_F(TextFileTest, KeepsOneOfTheTextsThatManyThreadsWriteWhole) {
  const std::string texts[] = {std::string(300'000, 'a'), std::string(200'000, 'b'), std::string(1, 'c')};
  for (int round = 0; round < 20; ++round) {
    {
      std::vector<std::jthread> writers;
      for (const auto& text : texts)
        writers.emplace_back([&] { write_text_file(folder_.path() / "a.txt", text); });
    }
    EXPECT_THAT(texts, ::testing::Contains(test::read_bytes(folder_.path() / "a.txt")));
    EXPECT_EQ(names(), std::vector<std::string>{"a.txt"});
  }
}

TEST_F(TextFileTest, WritesAnEmptyFile) {
  write_text_file(folder_.path() / "a.txt", "");
  EXPECT_EQ(names(), std::vector<std::string>{"a.txt"});
}

TEST_F(TextFileTest, NamesFileAndReasonWhereTheFolderIsMissing) {
  expect_error<DiskError>(ErrorCode::io_failed, {"none/a.txt", "No such file or directory"},
                          [&] { write_text_file(folder_.path() / "none" / "a.txt", "text"); });
}

TEST_F(TextFileTest, KeepsAFolderOfThatNameAndLeavesNothingBehind) {
  fs::create_directory(folder_.path() / "a.txt");
  test::write_bytes(folder_.path() / "a.txt" / "kept", "kept");
  expect_error<DiskError>(ErrorCode::io_failed, {"a.txt", "directory"},
                          [&] { write_text_file(folder_.path() / "a.txt", "text"); });
  EXPECT_EQ(names(), std::vector<std::string>{"a.txt"});
}

TEST_F(TextFileTest, LeavesNothingBehindWhereTheWriterThrows) {
  EXPECT_THROW(write_whole_file(folder_.path() / "a.txt",
                                [](std::ostream& out) {
                                  out << "half";
                                  throw std::bad_alloc();
                                }),
               std::bad_alloc);
  EXPECT_EQ(names(), std::vector<std::string>{});
}

TEST_F(TextFileTest, SaysThatTheDiskIsFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full on this system";
  fs::create_symlink("/dev/full", folder_.path() / ("a.txt." + std::to_string(getpid()) + "-" +
                                                    std::to_string(gettid()) + ".part"));  // written to first
  test::write_bytes(folder_.path() / "a.txt", "old");
  expect_error<DiskError>(ErrorCode::io_failed, {"a.txt", "No space left on device"},
                          [&] { write_text_file(folder_.path() / "a.txt", "text"); });
  EXPECT_EQ(test::read_bytes(folder_.path() / "a.txt"), "old");
}

}  // namespace
}  // namespace skingauge
