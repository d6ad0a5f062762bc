// What the library throws, compared by code and by the parts its message must name.
#pragma once

#include "skingauge/error.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace skingauge::test {

/// Fails unless `action` throws `Expected` with this code and a message that holds all parts.
template <class Expected, class Action>
void expect_error(ErrorCode code, const std::vector<std::string>& parts, Action&& action) {
  try {
    action();
    ADD_FAILURE() << "nothing thrown, expected " << to_string(code);
  } catch (const Expected& e) {
    EXPECT_EQ(to_string(e.code()), to_string(code)) << e.what();
    for (const auto& part : parts) EXPECT_THAT(std::string(e.what()), ::testing::HasSubstr(part));
  }
}

/// The same for InputError.
template <class Action>
void expect_input_error(ErrorCode code, const std::vector<std::string>& parts, Action&& action) {
  expect_error<InputError>(code, parts, action);
}

}  // namespace skingauge::test
