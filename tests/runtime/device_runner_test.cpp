// The runner on a made-up device: right answers, and no failure at any call that leaves something behind.
#include "runtime/device_runner.hpp"

#include "skingauge/error.hpp"

#include "support/fake_device.hpp"
#include "support/fake_network.hpp"

#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <new>
#include <random>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::FakeDevice;
using test::FakeNetwork;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t kTile = 48;
constexpr std::size_t kLargest = 8;

// Three networks of different widths; two of them share a lane.
struct Networks {
  FakeNetwork first{kTile, 3, 1};
  FakeNetwork second{kTile, 7, 2};
  FakeNetwork third{kTile, 1, 3};
  std::vector<NamedNetwork> named() { return {{"first", &first}, {"second", &second}, {"third", &third}}; }
  FakeNetwork& of(std::size_t model) { return *std::array{&first, &second, &third}[model]; }
};

DeviceRunnerOptions options() { return {.largest_batch = kLargest, .lanes = 2}; }

// A batch of random tiles in pinned memory, and what came of it.
struct Job {
  std::size_t model{0};
  std::size_t count{0};
  PinnedMemory pixels{};
  std::size_t first{0};  ///< tile of the job that this part begins with
  std::vector<float> outputs{};

  [[nodiscard]] std::span<const std::uint8_t> tiles(std::size_t from, std::size_t n) const {
    return {reinterpret_cast<const std::uint8_t*>(pixels.get()) + from * kTile, n * kTile};
  }
};

std::vector<Job> make_jobs(DeviceApi& device) {
  std::mt19937 random(7);
  std::vector<Job> jobs;
  for (const std::size_t count : {1, 8, 3, 5, 2, 8, 7, 4, 1, 6}) {
    Job job{jobs.size() % 3, count, PinnedMemory(device, count * kTile)};
    for (std::size_t i = 0; i < count * kTile; ++i) job.pixels.get()[i] = static_cast<std::byte>(random());
    jobs.push_back(std::move(job));
  }
  return jobs;
}

// A batch that was refused has left nothing behind: its pixels may go.
void move_pixels(DeviceApi& device, Job& job) {
  PinnedMemory moved(device, job.pixels.bytes());
  std::memcpy(moved.get(), job.pixels.get(), moved.bytes());
  job.pixels = std::move(moved);
}

// Starts whatever has room and collects whatever is finished; splits what memory does not allow.
class Feed {
 public:
  Feed(DeviceApi& device, DeviceRunner& runner, std::vector<Job>& jobs, Networks& networks)
      : device_(&device), runner_(&runner), jobs_(&jobs), networks_(&networks) {
    for (std::size_t j = 0; j < jobs.size(); ++j) {
      waiting_.push_back({j, 0, jobs[j].count});
      jobs[j].outputs.assign(jobs[j].count * networks.of(jobs[j].model).width(), -1);
    }
  }

  void run() {
    while (!waiting_.empty() || runner_->under_way() > 0) {
      if (!waiting_.empty() && runner_->has_room((*jobs_)[waiting_.front().job].model)) {
        start();
      } else if (runner_->finish([this](const FinishedBatch& batch) { collect(batch); }) == 0) {
        runner_->wait();
      }
    }
  }

 private:
  struct Part {
    std::size_t job{0};
    std::size_t first{0};
    std::size_t count{0};
  };

  void start() {
    auto part = waiting_.front();
    waiting_.pop_front();
    auto& job = (*jobs_)[part.job];
    const auto count = std::min(part.count, runner_->most_tiles(job.model));
    if (count < part.count) waiting_.push_front({part.job, part.first + count, part.count - count});
    part.count = count;
    started_.push_back(part);
    try {
      runner_->start(job.model, job.tiles(part.first, count), count, started_.size() - 1);
    } catch (const std::bad_alloc&) {
      if (count > 1) EXPECT_LT(runner_->most_tiles(job.model), count);
      move_pixels(*device_, job);
      waiting_.push_front(part);
    }
  }

  void collect(const FinishedBatch& batch) {
    const auto& part = started_[batch.tag];
    EXPECT_EQ(batch.count, part.count);
    EXPECT_EQ(batch.model, (*jobs_)[part.job].model);
    const auto width = networks_->of(batch.model).width();
    ASSERT_EQ(batch.outputs.size(), part.count * width);
    std::copy(batch.outputs.begin(), batch.outputs.end(),
              (*jobs_)[part.job].outputs.begin() + static_cast<std::ptrdiff_t>(part.first * width));
  }

  DeviceApi* device_;
  DeviceRunner* runner_;
  std::vector<Job>* jobs_;
  Networks* networks_;
  std::deque<Part> waiting_;
  std::vector<Part> started_;
};

void run_all(DeviceApi& device, DeviceRunner& runner, std::vector<Job>& jobs, Networks& networks) {
  Feed(device, runner, jobs, networks).run();
}

void expect_right(const std::vector<Job>& jobs, Networks& networks) {
  for (const auto& job : jobs) {
    const auto& network = networks.of(job.model);
    std::vector<float> expected;
    for (std::size_t t = 0; t < job.count; ++t) {
      const auto answer = network.answer(job.tiles(t, 1));
      expected.insert(expected.end(), answer.begin(), answer.end());
    }
    EXPECT_EQ(job.outputs, expected);
  }
}

TEST(DeviceRunner, AnswersBatchesOfEverySizeWhateverTheOrderOfStreams) {
  for (std::uint32_t seed = 0; seed < 25; ++seed) {
    SCOPED_TRACE(seed);
    FakeDevice device(seed);
    {
      Networks networks;
      DeviceRunner runner(device, networks.named(), options());
      auto jobs = make_jobs(device);
      run_all(device, runner, jobs, networks);
      expect_right(jobs, networks);
    }
    EXPECT_THAT(device.complaints(), IsEmpty());
  }
}

TEST(DeviceRunner, WarmsAndCapturesEachSizeAtItsStartAndNoneLater) {
  FakeDevice device;
  Networks networks;
  DeviceRunner runner(device, networks.named(), options());
  EXPECT_THAT(runner.plan().buckets, ElementsAre(1, 2, 4, 8));
  EXPECT_THAT(networks.second.queued(), ElementsAre(1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8));
  const auto used = device.used(test::MemoryPlace::device);
  auto jobs = make_jobs(device);
  run_all(device, runner, jobs, networks);
  EXPECT_EQ(networks.second.queued().size(), 12U);
  EXPECT_EQ(device.used(test::MemoryPlace::device), used);
}

TEST(DeviceRunner, TakesTheMemoryThatWasPlanned) {
  FakeDevice device;
  Networks networks;
  const DeviceRunner runner(device, networks.named(), options());
  EXPECT_EQ(device.used(test::MemoryPlace::device), runner.plan().device_bytes());
  EXPECT_EQ(device.used(test::MemoryPlace::pinned), runner.plan().pinned_bytes());
}

TEST(DeviceRunner, TellsHowFarItsStartHasCome) {
  FakeDevice device;
  Networks networks;
  std::vector<std::pair<std::size_t, std::size_t>> told;
  auto with_progress = options();
  with_progress.largest_batch = 2;
  with_progress.progress = [&](std::size_t done, std::size_t all) { told.emplace_back(done, all); };
  const DeviceRunner runner(device, networks.named(), with_progress);
  EXPECT_THAT(told, ElementsAre(std::pair(1, 6), std::pair(2, 6), std::pair(3, 6), std::pair(4, 6),
                                std::pair(5, 6), std::pair(6, 6)));
}

TEST(DeviceRunner, SecondBatchIsQueuedBehindTheFirstAndAThirdHasNoRoom) {
  FakeDevice device;
  Networks networks;
  DeviceRunner runner(device, networks.named(), options());
  auto jobs = make_jobs(device);
  for (const std::size_t tag : {0, 3}) {
    EXPECT_TRUE(runner.has_room(0));
    runner.start(0, jobs[tag].tiles(0, jobs[tag].count), jobs[tag].count, tag);
  }
  EXPECT_FALSE(runner.has_room(0));
  EXPECT_FALSE(runner.has_room(2));  // the same lane
  EXPECT_TRUE(runner.has_room(1));
  std::vector<std::uint64_t> tags;
  while (runner.under_way() > 0) {
    runner.wait();
    runner.finish([&](const FinishedBatch& batch) { tags.push_back(batch.tag); });
  }
  EXPECT_THAT(tags, ElementsAre(0, 3));
  EXPECT_TRUE(runner.has_room(0));
}

TEST(DeviceRunner, SaysWhichNetworkDoesNotGiveItsKnownAnswer) {
  FakeDevice device;
  {
    Networks networks;
    networks.second.make_wrong();
    DeviceRunner runner(device, networks.named(), options());
    EXPECT_EQ(runner.difference(0), "");
    EXPECT_EQ(runner.difference(1), "another answer than the known one (in a batch of 1)");
    runner.drop(1);
    std::vector<Job> jobs = make_jobs(device);
    std::erase_if(jobs, [](const Job& job) { return job.model == 1; });
    run_all(device, runner, jobs, networks);
    expect_right(jobs, networks);
  }
  EXPECT_THAT(device.complaints(), IsEmpty());
}

TEST(DeviceRunner, TakesFewerLanesAndSmallerBatchesOnASmallDevice) {
  std::size_t least = 0;
  for (std::size_t bytes = 200; bytes < 6000; bytes += 20) {
    FakeDevice device(1, bytes);
    Networks networks;
    try {
      DeviceRunner runner(device, networks.named(), options());
      if (least == 0) least = bytes;
      auto jobs = make_jobs(device);
      run_all(device, runner, jobs, networks);
      expect_right(jobs, networks);
    } catch (const DeviceError& e) {
      EXPECT_EQ(least, 0U) << bytes;
      EXPECT_THAT(e.what(), HasSubstr("not enough memory for 3 model(s): needs"));
    }
  }
  EXPECT_GT(least, 200U);
  EXPECT_LT(least, 1000U);
}

TEST(DeviceRunner, DestructionWaitsForWhatIsUnderWay) {
  FakeDevice device;
  {
    Networks networks;
    auto jobs = make_jobs(device);
    DeviceRunner runner(device, networks.named(), options());
    for (const std::size_t tag : {0, 1, 2}) runner.start(tag, jobs[tag].tiles(0, 1), 1, tag);
  }
  EXPECT_THAT(device.complaints(), IsEmpty());
}

TEST(DeviceRunner, ShortMemoryIsRememberedPerModel) {
  FakeDevice device;
  Networks networks;
  DeviceRunner runner(device, networks.named(), options());
  auto jobs = make_jobs(device);
  for (const std::size_t expected : {4, 2, 1, 1}) {
    device.fail_at(1, FakeDevice::Failure::memory);
    const auto count = runner.most_tiles(1);
    EXPECT_THROW(runner.start(1, jobs[1].tiles(0, count), count, 0), std::bad_alloc);
    EXPECT_EQ(runner.most_tiles(1), expected);
  }
  EXPECT_EQ(runner.most_tiles(0), kLargest);
  EXPECT_EQ(runner.under_way(), 0U);
}

// A network that says that it does not run.
class RefusedNetwork final : public DeviceNetwork {
 public:
  std::function<void()> before;  ///< it says so

  [[nodiscard]] std::size_t tile_bytes() const noexcept override { return kTile; }
  [[nodiscard]] std::size_t width() const noexcept override { return 1; }
  [[nodiscard]] std::size_t weight_bytes() const noexcept override { return 1; }
  [[nodiscard]] std::size_t scratch_bytes(std::size_t /*tiles*/) const override { return 1; }
  void load(DeviceApi& /*device*/) override {}
  void queue(StreamView stream, std::size_t tiles, const std::uint8_t* /*pixels*/, float* outputs,
             std::byte* /*scratch*/) const override {
    stream.fill_zero(outputs, tiles * sizeof(float));  // under way as it throws
    if (before) before();
    throw ModelError(ErrorCode::model_failed, "no plan after all");
  }
  [[nodiscard]] std::span<const std::uint8_t> check_tile() const noexcept override { return {}; }
  [[nodiscard]] std::string difference(std::span<const float> /*outputs*/) const override { return ""; }
};

TEST(DeviceRunner, NetworkThatDoesNotRunSaysSoAndLeavesNothing) {
  FakeDevice device;
  RefusedNetwork network;
  EXPECT_THROW(DeviceRunner(device, {{"refused", &network}}, options()), ModelError);
  EXPECT_THAT(device.complaints(), IsEmpty());
}

TEST(DeviceRunner, NetworkThatDoesNotRunOnALostDeviceDoesNotHideThat) {
  FakeDevice device;
  RefusedNetwork network;
  network.before = [&] { device.fail_at(1, FakeDevice::Failure::lost); };
  EXPECT_THROW(DeviceRunner(device, {{"refused", &network}}, options()), DeviceError);
  EXPECT_THAT(device.complaints(), IsEmpty());
}

// What became of a whole life of a runner on a device that fails at its n-th call.
enum class Life { well, short_of_memory_at_start, device_lost };

Life live(FakeDevice& device) {
  try {
    Networks networks;
    auto jobs = make_jobs(device);
    DeviceRunner runner(device, networks.named(), options());
    run_all(device, runner, jobs, networks);
    expect_right(jobs, networks);
    return Life::well;
  } catch (const DeviceError& e) {
    EXPECT_EQ(e.code(), ErrorCode::device_failed);
    EXPECT_THAT(e.what(), HasSubstr("the device was "));
    return Life::device_lost;
  } catch (const std::bad_alloc&) {
    return Life::short_of_memory_at_start;
  }
}

std::map<Life, int> lives_with_a_failure_at_every_call(FakeDevice::Failure failure) {
  std::map<Life, int> lives;
  for (std::size_t n = 1;; ++n) {
    SCOPED_TRACE(n);
    FakeDevice device(static_cast<std::uint32_t>(n));
    device.fail_at(n, failure);
    const auto life = live(device);
    EXPECT_THAT(device.complaints(), IsEmpty());
    if (!device.has_failed()) {
      EXPECT_EQ(life, Life::well);
      return lives;
    }
    ++lives[life];
    if (testing::Test::HasFailure()) return lives;
  }
}

TEST(DeviceRunner, ShortMemoryAtAnyCallEndsTheStartOrChangesNoAnswer) {
  const auto lives = lives_with_a_failure_at_every_call(FakeDevice::Failure::memory);
  EXPECT_EQ(lives.count(Life::device_lost), 0U);
  EXPECT_GT(lives.at(Life::short_of_memory_at_start), 100);
  EXPECT_EQ(lives.at(Life::well), 3 * 10);  // copy, graph, copy of each of ten batches
}

TEST(DeviceRunner, LosingTheDeviceAtAnyCallIsSaidAndLeavesNothing) {
  const auto lives = lives_with_a_failure_at_every_call(FakeDevice::Failure::lost);
  EXPECT_EQ(lives.count(Life::short_of_memory_at_start), 0U);
  EXPECT_LE(lives.count(Life::well), 1U);  // where the last call is the destructor's
  EXPECT_GT(lives.at(Life::device_lost), 200);
}

TEST(DeviceRunner, FailureOfAnyWorkIsSaidAndLeavesNothing) {
  const auto lives = lives_with_a_failure_at_every_call(FakeDevice::Failure::work);
  EXPECT_EQ(lives.size(), 1U);
  EXPECT_EQ(lives.at(Life::device_lost), 3 * (3 * 4 * 3 + 10));  // three works a pass
}

}  // namespace
}  // namespace skingauge
