#include "skingauge/ensemble.hpp"

#include "skingauge/error.hpp"

#include "support/stub_models.hpp"
#include "support/temporary_folder.hpp"

#include <latch>
#include <mutex>
#include <new>
#include <thread>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::plain_photo;
using test::stub_factory;
using test::TemporaryFolder;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Le;

class EnsembleTest : public ::testing::Test {
 protected:
  Ensemble load(EnsembleOptions options = {}, test::StubEngine::Hook hook = {}) {
    options.device = "cpu";
    options.factory = stub_factory(std::move(hook));
    return Ensemble::load(test::write_models(folder_.path()), options);
  }
  TemporaryFolder folder_;
};

// All nine faceparts as square boxes, on a photograph of one colour: every tile is that colour.
Request face(std::uint8_t colour) {
  Request request{.image = plain_photo(300, 300, colour)};
  for (const auto& part : faceparts()) request.regions.push_back({part.facepart, Box{10, 10, 110, 110}});
  return request;
}

const HeadPrediction& head(const FacePrediction& face, std::string_view key, Task task) {
  const auto found = std::find_if(face.heads.begin(), face.heads.end(),
                                  [&](const HeadPrediction& h) { return h.key == key && h.task == task; });
  if (found == face.heads.end()) throw std::out_of_range(std::string(key));
  return *found;
}

double value(const FacePrediction& face, std::string_view key) {
  return std::get<MeasurementPrediction>(head(face, key, Task::measurement).answer).value;
}

SkipReason reason(const FacePrediction& face, std::string_view key, Task task) {
  return std::get<Skipped>(head(face, key, task).answer).reason;
}

TEST_F(EnsembleTest, AnswersEveryHeadByFacepartThenManifest) {
  const auto result = load().predict(face(64));
  EXPECT_FALSE(result.error);
  ASSERT_EQ(result.heads.size(), signs().size());
  EXPECT_EQ(result.heads.front().key, "pigmentation_count");
  EXPECT_EQ(result.heads[1].key, "forehead_pigmentation");
  EXPECT_EQ(result.heads[3].key, "forehead_moisture");
  EXPECT_EQ(result.heads.back().key, "chin_elasticity_R2");
  EXPECT_EQ(result.crops, 15);
  EXPECT_EQ(result.tiles, 15);
  // The stub's output j of a tile is (first byte + j) / 256.
  EXPECT_DOUBLE_EQ(value(result, "r_cheek_pore"), 66.0 / 256.0);
  EXPECT_DOUBLE_EQ(
      std::get<MeasurementPrediction>(head(result, "r_cheek_pore", Task::measurement).answer).units,
      66.0 / 256.0 * 3000);
  EXPECT_EQ(std::get<GradePrediction>(head(result, "forehead_wrinkle", Task::grade).answer).grade, 8);
}

TEST_F(EnsembleTest, ThinCropIsTheSumOfItsTwoTiles) {
  auto request = face(64);
  request.regions[1].box = Box{0, 0, 300, 100};  // forehead, three times as wide as high
  const auto result = load().predict(request);
  EXPECT_EQ(result.tiles, 17);  // two models serve the forehead
  EXPECT_EQ(result.crops, 15);
  EXPECT_DOUBLE_EQ(value(result, "forehead_moisture"), 2 * 64.0 / 256.0);
}

TEST_F(EnsembleTest, ResultsComeInTheOrderOfRequestsForEveryBatchAndThreadCount) {
  std::vector<Request> requests;
  for (int i = 0; i < 50; ++i) requests.push_back(face(static_cast<std::uint8_t>(i)));
  for (const int batch : {1, 3, 16, 64}) {
    for (const int threads : {1, 2, 5}) {
      SCOPED_TRACE(testing::Message() << "batch " << batch << ", threads " << threads);
      const auto results = load({.batch = batch, .threads = threads}).predict(requests);
      ASSERT_EQ(results.size(), requests.size());
      for (int i = 0; i < 50; ++i) EXPECT_DOUBLE_EQ(value(results[i], "chin_moisture"), i / 256.0);
    }
  }
}

TEST_F(EnsembleTest, BatchesAcrossPhotographsUpToTheLimit) {
  std::mutex mutex;
  std::vector<std::size_t> sizes;
  std::latch all_there{1};  // workers wait for no company, but here it comes before they go on
  const auto ensemble = load({.batch = 8, .threads = 2, .in_flight = 64}, [&](std::size_t count) {
    all_there.wait();
    const std::lock_guard lock(mutex);
    sizes.push_back(count);
  });
  std::vector<std::future<FacePrediction>> later;
  for (int i = 0; i < 64; ++i) later.push_back(ensemble.submit(face(1)));
  all_there.count_down();
  for (auto& answer : later) answer.wait();
  EXPECT_THAT(sizes, Each(Le(8U)));
  // 960 tiles in batches of 8 are 120 runs; each worker's first and a few at the end may be partly filled.
  EXPECT_LE(sizes.size(), 120U + 2U + 11U);
}

TEST_F(EnsembleTest, ManyThreadsShareOneEnsemble) {
  const auto ensemble = load({.batch = 4, .threads = 3});
  std::vector<std::jthread> callers;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 8; ++t) {
    callers.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const auto colour = static_cast<std::uint8_t>(t * 20 + i);
        if (value(ensemble.predict(face(colour)), "pigmentation_count") != colour / 256.0) ++wrong;
      }
    });
  }
  callers.clear();
  EXPECT_EQ(wrong, 0);
}

TEST_F(EnsembleTest, ModeLoadsOnlyItsModels) {
  const auto grades = load({.mode = Mode::classification}).predict(face(1));
  for (const auto& h : grades.heads) EXPECT_EQ(h.task, Task::grade);
  EXPECT_EQ(grades.crops, 8);
  // Files of the other task need not even be there.
  std::filesystem::remove_all(folder_.path() / "grade");
  EnsembleOptions options{.device = "cpu", .mode = Mode::regression, .factory = stub_factory()};
  EXPECT_EQ(Ensemble::load(folder_.path() / "manifest.json", options).predict(face(1)).crops, 7);
}

TEST_F(EnsembleTest, ReasonsPassThrough) {
  Request request{.image = plain_photo(300, 300, 9)};
  request.regions = {{Facepart::forehead, Skipped{SkipReason::no_box, ""}},
                     {Facepart::lips, Box{0, 0, 49, 100}},
                     {Facepart::chin, Box{250, 250, 350, 350}},
                     {Facepart::left_cheek, Box{0, 0, 100, 100}}};
  const auto result = load().predict(request);
  EXPECT_EQ(reason(result, "forehead_wrinkle", Task::grade), SkipReason::no_box);
  EXPECT_EQ(reason(result, "lip_dryness", Task::grade), SkipReason::box_too_small);
  EXPECT_EQ(reason(result, "chin_sagging", Task::grade), SkipReason::box_outside);
  EXPECT_EQ(reason(result, "r_cheek_pore", Task::measurement), SkipReason::no_label);
  EXPECT_DOUBLE_EQ(value(result, "l_cheek_moisture"), 9.0 / 256.0);
}

TEST_F(EnsembleTest, MinBoxSideReplacesTheManifests) {
  Request request{.image = plain_photo(300, 300, 9), .regions = {{Facepart::lips, Box{0, 0, 20, 20}}}};
  EXPECT_EQ(load({.min_box_side = 20}).predict(request).crops, 1);
  EXPECT_EQ(load({.min_box_side = 21}).predict(request).crops, 0);
}

TEST_F(EnsembleTest, BadPhotographIsAValueAndItsNeighboursAreServed) {
  auto missing = face(1);
  missing.image = Image();
  missing.file = folder_.path() / "none.jpg";
  auto mismatch = face(2);
  mismatch.expected_width = 301;
  const std::vector<Request> requests{face(3), missing, mismatch, face(4)};
  const auto results = load().predict(requests);
  EXPECT_DOUBLE_EQ(value(results[0], "chin_moisture"), 3 / 256.0);
  ASSERT_TRUE(results[1].error);
  EXPECT_EQ(results[1].error->code, ErrorCode::image_missing);
  EXPECT_THAT(results[1].error->message, HasSubstr("none.jpg"));
  EXPECT_EQ(reason(results[1], "lip_dryness", Task::grade), SkipReason::photo_error);
  EXPECT_EQ(results[2].error->code, ErrorCode::image_size_mismatch);
  EXPECT_DOUBLE_EQ(value(results[3], "chin_moisture"), 4 / 256.0);
}

// Out of memory at the n-th run for every n: the batch is halved, and the results are those of an undisturbed
// run.
TEST_F(EnsembleTest, OutOfMemoryAtAnyRunChangesNoResult) {
  std::vector<Request> requests;
  for (int i = 0; i < 6; ++i) requests.push_back(face(static_cast<std::uint8_t>(i)));
  const auto undisturbed = load({.batch = 4}).predict(requests);
  std::atomic<int> runs{0};
  static_cast<void>(load({.batch = 4, .threads = 1}, [&](std::size_t) { ++runs; }).predict(requests));
  ASSERT_GT(runs, 10);
  for (int n = 1; n <= runs; ++n) {
    std::atomic<int> run{0};
    const auto results = load({.batch = 4, .threads = 1}, [&](std::size_t count) {
                           if (++run == n && count > 1) throw std::bad_alloc();
                         }).predict(requests);
    for (std::size_t i = 0; i < requests.size(); ++i)
      EXPECT_EQ(results[i].heads, undisturbed[i].heads) << "run " << n;
  }
}

TEST_F(EnsembleTest, FaceWithTwoRegionsForAFacepartIsAnErrorAndItsNeighboursAreServed) {
  std::vector<Request> requests{face(1), face(2), face(3), face(4)};
  requests[1].regions.push_back(requests[1].regions.front());
  requests[2].regions.push_back({requests[2].regions.back().facepart, Skipped{SkipReason::no_box, ""}});
  const auto ensemble = load({.batch = 4});
  const auto found = ensemble.predict(requests);
  for (const std::size_t twice : {1U, 2U}) {
    ASSERT_TRUE(found[twice].error);
    EXPECT_EQ(found[twice].error->code, ErrorCode::bad_option);
    EXPECT_THAT(found[twice].error->message, HasSubstr("twice"));
    EXPECT_EQ(found[twice].tiles, 0);
  }
  for (const std::size_t other : {0U, 3U}) {
    EXPECT_FALSE(found[other].error);
    EXPECT_DOUBLE_EQ(value(found[other], "chin_moisture"), (static_cast<double>(other) + 1) / 256.0);
  }
  EXPECT_EQ(ensemble.statistics().tiles, found[0].tiles + found[3].tiles);
}

TEST_F(EnsembleTest, OutOfMemoryRemembersTheSizeThatFits) {
  std::vector<std::size_t> sizes;
  const auto ensemble =
      load({.mode = Mode::classification, .batch = 16, .threads = 1}, [&](std::size_t count) {
        sizes.push_back(count);
        if (count > 4) throw std::bad_alloc();
      });
  const std::vector<Request> requests(32, face(1));
  static_cast<void>(ensemble.predict(requests));
  const auto failures = [&] {
    return std::count_if(sizes.begin(), sizes.end(), [](std::size_t n) { return n > 4; });
  };
  sizes.clear();
  static_cast<void>(ensemble.predict(requests));
  EXPECT_EQ(failures(), 0);
}

TEST_F(EnsembleTest, TileThatAlwaysFailsFailsAlone) {
  class Picky : public test::StubEngine {
   public:
    using StubEngine::StubEngine;
    void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override {
      for (std::size_t n = 0; n < count; ++n) {
        if (tiles[n * (tiles.size() / count)] == 13)
          throw ModelError(ErrorCode::model_failed, "unlucky tile");
      }
      StubEngine::run(tiles, count, outputs);
    }
  };
  EnsembleOptions options{.device = "cpu", .batch = 8};
  options.factory = [](const EngineRequest& request) {
    return std::make_unique<Picky>(request, test::StubEngine::Hook{});
  };
  const auto ensemble = Ensemble::load(test::write_models(folder_.path()), options);
  std::vector<Request> requests;
  for (int i = 10; i < 17; ++i) requests.push_back(face(static_cast<std::uint8_t>(i)));
  const auto results = ensemble.predict(requests);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (i == 3) {
      EXPECT_EQ(reason(results[i], "lip_dryness", Task::grade), SkipReason::model_error);
    } else {
      EXPECT_DOUBLE_EQ(value(results[i], "chin_moisture"), static_cast<double>(i + 10) / 256.0);
    }
  }
}

TEST_F(EnsembleTest, LostDeviceIsToldAndNotRetriedTileByTile) {
  std::atomic<int> runs{0};
  const auto ensemble = load({.batch = 16, .threads = 1}, [&](std::size_t) {
    ++runs;
    throw DeviceError(ErrorCode::device_failed, "gone");
  });
  const auto result = ensemble.predict(face(1));
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->code, ErrorCode::device_failed);
  EXPECT_EQ(runs, 1);
}

TEST_F(EnsembleTest, StreamStopsWhereTheSinkSaysAndDeliversWhatWasAccepted) {
  const auto ensemble = load({.batch = 2, .threads = 2});
  int pulled = 0;
  int delivered = 0;
  ensemble.stream([&]() { return ++pulled, std::optional(face(static_cast<std::uint8_t>(pulled % 200))); },
                  [&](FacePrediction&& result) {
                    ++delivered;
                    EXPECT_DOUBLE_EQ(value(result, "chin_moisture"), delivered % 200 / 256.0);
                    return delivered < 100;
                  });
  EXPECT_GE(delivered, 100);
  EXPECT_EQ(delivered, pulled);
  EXPECT_LE(delivered, 100 + 2 * 2 * (2 + 2));  // bounded: 2 x in_flight, which is 2 x (batch + threads)
}

TEST_F(EnsembleTest, StreamPassesExceptionsOfItsSourceAndStaysUsable) {
  const auto ensemble = load();
  int pulled = 0;
  EXPECT_THROW(ensemble.stream(
                   [&]() {
                     if (++pulled == 5) throw std::runtime_error("source");
                     return std::optional(face(1));
                   },
                   [](FacePrediction&&) { return true; }),
               std::runtime_error);
  EXPECT_DOUBLE_EQ(value(ensemble.predict(face(7)), "chin_moisture"), 7 / 256.0);
}

TEST_F(EnsembleTest, DestructionFinishesAcceptedRequests) {
  std::vector<std::future<FacePrediction>> later;
  {
    const auto ensemble = load({.batch = 64, .threads = 2});
    for (int i = 0; i < 20; ++i) later.push_back(ensemble.submit(face(static_cast<std::uint8_t>(i))));
  }
  for (int i = 0; i < 20; ++i) EXPECT_DOUBLE_EQ(value(later[i].get(), "chin_moisture"), i / 256.0);
}

TEST_F(EnsembleTest, StatisticsCountCropsAndTiles) {
  const auto ensemble = load();
  static_cast<void>(ensemble.predict(face(1)));
  static_cast<void>(ensemble.predict(face(1)));
  const auto statistics = ensemble.statistics();
  EXPECT_EQ(statistics.photos, 2);
  EXPECT_EQ(statistics.crops, 30);
  EXPECT_EQ(statistics.tiles, 30);
}

TEST_F(EnsembleTest, WrongHashIsRefusedBeforeTheEngineSeesAByte) {
  const auto manifest = test::write_models(folder_.path());
  test::write_bytes(folder_.path() / "grade/lips.pt", "something else");
  std::atomic<bool> seen{false};
  EnsembleOptions options{.device = "cpu"};
  options.factory = [&](const EngineRequest& request) {
    seen = seen || request.model.id == "grade/lips";
    return std::make_unique<test::StubEngine>(request, test::StubEngine::Hook{});
  };
  try {
    Ensemble::load(manifest, options);
    FAIL() << "accepted";
  } catch (const ModelError& e) {
    EXPECT_EQ(e.code(), ErrorCode::model_hash);
    EXPECT_THAT(e.what(), HasSubstr("grade/lips.pt"));
    EXPECT_THAT(e.what(), HasSubstr(test::hash_of("something else")));
    EXPECT_THAT(e.what(), HasSubstr(test::hash_of("grade/lips")));
  }
  EXPECT_FALSE(seen);
}

TEST_F(EnsembleTest, MissingModelFileIsNamed) {
  const auto manifest = test::write_models(folder_.path());
  std::filesystem::remove(folder_.path() / "measure/chin.pt");
  EnsembleOptions options{.device = "cpu", .factory = stub_factory()};
  try {
    Ensemble::load(manifest, options);
    FAIL() << "accepted";
  } catch (const ModelError& e) {
    EXPECT_EQ(e.code(), ErrorCode::model_missing);
    EXPECT_THAT(e.what(), HasSubstr("measure/chin.pt"));
  }
}

TEST(EnsembleOptions, ValidateNamesFieldValueAndRange) {
  for (const auto& [options, part] : std::vector<std::pair<EnsembleOptions, std::string>>{
           {{.batch = -1}, "batch: -1 is not in 0..1024"},
           {{.batch = 1025}, "1025"},
           {{.threads = -1}, "threads: -1"},
           {{.in_flight = -1}, "in_flight: -1"},
           {{.in_flight = 1025}, "in_flight: 1025 is not in"},
           {{.min_box_side = 0}, "min_box_side"}}) {
    try {
      options.validate();
      FAIL() << part;
    } catch (const UsageError& e) {
      EXPECT_THAT(e.what(), HasSubstr(part));
    }
  }
}

}  // namespace
}  // namespace skingauge
