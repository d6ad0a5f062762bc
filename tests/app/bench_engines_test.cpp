#include "app/bench_engines.hpp"

#include "skingauge/ensemble.hpp"

#include "app/bench_input.hpp"
#include "support/stub_models.hpp"
#include "support/temporary_folder.hpp"

#include <set>

#include <gmock/gmock.h>

namespace skingauge::app {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::Ge;

// Notes the sizes of its batches and whether its tiles are pictures.
class NotingEngine final : public Engine {
 public:
  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override {
    const std::lock_guard lock(mutex_);
    sizes.push_back(count);
    values.insert(tiles.begin(), tiles.end());
    room.push_back(outputs.size());
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "noting"; }

  std::vector<std::size_t> sizes;
  std::vector<std::size_t> room;
  std::set<std::uint8_t> values;

 private:
  std::mutex mutex_;
};

TEST(EngineBench, RunsFullBatchesOfEveryEngine) {
  NotingEngine one;
  NotingEngine two;
  BenchCrew crew(2);
  EngineBench bench({{"one", 5, &one}, {"two", 9, &two}}, Preprocess{}, 4, crew);
  bench.warm_up();
  EXPECT_EQ(one.sizes.size(), 2) << "once a worker";
  const auto round = bench.run(0);
  for (const auto* engine : {&one, &two}) EXPECT_THAT(engine->sizes, Each(4));
  EXPECT_THAT(one.room, Each(20));
  EXPECT_THAT(two.room, Each(36));
  EXPECT_GT(one.values.size(), 50) << "tiles are no pictures";
  EXPECT_THAT(round.engines, Each(Field(&EngineTimes::tiles, Ge(4))));
  EXPECT_EQ(round.engines[0].tiles, 4 * (one.sizes.size() - 2));
  EXPECT_GT(round.tiles_per_s, 0);
}

TEST(TileCounts, CountTheTilesOfEachModel) {
  const test::TemporaryFolder folder;
  TileCounts counts;
  const auto ensemble = Ensemble::load(test::write_models(folder.path()),
                                       {.device = "cpu", .batch = 4, .factory = counts.factory()});
  Request request{.image = test::plain_photo(300, 300, 9)};
  request.regions = {{Facepart::forehead, Box{0, 0, 300, 100}}, {Facepart::chin, Box{0, 0, 99, 99}}};
  const auto results = ensemble.predict(std::vector<Request>(3, request));
  EXPECT_FALSE(results.front().error);
  const std::map<std::string, std::int64_t> expected{
      {"grade/chin", 3}, {"grade/forehead", 6}, {"measure/chin", 3}, {"measure/forehead", 6}};
  EXPECT_EQ(counts.tiles(), expected) << "the forehead is thin: two tiles";
}

TEST(PictureTiles, AreTheSameEachTimeAndNotAllAlike) {
  const Preprocess preprocess{.size = 32};
  const auto tiles = picture_tiles(preprocess, 16);
  EXPECT_EQ(tiles, picture_tiles(preprocess, 16));
  ASSERT_EQ(tiles.size(), 16 * 32 * 32 * 3);
  EXPECT_FALSE(std::equal(tiles.begin(), tiles.begin() + 3072, tiles.begin() + 3072));
}

}  // namespace
}  // namespace skingauge::app
