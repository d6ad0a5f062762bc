#include "core/parallel_for.hpp"

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

TEST(ParallelFor, CallsEachNumberOnceOnOtherThreadsThanTheCallers) {
  const auto caller = std::this_thread::get_id();
  for (const std::size_t threads : {1, 2, 7}) {
    for (const std::size_t count : {0, 1, 3, 100}) {
      std::vector<int> calls(count);
      parallel_for(count, threads, [&](std::size_t i) {
        ++calls[i];
        EXPECT_NE(std::this_thread::get_id(), caller);
      });
      EXPECT_EQ(calls, std::vector<int>(count, 1)) << threads << " threads";
    }
  }
}

TEST(ParallelFor, ThrowsTheFailureOfTheLowestNumberWhicheverThreadWasFaster) {
  for (int round = 0; round < 50; ++round) {
    try {
      parallel_for(20, 4, [](std::size_t i) {
        if (i == 5) std::this_thread::yield();
        if (i >= 5) throw std::runtime_error(std::to_string(i));
      });
      FAIL() << "expected an exception";
    } catch (const std::runtime_error& e) {
      EXPECT_STREQ(e.what(), "5");
    }
  }
}

TEST(ParallelFor, BeginsNoFurtherCallAfterAFailure) {
  std::atomic<int> calls{0};
  EXPECT_THROW(parallel_for(1000, 1,
                            [&](std::size_t i) {
                              ++calls;
                              if (i == 3) throw 7;  // whatever it is
                            }),
               int);
  EXPECT_EQ(calls, 4);
}

}  // namespace
}  // namespace skingauge
