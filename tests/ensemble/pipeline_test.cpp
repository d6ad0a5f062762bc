// The pipeline under way: what is in it at a time, many callers, faults, and its end. The engines are stubs
// that dawdle at random; run it under the thread sanitizer too.
#include "skingauge/ensemble.hpp"
#include "skingauge/error.hpp"

#include "support/stub_models.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <new>
#include <random>
#include <thread>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

using test::plain_photo;
using test::TemporaryFolder;

using Tiles = std::span<const std::uint8_t>;

// Calls `watch` with the first byte of each tile, then answers as the stub does.
class WatchedEngine : public test::StubEngine {
 public:
  using Watch = std::function<void(const std::vector<std::uint8_t>& colours)>;
  WatchedEngine(const EngineRequest& request, Watch watch)
      : StubEngine(request, Hook{}), watch_(std::move(watch)) {}
  void run(Tiles tiles, std::size_t count, std::span<float> outputs) override {
    std::vector<std::uint8_t> colours;
    for (std::size_t n = 0; n < count; ++n) colours.push_back(tiles[n * (tiles.size() / count)]);
    watch_(colours);
    StubEngine::run(tiles, count, outputs);
  }

 private:
  Watch watch_;
};

// Gives other threads a chance, a random number of times.
void dawdle() {
  thread_local std::minstd_rand random(
      static_cast<unsigned>(std::hash<std::thread::id>{}(std::this_thread::get_id())));
  for (auto turns = random() % 8; turns > 0; --turns) std::this_thread::yield();
}

class PipelineTest : public testing::Test {
 protected:
  Ensemble load(EnsembleOptions options, WatchedEngine::Watch watch) {
    options.device = "cpu";
    options.factory = [watch = std::move(watch)](const EngineRequest& request) {
      return std::make_unique<WatchedEngine>(request, watch);
    };
    return Ensemble::load(test::write_models(folder_.path()), options);
  }
  std::filesystem::path jpeg(const std::string& name, const Image& photo) {
    write_jpeg(folder_.path() / name, photo);
    return folder_.path() / name;
  }
  TemporaryFolder folder_;
};

Request face(std::uint8_t colour) {
  Request request{.image = plain_photo(220, 220, colour)};
  for (const auto& part : faceparts()) {
    const int y = 10 * static_cast<int>(index(part.facepart));
    request.regions.push_back({part.facepart, Box{10, y, 110, y + 100}});
  }
  return request;
}

double value(const FacePrediction& face, std::string_view key = "chin_moisture") {
  const auto found =
      std::find_if(face.heads.begin(), face.heads.end(), [&](const auto& h) { return h.key == key; });
  const auto* answer = std::get_if<MeasurementPrediction>(&found->answer);
  return answer == nullptr ? -1 : answer->value * 256;
}

bool all_skipped(const FacePrediction& face, SkipReason reason) {
  return !face.heads.empty() && std::all_of(face.heads.begin(), face.heads.end(), [&](const auto& h) {
    const auto* skip = std::get_if<Skipped>(&h.answer);
    return skip != nullptr && skip->reason == reason;
  });
}

// A source of `count` faces, coloured 0, 1, 2, ...
auto faces(int count, std::atomic<int>& pulled) {
  return [count, &pulled]() -> std::optional<Request> {
    const int number = pulled;
    if (number == count) return std::nullopt;
    ++pulled;
    return face(static_cast<std::uint8_t>(number));
  };
}

// Photographs whose tiles are in networks at the same time: no more of them than `in_flight` allows.
TEST_F(PipelineTest, InFlightBoundsThePhotographsUnderWay) {
  for (const int in_flight : {1, 2, 3, 7}) {
    SCOPED_TRACE(in_flight);
    std::mutex mutex;
    std::map<std::uint8_t, int> running;
    std::size_t most = 0;
    const auto ensemble = load({.batch = 4, .threads = 4, .in_flight = in_flight}, [&](const auto& colours) {
      {
        const std::lock_guard lock(mutex);
        for (const auto colour : colours) ++running[colour];
        most = std::max(most, running.size());
      }
      dawdle();
      const std::lock_guard lock(mutex);
      for (const auto colour : colours) {
        if (--running[colour] == 0) running.erase(colour);
      }
    });
    std::atomic<int> pulled{0};
    int delivered = 0;
    ensemble.stream(faces(60, pulled), [&](FacePrediction&& result) {
      EXPECT_EQ(value(result), delivered);
      EXPECT_LE(pulled - delivered, 2 * in_flight);
      ++delivered;
      return true;
    });
    EXPECT_EQ(delivered, 60);
    EXPECT_GE(most, 1U);
    EXPECT_LE(most, static_cast<std::size_t>(in_flight));
  }
}

// A tile of the first photograph stays in the network until all that may be pulled before its answer is
// pulled.
TEST_F(PipelineTest, StreamHoldsBackABoundedNumberOfAnswersForASlowOne) {
  constexpr int kInFlight = 3;
  std::atomic<int> pulled{0};
  std::atomic<bool> slow{true};
  const auto ensemble = load({.batch = 1, .threads = 3, .in_flight = kInFlight}, [&](const auto& colours) {
    if (colours[0] != 0 || !slow.exchange(false)) return;
    while (pulled < 2 * kInFlight) std::this_thread::yield();
  });
  int delivered = 0;
  ensemble.stream(faces(40, pulled), [&](FacePrediction&& result) {
    if (delivered == 0) EXPECT_EQ(pulled, 2 * kInFlight);
    EXPECT_EQ(value(result), delivered++);
    return true;
  });
  EXPECT_EQ(delivered, 40);
}

TEST_F(PipelineTest, AnswersAreTheSameWhateverIsInFlight) {
  std::vector<Request> requests;
  for (int i = 0; i < 16; ++i) requests.push_back(face(static_cast<std::uint8_t>(3 * i)));
  requests[5].regions[1].box = Box{0, 0, 220, 60};  // two tiles side by side
  requests[6].regions[3].box = Box{0, 0, 60, 220};  // and one above the other
  const auto undisturbed = load({.batch = 16, .threads = 1}, [](const auto&) {}).predict(requests);
  for (const int in_flight : {1, 2, 64}) {
    for (const int batch : {1, 3, 16}) {
      for (const int threads : {1, 2, 5}) {
        SCOPED_TRACE(testing::Message()
                     << in_flight << " in flight, batch " << batch << ", threads " << threads);
        const auto results =
            load({.batch = batch, .threads = threads, .in_flight = in_flight}, [](const auto&) {
              dawdle();
            }).predict(requests);
        ASSERT_EQ(results.size(), requests.size());
        for (std::size_t i = 0; i < results.size(); ++i) ASSERT_EQ(results[i].heads, undisturbed[i].heads);
      }
    }
  }
}

// One colour always fails, and memory is short now and then.
TEST_F(PipelineTest, ManyCallersOfAllKindsShareAFaultyEnsemble) {
  constexpr std::uint8_t kUnlucky = 13;
  for (const int in_flight : {1, 2, 8, 0}) {
    SCOPED_TRACE(in_flight);
    std::atomic<int> runs{0};
    const auto ensemble = load({.batch = 4, .threads = 3, .in_flight = in_flight}, [&](const auto& colours) {
      dawdle();
      if (++runs % 17 == 0 && colours.size() > 1) throw std::bad_alloc();
      if (std::find(colours.begin(), colours.end(), kUnlucky) != colours.end())
        throw ModelError(ErrorCode::model_failed, "unlucky tile");
    });
    std::atomic<int> wrong{0};
    const auto check = [&](const FacePrediction& result, int colour) {
      const bool unlucky = colour == kUnlucky && all_skipped(result, SkipReason::model_error);
      if (!unlucky && value(result) != colour) ++wrong;
    };
    const auto submits = [&] {
      std::vector<std::future<FacePrediction>> later;
      for (int i = 0; i < 25; ++i) later.push_back(ensemble.submit(face(static_cast<std::uint8_t>(i))));
      for (int i = 0; i < 25; ++i) check(later[static_cast<std::size_t>(i)].get(), i);
    };
    const auto predicts = [&] {
      for (int i = 0; i < 15; ++i) check(ensemble.predict(face(static_cast<std::uint8_t>(i))), i);
    };
    const auto streams = [&] {
      std::atomic<int> pulled{0};
      int delivered = 0;
      ensemble.stream(faces(25, pulled), [&](FacePrediction&& result) {
        check(result, delivered++);
        return true;
      });
      if (delivered != 25) ++wrong;
    };
    const auto asks = [&] {
      for (int i = 0; i < 50; ++i) {
        if (ensemble.statistics().batches < 0) ++wrong;
        std::this_thread::yield();
      }
    };
    {
      std::vector<std::jthread> callers;
      for (int i = 0; i < 2; ++i) {
        callers.emplace_back(submits);
        callers.emplace_back(predicts);
        callers.emplace_back(streams);
        callers.emplace_back(asks);
      }
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(ensemble.statistics().photos, 2 * (25 + 15 + 25));
  }
}

TEST_F(PipelineTest, DestructionWhileBusyAnswersEveryAcceptedFace) {
  for (int round = 0; round < 10; ++round) {
    std::vector<std::future<FacePrediction>> later;
    {
      const auto ensemble = load({.batch = 5, .threads = 3, .in_flight = 12}, [](const auto&) { dawdle(); });
      for (int i = 0; i < 20; ++i) later.push_back(ensemble.submit(face(static_cast<std::uint8_t>(i))));
    }
    for (std::size_t i = 0; i < later.size(); ++i) EXPECT_EQ(value(later[i].get()), static_cast<double>(i));
  }
}

TEST_F(PipelineTest, StreamThatThrowsLeavesNothingBehind) {
  for (const int in_flight : {1, 4}) {
    const auto ensemble =
        load({.batch = 3, .threads = 2, .in_flight = in_flight}, [](const auto&) { dawdle(); });
    std::atomic<int> pulled{0};
    const auto broken = [&](FacePrediction&&) -> bool { throw std::runtime_error("sink"); };
    EXPECT_THROW(ensemble.stream(faces(50, pulled), broken), std::runtime_error);
    EXPECT_EQ(value(ensemble.predict(face(7))), 7);
  }
}

TEST_F(PipelineTest, AnswersOfAFileAreThoseOfThePictureInIt) {
  const auto file = jpeg("photo.jpg", plain_photo(220, 220, 90));
  auto by_file = face(0);
  by_file.image = Image();
  by_file.file = file;
  auto by_picture = by_file;
  by_picture.image = Image::read(file);
  const auto ensemble = load({.threads = 2}, [](const auto&) { dawdle(); });
  EXPECT_EQ(ensemble.predict(by_file).heads, ensemble.predict(by_picture).heads);
  EXPECT_EQ(value(ensemble.predict(by_file)), 90);
}

// Tiles of its upper regions run before the damage shows: in the lips, or behind all regions.
TEST_F(PipelineTest, DamagedPhotographIsAnErrorAsAWhole) {
  const auto file = jpeg("photo.jpg", plain_photo(220, 2200, 90));
  const auto whole = test::read_bytes(file);
  for (const auto& [part, threads] :
       std::vector<std::pair<std::size_t, int>>{{50, 1}, {50, 3}, {97, 1}, {97, 3}}) {
    SCOPED_TRACE(testing::Message() << part << " % of the file, threads " << threads);
    test::write_bytes(file, whole.substr(0, whole.size() * part / 100) + "\xFF\xD9");
    const auto ensemble = load({.threads = threads, .in_flight = 2}, [](const auto&) { dawdle(); });
    auto damaged = face(0);
    damaged.image = Image();
    damaged.file = file;
    damaged.regions[7].box = Box{0, 1900, 220, 2000};  // thin: two tiles
    const std::vector<Request> requests{face(1), damaged, face(2), damaged, face(3)};
    const auto results = ensemble.predict(requests);
    for (const std::size_t i : {1, 3}) {
      ASSERT_TRUE(results[i].error);
      EXPECT_EQ(results[i].error->code, ErrorCode::image_truncated);
      EXPECT_TRUE(all_skipped(results[i], SkipReason::photo_error));
      EXPECT_EQ(results[i].crops, 0);
    }
    EXPECT_EQ(value(results[0]), 1);
    EXPECT_EQ(value(results[2]), 2);
    EXPECT_EQ(value(results[4]), 3);
  }
}

}  // namespace
}  // namespace skingauge
