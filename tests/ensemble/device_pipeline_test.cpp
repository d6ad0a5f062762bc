// The pipeline on made-up devices: right answers in order, photographs dealt by load, and failures at every
// call. Run it under the sanitizers too.
#include "skingauge/error.hpp"

#include "support/device_pipelines.hpp"

#include <atomic>
#include <future>
#include <map>
#include <thread>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::faces;
using test::FakeDevice;
using test::is_lost;
using test::noise_face;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A face with one box, which one model serves.
Request lips(std::uint32_t seed) {
  auto request = noise_face(seed);
  std::erase_if(request.regions, [](const Region& region) { return region.facepart != Facepart::lips; });
  return request;
}

// Passes of a face that say that memory was out.
int out_of_memory(const FacePrediction& face) {
  std::map<std::string, int> passes;
  for (const auto& head : face.heads) {
    const auto* skipped = std::get_if<Skipped>(&head.answer);
    if (skipped != nullptr && skipped->detail.find("out of memory") != std::string::npos)
      ++passes[skipped->detail + std::to_string(index(head.facepart))];
  }
  return static_cast<int>(passes.size());
}

class DevicePipelineTest : public test::PipelinesOnDevices {};

TEST_F(DevicePipelineTest, AnswersAreThoseOfTheCpuWhateverTheBatchAndTheThreads) {
  const auto requests = faces(24);
  const auto expected = plain_answers(requests);
  std::uint32_t seed = 0;
  for (const int batch : {1, 3, 16}) {
    for (const int threads : {1, 4}) {
      for (const std::uint32_t count : {1, 3}) {
        SCOPED_TRACE(testing::Message() << count << " devices, batch " << batch << ", threads " << threads);
        const auto devices = make_devices(count, ++seed);
        {
          EnsembleOptions options{.batch = batch, .threads = threads};
          auto loaded = load(devices, options);
          Pipeline pipeline(loaded, manifest_.preprocess, options, threads);
          expect_same(answers(pipeline, requests), expected);
          EXPECT_EQ(pipeline.statistics().tiles, 24 * 15 + 8 * 2);
        }
        expect_no_complaints(devices);
      }
    }
  }
}

TEST_F(DevicePipelineTest, LonePhotographNeedsNoCompany) {
  const auto devices = make_devices(1);
  {
    EnsembleOptions options{.batch = 128};
    auto loaded = load(devices, options);
    Pipeline pipeline(loaded, manifest_.preprocess, options, 2);
    for (int i = 0; i < 5; ++i) expect_same(answers(pipeline, faces(1)), plain_answers(faces(1)));
  }
  expect_no_complaints(devices);
}

// A face of 15 tiles goes to the first device, then faces of one tile to the second, until it has as many.
TEST_F(DevicePipelineTest, FaceGoesToTheDeviceWithTheFewestTilesToDo) {
  const auto devices = make_devices(2);
  {
    EnsembleOptions options{.batch = 4, .in_flight = 64};
    auto loaded = load(devices, options);
    const auto tile = loaded.front().models.front().engine->on_device()->network().tile_bytes();
    std::vector<std::size_t> before;
    for (const auto& device : devices) {
      before.push_back(device->copied_in());
      device->hold(true);
    }
    Pipeline pipeline(loaded, manifest_.preprocess, options, 1);
    auto requests = faces(1);
    for (std::uint32_t i = 0; i < 16; ++i) requests.push_back(lips(i));
    auto later = submit(pipeline, requests);
    while (pipeline.statistics().photos < 17) std::this_thread::yield();
    for (const auto& device : devices) device->hold(false);
    for (auto& answer : later) EXPECT_FALSE(answer.get().error);
    EXPECT_EQ((devices[0]->copied_in() - before[0]) / tile, 16U);
    EXPECT_EQ((devices[1]->copied_in() - before[1]) / tile, 15U);
  }
  expect_no_complaints(devices);
}

TEST_F(DevicePipelineTest, EnginesThatWaitForTheirAnswersShareADeviceWithItsRunner) {
  const auto requests = faces(20);
  plain_ = [](const std::string& id) { return id.find("cheek") != std::string::npos; };
  for (const std::uint32_t count : {1, 2}) {
    const auto devices = make_devices(count);
    {
      EnsembleOptions options{.batch = 4};
      auto loaded = load(devices, options);
      EXPECT_EQ(engine_names(loaded.front().models), "fused, plain");
      Pipeline pipeline(loaded, manifest_.preprocess, options, 3);
      expect_same(answers(pipeline, requests), plain_answers(requests));
    }
    expect_no_complaints(devices);
  }
}

TEST_F(DevicePipelineTest, DestructionAnswersEveryAcceptedFace) {
  const auto expected = plain_answers(faces(12));
  for (std::uint32_t round = 0; round < 5; ++round) {
    const auto devices = make_devices(2, round);
    std::vector<std::future<FacePrediction>> later;
    {
      EnsembleOptions options{.batch = 8, .in_flight = 64};
      auto loaded = load(devices, options);
      Pipeline pipeline(loaded, manifest_.preprocess, options, 2);
      later = submit(pipeline, faces(12));
    }
    for (std::size_t i = 0; i < later.size(); ++i) EXPECT_EQ(later[i].get().heads, expected[i].heads);
    expect_no_complaints(devices);
  }
}

// Memory short at the n-th call that queues something, for every n: batches are halved, and only a tile that
// was refused alone has no answer.
TEST_F(DevicePipelineTest, ShortMemoryAtAnyCallChangesNoAnswer) {
  const auto requests = faces(3);
  const auto expected = plain_answers(requests, Mode::classification);
  EnsembleOptions options{.mode = Mode::classification, .batch = 4, .in_flight = 8};
  std::size_t undisturbed = 0;
  bool failed = true;
  for (std::size_t n = 1; failed; ++n) {
    SCOPED_TRACE(n);
    const auto devices = make_devices(1, static_cast<std::uint32_t>(n));
    {
      auto loaded = load(devices, options);
      devices[0]->fail_at(n, FakeDevice::Failure::queueing);
      Pipeline pipeline(loaded, manifest_.preprocess, options, 2);
      const auto found = answers(pipeline, requests);
      int refused = 0;
      for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_FALSE(found[i].error);
        refused += out_of_memory(found[i]);
        if (out_of_memory(found[i]) == 0) EXPECT_EQ(found[i].heads, expected[i].heads);
      }
      EXPECT_LE(refused, 1);
      if (refused == 0) ++undisturbed;
      failed = devices[0]->has_failed();
    }
    expect_no_complaints(devices);
    if (HasFailure()) break;
  }
  EXPECT_GT(undisturbed, 1U);
}

// Memory that stays short answers nothing and hangs nothing.
TEST_F(DevicePipelineTest, MemoryThatStaysShortFailsEveryTileAlone) {
  const auto devices = make_devices(1);
  {
    EnsembleOptions options{.batch = 8};
    auto loaded = load(devices, options);
    devices[0]->fail_from(1, FakeDevice::Failure::queueing);
    Pipeline pipeline(loaded, manifest_.preprocess, options, 2);
    for (const auto& face : answers(pipeline, faces(4))) EXPECT_EQ(out_of_memory(face), 15);
    devices[0]->fail_at(0, FakeDevice::Failure::queueing);
    expect_same(answers(pipeline, faces(4)), plain_answers(faces(4)));
  }
  expect_no_complaints(devices);
}

TEST_F(DevicePipelineTest, PinnedMemoryThatRunsShortFailsItsFaceAlone) {
  const auto requests = faces(4);
  const auto expected = plain_answers(requests);
  const auto devices = make_devices(1);
  {
    EnsembleOptions options{.batch = 4};
    auto loaded = load(devices, options);
    devices[0]->fail_at(1, FakeDevice::Failure::memory);  // the first block of the pool
    Pipeline pipeline(loaded, manifest_.preprocess, options, 1);
    const auto found = answers(pipeline, requests);
    ASSERT_TRUE(found[0].error);
    EXPECT_EQ(found[0].error->code, ErrorCode::out_of_memory);
    for (std::size_t i = 1; i < found.size(); ++i) EXPECT_EQ(found[i].heads, expected[i].heads);
  }
  expect_no_complaints(devices);
}

// One of two devices is lost at its n-th call: what was dealt to it says so, all else is answered.
TEST_F(DevicePipelineTest, LosingOneOfTwoDevicesAtAnyCallFailsWhatItHadAlone) {
  const auto requests = faces(4);
  const auto expected = plain_answers(requests, Mode::classification);
  const EnsembleOptions options{.mode = Mode::classification, .batch = 4, .in_flight = 8};
  for (const auto failure : {FakeDevice::Failure::lost, FakeDevice::Failure::work}) {
    bool failed = true;
    for (std::size_t n = 1; failed; n += 1 + n / 20) {
      SCOPED_TRACE(n);
      const auto devices = make_devices(2, static_cast<std::uint32_t>(n));
      {
        auto loaded = load(devices, options);
        devices[0]->fail_at(n, failure);
        Pipeline pipeline(loaded, manifest_.preprocess, options, 2);
        const auto found = answers(pipeline, requests);
        failed = devices[0]->has_failed();
        for (std::size_t i = 0; i < found.size(); ++i) {
          if (is_lost(found[i])) {
            EXPECT_TRUE(failed);
            EXPECT_THAT(found[i].error->message, HasSubstr("the device was"));
          } else {
            EXPECT_EQ(found[i].heads, expected[i].heads);
          }
        }
        if (std::any_of(found.begin(), found.end(), is_lost))
          expect_same(answers(pipeline, requests), expected);  // by the other one
      }
      expect_no_complaints(devices);
      if (HasFailure()) return;
    }
  }
}

TEST_F(DevicePipelineTest, WhereEveryDeviceIsLostEveryFaceFailsAtOnce) {
  const auto devices = make_devices(2);
  {
    EnsembleOptions options{.batch = 4};
    auto loaded = load(devices, options);
    for (const auto& device : devices) device->fail_at(1, FakeDevice::Failure::lost);
    Pipeline pipeline(loaded, manifest_.preprocess, options, 2);
    for (int round = 0; round < 2; ++round) {
      for (const auto& face : answers(pipeline, faces(30))) {
        EXPECT_TRUE(is_lost(face));
        EXPECT_EQ(face.heads.size(), signs().size());
      }
    }
  }
  expect_no_complaints(devices);
}

TEST_F(DevicePipelineTest, EngineThatLosesItsDeviceFailsLaterFacesWithoutARun) {
  struct Broken final : Engine {
    explicit Broken(std::atomic<int>& counted) : runs(&counted) {}
    void run(std::span<const std::uint8_t> /*tiles*/, std::size_t /*count*/,
             std::span<float> /*outputs*/) override {
      ++*runs;
      throw DeviceError(ErrorCode::device_failed, "gone");
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "broken"; }
    std::atomic<int>* runs;
  };
  std::atomic<int> runs{0};
  EnsembleOptions options{.batch = 4};
  options.factory = [&](const EngineRequest&) { return std::make_unique<Broken>(runs); };
  std::vector<LoadedDevice> loaded(1);
  loaded[0].device = {ComputeDevice::Kind::cuda, 0};
  loaded[0].models = load_models(manifest_, loaded[0].device, options);
  Pipeline pipeline(loaded, manifest_.preprocess, options, 1);
  for (const auto& face : answers(pipeline, faces(3))) EXPECT_TRUE(is_lost(face));
  const int before = runs;
  EXPECT_LE(before, 4);  // one of each thread
  for (const auto& face : answers(pipeline, faces(3))) EXPECT_TRUE(is_lost(face));
  EXPECT_EQ(runs, before);
}

// ---- Through the facade, as an engine factory brings them ----

TEST_F(DevicePipelineTest, ManyThreadsShareAnEnsembleOnADevice) {
  const auto device = std::make_shared<FakeDevice>();
  const auto expected = plain_answers(faces(12));
  {
    const auto ensemble = Ensemble::load(
        path_, {.device = "cpu", .batch = 4, .threads = 3, .factory = test::device_factory(device)});
    EXPECT_EQ(ensemble.engine_name(), "fused");
    std::atomic<int> wrong{0};
    std::vector<std::jthread> callers;
    callers.reserve(7);
    for (int t = 0; t < 6; ++t) {
      callers.emplace_back([&] {
        for (std::uint32_t i = 0; i < 12; ++i) {
          if (ensemble.predict(noise_face(i, i % 3 == 1)).heads != expected[i].heads) ++wrong;
        }
      });
    }
    callers.emplace_back([&] {
      const auto found = ensemble.predict(faces(12));
      for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i].heads != expected[i].heads) ++wrong;
      }
    });
    callers.clear();
    EXPECT_EQ(wrong, 0);
  }
  EXPECT_THAT(device->complaints(), IsEmpty());
}

TEST_F(DevicePipelineTest, DeviceThatIsTooSmallIsRefusedWithTheFigures) {
  const auto device = std::make_shared<FakeDevice>(1, 1000);
  try {
    Ensemble::load(path_, {.device = "cpu", .factory = test::device_factory(device)});
    FAIL() << "accepted";
  } catch (const DeviceError& e) {
    EXPECT_EQ(e.code(), ErrorCode::device_unavailable);
    EXPECT_THAT(e.what(), HasSubstr("not enough memory for 11 model(s)"));
    EXPECT_THAT(e.what(), HasSubstr("has 1000 bytes"));
  }
  EXPECT_THAT(device->complaints(), IsEmpty());
}

TEST_F(DevicePipelineTest, MemoryThatRunsShortAtTheStartIsADeviceError) {
  const auto device = std::make_shared<FakeDevice>();
  device->fail_at(100, FakeDevice::Failure::memory);
  try {
    Ensemble::load(path_, {.device = "cpu", .factory = test::device_factory(device)});
    FAIL() << "accepted";
  } catch (const DeviceError& e) {
    EXPECT_EQ(e.code(), ErrorCode::device_unavailable);
    EXPECT_THAT(e.what(), HasSubstr("memory ran short"));
  }
  EXPECT_THAT(device->complaints(), IsEmpty());
}

// Its known answer differs.
class WrongNetworkTest : public DevicePipelineTest {
 protected:
  EngineFactory factory() {
    return [this](const EngineRequest& request) -> std::unique_ptr<Engine> {
      auto network = test::network_of(request.model, request.preprocess);
      if (request.model.id == "grade/eye") network->make_wrong();
      return std::make_unique<DeviceNetworkEngine>(device_, std::move(network), request.model.id);
    };
  }
  std::shared_ptr<FakeDevice> device_ = std::make_shared<FakeDevice>();
};

TEST_F(WrongNetworkTest, IsAnErrorWhereTheEngineIsTheUsers) {
  try {
    Ensemble::load(path_, {.device = "cpu", .factory = factory()});
    FAIL() << "accepted";
  } catch (const ModelError& e) {
    EXPECT_THAT(e.what(), HasSubstr("grade/eye on cpu: another answer than the known one"));
  }
  EXPECT_THAT(device_->complaints(), IsEmpty());
}

TEST_F(WrongNetworkTest, IsReplacedAndTheOthersStay) {
  {
    EnsembleOptions options{.batch = 4};
    options.factory = factory();
    std::vector<LoadedDevice> loaded(1);
    loaded[0].models = load_models(manifest_, loaded[0].device, options);
    start_runner(
        loaded[0], {.largest_batch = 4},
        [&](const LoadedModel& model, const std::string& difference) -> EngineChoice {
          EXPECT_EQ(model.spec->id, "grade/eye");
          return {std::make_unique<test::PlainEngine>(test::network_of(*model.spec, manifest_.preprocess)),
                  difference};
        });
    EXPECT_EQ(engine_names(loaded[0].models), "fused, plain");
    EXPECT_THAT(loaded[0].models[2].note, HasSubstr("another answer"));
    Pipeline pipeline(loaded, manifest_.preprocess, options, 2);
    expect_same(answers(pipeline, faces(8)), plain_answers(faces(8)));
  }
  EXPECT_THAT(device_->complaints(), IsEmpty());
}

}  // namespace
}  // namespace skingauge
