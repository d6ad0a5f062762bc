// The host's memory runs short at the n-th allocation, for every n: a face fails at most, with a reason, and
// the next request finds everything as it was. Run it under the sanitizers too.
#include "support/device_pipelines.hpp"
#include "support/failing_allocations.hpp"
#include "support/host_gpu_decoder.hpp"
#include "support/spared_device.hpp"

#include <functional>
#include <memory>
#include <utility>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::FailingAllocations;
using test::Spared;

class SparedDecoder final : public test::HostGpuDecoder {
 public:
  std::vector<GpuOutcome> decode(std::span<const GpuPhoto> photos, int side) override {
    const Spared guard;
    return HostGpuDecoder::decode(photos, side);
  }
};

class HostMemory : public test::PipelinesOnDevices {
 protected:
  // Photographs in files and in memory, in turn.
  std::vector<Request> mixed(std::uint32_t count) {
    auto requests = test::faces(count);
    for (std::uint32_t i = 0; i < count; i += 2) {
      requests[i].file = folder_.path() / (std::to_string(i) + ".jpg");
      write_jpeg(requests[i].file, requests[i].image);
      requests[i].image = Image();
    }
    return requests;
  }

  std::vector<LoadedDevice> load_spared(const test::Devices& devices, const EnsembleOptions& options,
                                        std::size_t decoders) {
    std::vector<LoadedDevice> loaded;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      auto& made = loaded.emplace_back();
      made.device = {ComputeDevice::Kind::cuda, static_cast<int>(i)};
      auto loading = options;
      loading.factory = test::device_factory(std::make_shared<test::SparedDevice>(devices[i]), plain_);
      made.models = load_models(manifest_, made.device, loading);
      start_runner(made, {.largest_batch = static_cast<std::size_t>(options.batch)},
                   [](const LoadedModel&, const std::string&) -> EngineChoice {
                     throw std::logic_error("not to be replaced");
                   });
      for (std::size_t d = 0; d < decoders; ++d) made.decoders.push_back(std::make_unique<SparedDecoder>());
    }
    return loaded;
  }

  using Predict = std::function<std::vector<FacePrediction>()>;

  // One failing allocation, at every place there is: `predict` gives the expected faces but for one, whose
  // error says why, or throws; afterwards it gives them all. Answers the faces that failed.
  static int fail_everywhere(const Predict& predict, const std::vector<FacePrediction>& expected) {
    int lost_faces = 0;
    expect_same(predict(), expected);  // what is made once is there
    bool failed = true;
    for (long n = 1; failed && !HasFailure(); ++n) {
      SCOPED_TRACE(n);
      std::vector<FacePrediction> found;
      FailingAllocations::fail_at(n);
      try {
        found = predict();
      } catch (const std::bad_alloc&) {
        found.clear();
      }
      failed = FailingAllocations::stop();
      if (!found.empty()) lost_faces += expect_all_but_one(found, expected);
      expect_same(predict(), expected);
    }
    return lost_faces;
  }

  static int expect_all_but_one(const std::vector<FacePrediction>& found,
                                const std::vector<FacePrediction>& expected) {
    int differ = 0;
    EXPECT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
      if (!found[i].error && found[i].heads == expected[i].heads) continue;
      ++differ;
      EXPECT_TRUE(says_why(found[i])) << i;
    }
    EXPECT_LE(differ, 1);
    return differ;
  }

  static bool says_why(const FacePrediction& face) {
    if (face.error) return face.error->code == ErrorCode::out_of_memory;
    return std::any_of(face.heads.begin(), face.heads.end(), [](const HeadPrediction& head) {
      const auto* skipped = std::get_if<Skipped>(&head.answer);
      return skipped != nullptr && skipped->detail.find("memory") != std::string::npos;
    });
  }
};

TEST_F(HostMemory, ShortAtAnyAllocationOfAPredictionOnTheCpuFailsOneFaceAtMost) {
  const auto requests = mixed(3);
  const auto expected = plain_answers(requests);
  for (const int threads : {1, 3}) {
    const auto ensemble = Ensemble::load(
        path_, {.device = "cpu", .batch = 4, .threads = threads, .factory = test::plain_factory()});
    EXPECT_GT(fail_everywhere([&] { return ensemble.predict(requests); }, expected), 0);
  }
}

TEST_F(HostMemory, ShortAtAnyAllocationOfASubmissionFailsTheFutureNever) {
  const auto requests = mixed(2);
  const auto expected = plain_answers(requests);
  const auto ensemble =
      Ensemble::load(path_, {.device = "cpu", .batch = 4, .threads = 2, .factory = test::plain_factory()});
  const auto predict = [&] {
    std::vector<std::future<FacePrediction>> later;
    for (const auto& request : requests) later.push_back(ensemble.submit(request));
    std::vector<FacePrediction> found;
    for (auto& one : later) found.push_back(one.get());
    return found;
  };
  EXPECT_GT(fail_everywhere(predict, expected), 0);
}

TEST_F(HostMemory, ShortAtAnyAllocationNoDeviceIsGivenUp) {
  const auto requests = mixed(3);
  const auto expected = plain_answers(requests);
  plain_ = [](const std::string& id) {
    return id == "grade/lips";
  };  // an engine that waits, beside the runner
  for (const std::size_t decoders : {0, 1}) {
    const auto devices = make_devices(1);
    {
      EnsembleOptions options{.batch = 4};
      auto loaded = load_spared(devices, options, decoders);
      Pipeline pipeline(loaded, manifest_.preprocess, options, 2);
      fail_everywhere([&] { return answers(pipeline, requests); }, expected);
    }
    expect_no_complaints(devices);
  }
}

// The manifest is read before: nlohmann's destructors allocate, and end the process where they cannot.
TEST_F(HostMemory, ShortAtAnyAllocationOfLoadingModelsAndStartingThreadsItThrowsOrServes) {
  const auto requests = test::faces(1);
  const auto expected = plain_answers(requests);
  const EnsembleOptions options{.device = "cpu", .batch = 4, .factory = test::plain_factory()};
  bool failed = true;
  for (long n = 1; failed && !HasFailure(); ++n) {
    SCOPED_TRACE(n);
    FailingAllocations::fail_at(n);
    try {
      std::vector<LoadedDevice> loaded(1);
      loaded[0].models = load_models(manifest_, loaded[0].device, options);
      Pipeline pipeline(loaded, manifest_.preprocess, options, 3);
      failed = FailingAllocations::stop();
      expect_same(answers(pipeline, requests), expected);
    } catch (const std::exception&) {
      EXPECT_TRUE(FailingAllocations::stop());
    }
  }
}

}  // namespace
}  // namespace skingauge
