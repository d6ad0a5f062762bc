#include "core/sha256.hpp"

#include "skingauge/error.hpp"

#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <string>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

std::string hex(const std::string& text) { return sha256_hex(std::as_bytes(std::span(text))); }

// FIPS 180-4's examples.
TEST(Sha256, StandardExamples) {
  EXPECT_EQ(hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, FileInPiecesIsTheSame) {
  test::TemporaryFolder folder;
  const std::string text(3'000'000, 'a');
  test::write_bytes(folder.path() / "a", text);
  EXPECT_EQ(sha256_of_file(folder.path() / "a"), hex(text));
  test::write_bytes(folder.path() / "empty", "");
  EXPECT_EQ(sha256_of_file(folder.path() / "empty"), hex(""));
  EXPECT_THROW(sha256_of_file(folder.path() / "none"), DiskError);
}

}  // namespace
}  // namespace skingauge
