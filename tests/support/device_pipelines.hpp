// Pipelines on made-up devices for tests: loaded as an ensemble loads them, answers beside a CPU's.
#pragma once

#include "ensemble/pipeline.hpp"
#include "support/fake_models.hpp"
#include "support/temporary_folder.hpp"

#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>

namespace skingauge::test {

using Devices = std::vector<std::shared_ptr<FakeDevice>>;

inline std::vector<Request> faces(std::uint32_t count) {
  std::vector<Request> requests;
  for (std::uint32_t i = 0; i < count; ++i) requests.push_back(noise_face(i, i % 3 == 1));
  return requests;
}

inline bool is_lost(const FacePrediction& face) {
  return face.error && face.error->code == ErrorCode::device_failed;
}

/// Pipelines on made-up devices, and what a CPU answers to the same.
class PipelinesOnDevices : public testing::Test {
 protected:
  PipelinesOnDevices()
      : path_(write_models(folder_.path(), small_manifest())), manifest_(read_manifest(path_)) {}

  static Devices make_devices(std::uint32_t count, std::uint32_t seed = 1) {
    Devices devices;
    for (std::uint32_t i = 0; i < count; ++i)
      devices.push_back(std::make_shared<FakeDevice>(seed + i, std::size_t{4} << 20U));
    return devices;
  }

  // As load_devices does it, with engines of made-up devices as GPUs.
  std::vector<LoadedDevice> load(const Devices& devices, const EnsembleOptions& options) {
    std::vector<LoadedDevice> loaded;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      auto& made = loaded.emplace_back();
      made.device = {ComputeDevice::Kind::cuda, static_cast<int>(i)};
      auto loading = options;
      loading.factory = device_factory(devices[i], plain_);
      made.models = load_models(manifest_, made.device, loading);
      start_runner(made, {.largest_batch = static_cast<std::size_t>(options.batch)},
                   [](const LoadedModel&, const std::string&) -> EngineChoice {
                     throw std::logic_error("not to be replaced");
                   });
    }
    return loaded;
  }

  static std::vector<std::future<FacePrediction>> submit(Pipeline& pipeline,
                                                         const std::vector<Request>& requests) {
    std::vector<std::future<FacePrediction>> later;
    for (const auto& request : requests) {
      auto job = std::make_unique<FaceJob>();
      job->request = request;
      auto promise = std::make_shared<std::promise<FacePrediction>>();
      later.push_back(promise->get_future());
      job->done = [promise](FacePrediction&& face) { promise->set_value(std::move(face)); };
      pipeline.submit(std::move(job));
    }
    return later;
  }

  static std::vector<FacePrediction> answers(Pipeline& pipeline, const std::vector<Request>& requests) {
    std::vector<FacePrediction> found;
    for (auto& later : submit(pipeline, requests)) found.push_back(later.get());
    return found;
  }

  std::vector<FacePrediction> plain_answers(const std::vector<Request>& requests, Mode mode = Mode::both) {
    return Ensemble::load(path_, {.device = "cpu", .mode = mode, .factory = plain_factory()})
        .predict(requests);
  }

  static void expect_same(const std::vector<FacePrediction>& found,
                          const std::vector<FacePrediction>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_FALSE(found[i].error) << i << ": " << found[i].error->message;
      EXPECT_EQ(found[i].heads, expected[i].heads) << i;
    }
  }

  static void expect_no_complaints(const Devices& devices) {
    for (const auto& device : devices) EXPECT_THAT(device->complaints(), ::testing::IsEmpty());
  }

  TemporaryFolder folder_;
  std::filesystem::path path_;
  Manifest manifest_;
  std::function<bool(const std::string&)> plain_;  // models whose engines wait for their answers
};

}  // namespace skingauge::test
