#include "runtime/tile_kernel.hpp"

#include "gpu/device_array.hpp"
#include "runtime/tile_value.hpp"
#include "support/tile_cases.hpp"

#include <cstring>

namespace skingauge {
namespace {

using test::DeviceArray;

// Bytes on the device and those of every index on the CPU.
template <class T>
void expect_same_bytes(Precision precision, unsigned channels, std::size_t count) {
  const auto bytes = test::every_byte(count);
  const DeviceArray tiles(bytes);
  for (const auto& preprocess : test::preprocessings()) {
    const TileBatch batch{Normalisation(preprocess), tiles.get(), bytes.size() / 3};
    const DeviceArray<T> out(batch.pixels * channels);
    ASSERT_EQ(launch_normalise_tiles(batch, channels, precision, out.get(), nullptr), cudaSuccess);
    std::vector<T> expected(batch.pixels * channels);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      expected[i] = tile_value<T>(batch.normalisation, bytes.data(), i, channels);
    }
    const auto found = out.read();
    EXPECT_EQ(std::memcmp(found.data(), expected.data(), expected.size() * sizeof(T)), 0)
        << to_string(precision) << ", " << channels << " channels, " << count << " tiles";
  }
}

TEST(TileKernel, ValuesAreTheIndexFunctions) {
  SKINGAUGE_NEED_GPU();
  for (const std::size_t count : {1U, 3U, 2000U}) {  // the last has more values than a grid has threads
    for (const unsigned channels : {3U, 4U, 8U}) {
      expect_same_bytes<float>(Precision::fp32, channels, count);
      expect_same_bytes<float>(Precision::tf32, channels, count);
      expect_same_bytes<__half>(Precision::fp16, channels, count);
      expect_same_bytes<__nv_bfloat16>(Precision::bf16, channels, count);
    }
  }
}

TEST(TileKernel, OtherChannelCountsAndInt8AreRefused) {
  SKINGAUGE_NEED_GPU();
  const DeviceArray tiles(test::every_byte(1));
  const DeviceArray<float> out(std::size_t{256} * 8);
  const TileBatch batch{Normalisation(Preprocess{}), tiles.get(), 256};
  for (const unsigned channels : {0U, 2U, 5U}) {
    EXPECT_EQ(launch_normalise_tiles(batch, channels, Precision::fp32, out.get(), nullptr),
              cudaErrorInvalidValue);
  }
  EXPECT_EQ(launch_normalise_tiles(batch, 3, Precision::int8, out.get(), nullptr), cudaErrorInvalidValue);
}

}  // namespace
}  // namespace skingauge
