#include "runtime/compute_device.hpp"

#include "skingauge/error.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

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
  EXPECT_EQ(choice.device, (ComputeDevice{Kind::cuda, 0}));
  EXPECT_EQ(choice.note, "");
}

TEST(ChooseDevice, AutoFallsBackToTheCpuAndSaysWhy) {
  const auto choice = choose_device("auto", no_driver());
  EXPECT_EQ(choice.device, (ComputeDevice{Kind::cpu, 0}));
  EXPECT_THAT(choice.note, HasSubstr("no NVIDIA driver"));
}

TEST(ChooseDevice, CpuIsTakenSilently) { EXPECT_EQ(choose_device("cpu", no_driver()).note, ""); }

TEST(ChooseDevice, NamesAGpuByIndex) {
  EXPECT_EQ(choose_device("cuda", two_gpus()).device.index, 0);
  EXPECT_EQ(choose_device("cuda:1", two_gpus()).device.index, 1);
}

TEST(ChooseDevice, NamedGpuThatIsMissingIsAnErrorWithTheReason) {
  for (const auto& [name, cuda, part] :
       {std::tuple{"cuda", no_driver(), "no NVIDIA driver"}, {"cuda:2", two_gpus(), "has 2 GPU"}}) {
    try {
      choose_device(name, cuda);
      FAIL() << name << " accepted";
    } catch (const DeviceError& e) {
      EXPECT_EQ(e.code(), ErrorCode::device_unavailable);
      EXPECT_THAT(e.what(), HasSubstr(part));
    }
  }
}

TEST(ChooseDevice, RefusesOtherNames) {
  for (const auto* name : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "CPU"}) {
    EXPECT_THROW(choose_device(name, two_gpus()), UsageError) << name;
  }
}

}  // namespace
}  // namespace skingauge
