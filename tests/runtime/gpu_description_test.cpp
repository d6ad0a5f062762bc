#include "runtime/gpu_description.hpp"

#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace skingauge {
namespace {

TEST(GpuDescription, OfEveryKnownGpuIsTakenBackAsItWasWritten) {
  for (const auto& name : known_gpus()) {
    const auto gpu = gpu_description(name);
    const auto again = parse_gpu_description(gpu.properties, name);
    EXPECT_EQ(again.name, gpu.name) << name;
    EXPECT_EQ(again.capability, gpu.capability) << name;
    EXPECT_EQ(again.properties, gpu.properties) << name;
    EXPECT_GT(gpu.memory, 20ULL << 30U) << name;
  }
}

TEST(GpuDescription, IsFoundWhateverTheCaseOfItsName) {
  EXPECT_EQ(gpu_description("H200").name, "NVIDIA H200");
  EXPECT_EQ(gpu_description("h200").capability, 90);
}

TEST(GpuDescription, IsReadFromAFile) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "gpu.json";
  test::write_bytes(file, gpu_description("l4").properties);
  EXPECT_EQ(gpu_description(file.string()).name, "NVIDIA L4");
}

TEST(GpuDescription, NamesWhatIsKnownWhereTheTargetIsNeitherKnownNorAFile) {
  test::expect_error<UsageError>(ErrorCode::bad_option, {"voodoo2", "h200", "--describe-device"},
                                 [] { gpu_description("voodoo2"); });
}

void expect_no_description(const std::string& text, const std::string& what) {
  test::expect_error<UsageError>(ErrorCode::bad_option, {"gpu.json", what},
                                 [&] { parse_gpu_description(text, "gpu.json"); });
}

TEST(GpuDescription, NamesTheFieldThatAFileLacksOrHasWrong) {
  auto missing = gpu_description("l4").properties;
  missing.replace(missing.find("warpSize"), 8, "warpsize");
  expect_no_description(missing, "\"warpSize\" is missing");
  auto other = gpu_description("l4").properties;
  other.replace(other.find("\"NVIDIA L4\""), 11, "4");
  expect_no_description(other, "deviceName");
  expect_no_description("[1, 2", "gpu.json");
}

}  // namespace
}  // namespace skingauge
