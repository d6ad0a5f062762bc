#include "app/bench_crew.hpp"

#include <atomic>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

namespace skingauge::app {
namespace {

TEST(BenchCrew, KeepsItsThreadsFromRunToRun) {
  BenchCrew crew(3);
  std::mutex mutex;
  std::set<std::thread::id> threads;
  for (int round = 0; round < 5; ++round) {
    std::set<std::size_t> workers;
    crew.each([&](std::size_t worker) {
      const std::lock_guard lock(mutex);
      threads.insert(std::this_thread::get_id());
      workers.insert(worker);
    });
    EXPECT_EQ(workers, (std::set<std::size_t>{0, 1, 2}));
  }
  EXPECT_EQ(threads.size(), 3);
}

TEST(BenchCrew, TakesEachNumberOnceAndAtLeastAsManyAsAsked) {
  BenchCrew crew(4);
  std::mutex mutex;
  std::multiset<std::size_t> taken;
  const auto times = crew.run(0, 100, [&](std::size_t, std::size_t number) {
    const std::lock_guard lock(mutex);
    taken.insert(number);
  });
  EXPECT_GE(taken.size(), 100);
  for (std::size_t number = 0; number < taken.size(); ++number) EXPECT_EQ(taken.count(number), 1) << number;
  std::int64_t pieces = 0;
  for (const auto& worker : times) pieces += worker.pieces;
  EXPECT_EQ(pieces, taken.size());
}

TEST(BenchCrew, ThrowsWhatAWorkerThrowsAndWorksOn) {
  BenchCrew crew(2);
  const auto fail = [](std::size_t worker) {
    if (worker == 1) throw std::runtime_error("no");
  };
  EXPECT_THROW(crew.each(fail), std::runtime_error);
  std::atomic<int> calls{0};
  crew.each([&](std::size_t) { ++calls; });
  EXPECT_EQ(calls, 2);
}

TEST(PiecesPerSecond, AddsUpWorkersByTheirOwnClocks) {
  EXPECT_DOUBLE_EQ(pieces_per_second({{10, 2.0, 1.0}, {3, 1.0, 1.0}, {0, 0.0, 0.0}}), 8.0);
}

TEST(CoreSecondsPerPiece, IsTheMeanOverAllWorkers) {
  EXPECT_DOUBLE_EQ(core_seconds_per_piece({{10, 2.0, 1.0}, {3, 1.0, 1.6}}), 0.2);
  EXPECT_EQ(core_seconds_per_piece({}), 0);
}

}  // namespace
}  // namespace skingauge::app
