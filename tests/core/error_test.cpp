#include "skingauge/error.hpp"

#include "skingauge/prediction.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skingauge {
namespace {

// The kebab-case names of all values from the first to `last`; fails where one is missing or stands twice.
template <class Enum>
std::set<std::string> names_up_to(Enum last) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const std::string name(to_string(static_cast<Enum>(i)));
    EXPECT_THAT(name, ::testing::MatchesRegex("[a-z]+(-[a-z]+)+")) << i;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  return names;
}

TEST(ErrorCode, HasAKebabCaseNameOfItsOwn) {
  const auto names = names_up_to(ErrorCode::internal_error);
  for (const auto* name : {"image-truncated", "box-invalid", "label-syntax", "model-hash", "device-failed"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(ErrorCode, IsNamedAsItIsSpelt) {
  EXPECT_EQ(to_string(ErrorCode::bad_option), "bad-option");
  EXPECT_EQ(to_string(ErrorCode::label_field), "label-field");
  EXPECT_EQ(to_string(ErrorCode::boxes_missing), "boxes-missing");
  EXPECT_EQ(to_string(ErrorCode::evaluation_format), "evaluation-format");
  EXPECT_EQ(to_string(ErrorCode::model_inconsistent), "model-inconsistent");
  EXPECT_EQ(to_string(ErrorCode::ranges_field), "ranges-field");
  EXPECT_EQ(to_string(ErrorCode::device_failed), "device-failed");
  EXPECT_EQ(to_string(ErrorCode::out_of_memory), "out-of-memory");
}

TEST(SkipReason, HasAKebabCaseNameOfItsOwn) {
  const auto names = names_up_to(SkipReason::value_invalid);
  for (const auto* name : {"no-box", "box-too-small", "instrument-error", "no-value"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(Error, CarriesCodeAndMessage) {
  const InputError error(ErrorCode::box_invalid, "a.json: images.bbox");
  const Error& base = error;
  EXPECT_EQ(base.code(), ErrorCode::box_invalid);
  EXPECT_STREQ(base.what(), "a.json: images.bbox");
}

}  // namespace
}  // namespace skingauge
