// Pipelines whose made-up devices decode JPEG files too: right answers whoever decodes, and whatever a
// decoder refuses or breaks. Run it under the sanitizers too.
#include "skingauge/error.hpp"

#include "support/device_pipelines.hpp"
#include "support/host_gpu_decoder.hpp"

#include <atomic>
#include <latch>
#include <new>
#include <thread>

namespace skingauge {
namespace {

using test::Devices;
using test::FakeDevice;
using test::HostGpuDecoder;
using test::is_lost;
using test::noise_face;
using ::testing::IsEmpty;

class PipelineDecodingTest : public test::PipelinesOnDevices {
 protected:
  // Faces in files of their own.
  std::vector<Request> photos(std::uint32_t count) {
    auto requests = test::faces(count);
    for (auto& request : requests) {
      request.file = folder_.path() / ("photo-" + std::to_string(files_++) + ".jpg");
      write_jpeg(request.file, std::exchange(request.image, Image()));
    }
    return requests;
  }

  // As `load`, each device with so many decoders.
  std::vector<LoadedDevice> load_with_decoders(const Devices& devices, const EnsembleOptions& options,
                                               std::size_t decoders) {
    auto loaded = load(devices, options);
    decoders_.clear();
    for (auto& device : loaded) {
      for (std::size_t i = 0; i < decoders; ++i) {
        auto made = std::make_unique<HostGpuDecoder>();
        decoders_.push_back(made.get());
        device.decoders.push_back(std::move(made));
      }
    }
    return loaded;
  }

  // Occupies a worker until it goes: with a face that is its, and has nothing to run.
  class BusyWorker {
   public:
    explicit BusyWorker(Pipeline& pipeline) {
      auto job = std::make_unique<FaceJob>();
      job->request.image = test::noise_photo(8, 8, 0);
      job->done = [latches = latches_](FacePrediction&&) {
        latches->begun.count_down();
        latches->end.wait();
      };
      pipeline.submit(std::move(job));
      latches_->begun.wait();
    }
    BusyWorker(const BusyWorker&) = delete;
    BusyWorker& operator=(const BusyWorker&) = delete;
    ~BusyWorker() { latches_->end.count_down(); }

   private:
    struct Latches {
      std::latch begun{1};
      std::latch end{1};
    };
    std::shared_ptr<Latches> latches_ = std::make_shared<Latches>();  // the worker may leave them last
  };

  // What a CPU answers to the pictures that a decoder with this error makes of the files.
  std::vector<FacePrediction> answers_with_error(std::vector<Request> requests, std::uint8_t error) {
    for (auto& request : requests) {
      const auto photo = Image::read(request.file);
      const auto pixels = photo.pixels();
      std::shared_ptr<std::uint8_t[]> changed(new std::uint8_t[pixels.size()]);
      for (std::size_t i = 0; i < pixels.size(); ++i)
        changed[i] = static_cast<std::uint8_t>(pixels[i] + (i % 3 == 2 ? error : 0));
      request.image = Image(photo.width(), photo.height(), std::move(changed));
    }
    return plain_answers(requests);
  }

  std::vector<HostGpuDecoder*> decoders_;  // of the last load
  int files_{0};
};

TEST_F(PipelineDecodingTest, AnswersAreThoseOfTheCpuWhoeverDecodes) {
  const auto requests = photos(24);
  const auto expected = plain_answers(requests);
  std::uint32_t seed = 0;
  for (const int threads : {1, 4}) {
    for (const std::uint32_t count : {1, 3}) {
      for (const std::size_t decoders : {1, 2}) {
        SCOPED_TRACE(testing::Message() << count << " x " << decoders << " decoders, threads " << threads);
        const auto devices = make_devices(count, ++seed);
        {
          EnsembleOptions options{.batch = 16, .threads = threads};
          auto loaded = load_with_decoders(devices, options, decoders);
          Pipeline pipeline(loaded, manifest_.preprocess, options, threads);
          for (int round = 0; round < 2; ++round) expect_same(answers(pipeline, requests), expected);
          const auto did = pipeline.statistics();
          EXPECT_EQ(did.photos, 48);
          EXPECT_LE(did.gpu_photos, 48);
          EXPECT_EQ(did.tiles, 2 * (24 * 15 + 8 * 2));
        }
        expect_no_complaints(devices);
      }
    }
  }
}

TEST_F(PipelineDecodingTest, DecodersTakeAllWhileTheWorkersAreBusy) {
  const auto requests = photos(10);
  const auto devices = make_devices(1);
  {
    EnsembleOptions options{.batch = 16};
    auto loaded = load_with_decoders(devices, options, 2);
    for (auto* decoder : decoders_) decoder->error = 1;  // so that answers tell who decoded
    Pipeline pipeline(loaded, manifest_.preprocess, options, 1);
    const BusyWorker busy(pipeline);
    expect_same(answers(pipeline, requests), answers_with_error(requests, 1));
    EXPECT_EQ(pipeline.statistics().gpu_photos, 10);
  }
  expect_no_complaints(devices);
}

TEST_F(PipelineDecodingTest, WhatADecoderRefusesTheWorkersDecode) {
  const auto requests = photos(12);
  const auto devices = make_devices(1);
  {
    EnsembleOptions options{.batch = 16};
    auto loaded = load_with_decoders(devices, options, 1);
    auto& decoder = *decoders_.front();
    for (std::size_t i = 0; i < 100; i += 2) decoder.refusals[i] = NotForGpu::unwritten;
    Pipeline pipeline(loaded, manifest_.preprocess, options, 1);
    std::vector<std::future<FacePrediction>> later;
    {
      const BusyWorker busy(pipeline);
      later = submit(pipeline, requests);
      while (pipeline.statistics().gpu_photos < 6) std::this_thread::yield();
    }
    std::vector<FacePrediction> found;
    for (auto& answer : later) found.push_back(answer.get());
    expect_same(found, plain_answers(requests));
    EXPECT_EQ(pipeline.statistics().photos, 13);
    EXPECT_EQ(pipeline.statistics().gpu_photos, 6);
  }
  expect_no_complaints(devices);
}

TEST_F(PipelineDecodingTest, FilesThatCannotBeUsedHaveTheErrorsOfTheCpu) {
  auto requests = photos(6);
  requests[1].file = folder_.path() / "missing.jpg";
  auto bytes = test::read_bytes(requests[2].file);
  test::write_bytes(requests[2].file, bytes.substr(0, bytes.size() / 2));
  requests[3].expected_width = 161;
  test::write_bytes(requests[4].file, "");
  const auto expected = plain_answers(requests);
  const auto devices = make_devices(1);
  {
    EnsembleOptions options{.batch = 16};
    auto loaded = load_with_decoders(devices, options, 2);
    Pipeline pipeline(loaded, manifest_.preprocess, options, 1);
    for (int round = 0; round < 3; ++round) {
      const auto found = answers(pipeline, requests);
      for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].heads, expected[i].heads) << i;
        ASSERT_EQ(found[i].error.has_value(), i >= 1 && i <= 4) << i;
        if (found[i].error) EXPECT_EQ(found[i].error->message, expected[i].error->message);
      }
    }
  }
  expect_no_complaints(devices);
}

TEST_F(PipelineDecodingTest, DecodedPicturesAreTheWorkersAndAFacepartNamedTwiceIsNobodys) {
  auto requests = test::faces(4);
  const auto expected = plain_answers(requests);
  requests.push_back(photos(1).front());
  requests.back().regions.push_back(requests.back().regions.front());
  const auto devices = make_devices(1);
  {
    EnsembleOptions options{.batch = 16};
    auto loaded = load_with_decoders(devices, options, 1);
    decoders_.front()->error = 1;
    Pipeline pipeline(loaded, manifest_.preprocess, options, 1);
    auto found = answers(pipeline, requests);
    ASSERT_TRUE(found.back().error);
    EXPECT_EQ(found.back().error->code, ErrorCode::bad_option);
    found.pop_back();
    expect_same(found, expected);
    EXPECT_EQ(pipeline.statistics().gpu_photos, 0);
    EXPECT_THAT(decoders_.front()->calls, IsEmpty());
  }
  expect_no_complaints(devices);
}

TEST_F(PipelineDecodingTest, MemoryShortInADecoderCostsNoFace) {
  const auto requests = photos(12);
  const auto devices = make_devices(1);
  {
    EnsembleOptions options{.batch = 16};
    auto loaded = load_with_decoders(devices, options, 2);
    for (auto* decoder : decoders_) decoder->before = [] { throw std::bad_alloc(); };
    Pipeline pipeline(loaded, manifest_.preprocess, options, 2);
    expect_same(answers(pipeline, requests), plain_answers(requests));
    EXPECT_EQ(pipeline.statistics().gpu_photos, 0);
  }
  expect_no_complaints(devices);
}

// What the decoder had is decoded by the workers, and answered by the other device.
TEST_F(PipelineDecodingTest, DecoderThatLosesItsDeviceFailsWhatWasDealtToThatDeviceAlone) {
  const auto requests = photos(12);
  const auto expected = plain_answers(requests);
  const auto devices = make_devices(2);
  {
    EnsembleOptions options{.batch = 16};
    auto loaded = load_with_decoders(devices, options, 1);
    std::atomic<int> calls{0};
    decoders_.front()->before = [&] {
      ++calls;
      throw DeviceError(ErrorCode::device_failed, "the decoder's device");
    };
    Pipeline pipeline(loaded, manifest_.preprocess, options, 1);
    for (int round = 0; round < 50 && calls == 0; ++round) {
      const auto found = answers(pipeline, requests);
      for (std::size_t i = 0; i < found.size(); ++i) {
        if (!is_lost(found[i])) EXPECT_EQ(found[i].heads, expected[i].heads);
      }
    }
    expect_same(answers(pipeline, requests), expected);
    EXPECT_EQ(calls, 1);  // it is not asked again
  }
  expect_no_complaints(devices);
}

TEST_F(PipelineDecodingTest, DestructionAnswersEveryAcceptedFace) {
  const auto requests = photos(12);
  const auto expected = plain_answers(requests);
  for (std::uint32_t round = 0; round < 5; ++round) {
    const auto devices = make_devices(2, round);
    std::vector<std::future<FacePrediction>> later;
    {
      EnsembleOptions options{.batch = 8, .in_flight = 64};
      auto loaded = load_with_decoders(devices, options, 2);
      for (auto* decoder : decoders_) decoder->refusals[1] = NotForGpu::damaged;
      Pipeline pipeline(loaded, manifest_.preprocess, options, 1);
      later = submit(pipeline, requests);
    }
    for (std::size_t i = 0; i < later.size(); ++i) EXPECT_EQ(later[i].get().heads, expected[i].heads);
    expect_no_complaints(devices);
  }
}

TEST_F(PipelineDecodingTest, ShortPinnedMemoryLeavesPlainRoomForTiles) {
  const auto requests = photos(4);
  const auto devices = make_devices(1);
  {
    EnsembleOptions options{.batch = 4};
    auto loaded = load_with_decoders(devices, options, 1);
    devices[0]->fail_at(1, FakeDevice::Failure::memory);  // the first that the pipeline asks for
    Pipeline pipeline(loaded, manifest_.preprocess, options, 1);
    EXPECT_TRUE(devices[0]->has_failed());
    const BusyWorker busy(pipeline);
    expect_same(answers(pipeline, requests), plain_answers(requests));
    EXPECT_EQ(pipeline.statistics().gpu_photos, 4);
  }
  expect_no_complaints(devices);
}

}  // namespace
}  // namespace skingauge
