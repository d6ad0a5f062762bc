#include "runtime/compute_device.hpp"

#include "skingauge/error.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = ComputeDevice::Kind;

CudaStatus two_gpus() {
  CudaStatus cuda;
  cuda.built = true;
  cuda.gpus = {CudaGpu{}, CudaGpu{}};
  cuda.gpus[1].index = 1;
  return cuda;
}

CudaStatus no_driver() {
  CudaStatus cuda;
  cuda.problem = "no NVIDIA driver is installed";
  return cuda;
}

TEST(ChooseDevice, AutoTakesTheFirstGpu) {
  const auto choice = choose_device("auto", two_gpus());
  EXPECT_THAT(choice.devices, ElementsAre(ComputeDevice{Kind::cuda, 0}));
  EXPECT_EQ(choice.note, "");
}

TEST(ChooseDevice, AutoFallsBackToTheCpuAndSaysWhy) {
  const auto choice = choose_device("auto", no_driver());
  EXPECT_THAT(choice.devices, ElementsAre(ComputeDevice{Kind::cpu, 0}));
  EXPECT_THAT(choice.note, HasSubstr("no NVIDIA driver"));
}

TEST(ChooseDevice, CpuIsTakenSilently) { EXPECT_EQ(choose_device("cpu", no_driver()).note, ""); }

TEST(ChooseDevice, NamesAGpuByIndex) {
  EXPECT_THAT(choose_device("cuda", two_gpus()).devices, ElementsAre(ComputeDevice{Kind::cuda, 0}));
  EXPECT_THAT(choose_device("cuda:1", two_gpus()).devices, ElementsAre(ComputeDevice{Kind::cuda, 1}));
}

TEST(ChooseDevice, NamedGpuThatIsMissingIsAnErrorWithTheReason) {
  for (const auto& [name, cuda, part] : {std::tuple{"cuda", no_driver(), "no NVIDIA driver"},
                                         {"cuda:0,1", no_driver(), "no NVIDIA driver"},
                                         {"all", no_driver(), "all: no NVIDIA driver"},
                                         {"cuda:2", two_gpus(), "has 2 GPU"},
                                         {"cuda:0,2", two_gpus(), "has 2 GPU"}}) {
    try {
      choose_device(name, cuda);
      FAIL() << name << " accepted";
    } catch (const DeviceError& e) {
      EXPECT_EQ(e.code(), ErrorCode::device_unavailable);
      EXPECT_THAT(e.what(), HasSubstr(part));
    }
  }
}

TEST(ChooseDevice, NamesSeveralGpusInTheOrderGiven) {
  EXPECT_THAT(choose_device("cuda:1,0", two_gpus()).devices,
              ElementsAre(ComputeDevice{Kind::cuda, 1}, ComputeDevice{Kind::cuda, 0}));
}

TEST(ChooseDevice, AllTakesEveryGpu) {
  EXPECT_THAT(choose_device("all", two_gpus()).devices,
              ElementsAre(ComputeDevice{Kind::cuda, 0}, ComputeDevice{Kind::cuda, 1}));
}

TEST(ChooseDevice, RefusesAGpuNamedTwice) {
  try {
    choose_device("cuda:1,0,1", two_gpus());
    FAIL() << "accepted";
  } catch (const UsageError& e) {
    EXPECT_THAT(e.what(), HasSubstr("cuda:1 is named twice"));
  }
}

TEST(ChooseDevice, RefusesOtherNames) {
  for (const auto* name : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "CPU", "ALL", "all:0",
                           "cuda:0,", "cuda:,1", "cuda:0,,1", "cuda:0, 1", "cpu,cuda", "cuda:99999999999"}) {
    EXPECT_THROW(choose_device(name, two_gpus()), UsageError) << name;
  }
}

}  // namespace
}  // namespace skingauge
