#include "skingauge/error.hpp"

#include "image/pictures.hpp"
#include "support/expect_error.hpp"

#include <gtest/gtest.h>

namespace skingauge {
namespace {

using namespace std::string_literals;
using test::decode;
using test::expect_input_error;

TEST(OtherFormatsAbsent, AreRefusedAndNamedByTheirFirstBytes) {
  struct Case {
    std::string file;
    std::string named;
  };
  for (const auto& c : {Case{"\x89PNG\r\n\x1a\n"s + std::string(50, '\0'), "89 50 4e 47"},
                        Case{"BM"s + std::string(50, '\0'), "42 4d 00 00"},
                        Case{"hello, no picture at all", "68 65 6c 6c"}, Case{"x", "78"}}) {
    expect_input_error(ErrorCode::image_format,
                       {"photo.jpg", "(starts with " + c.named + ")", "; this build reads no other format"},
                       [&] { decode(c.file); });
  }
}

TEST(OtherFormatsAbsent, LeaveJpegReadable) {
  const auto image = decode(test::encode_jpeg(test::scene(31, 17), TJSAMP_420));
  EXPECT_EQ(image.width(), 31);
  EXPECT_EQ(image.height(), 17);
}

}  // namespace
}  // namespace skingauge
