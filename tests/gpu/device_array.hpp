// Arrays in device memory for tests, and the word for where there is no device.
#pragma once

#include "skingauge/machine.hpp"

#include "runtime/cuda_device.hpp"

#include <cstddef>
#include <memory>
#include <vector>

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

/// Skips a test where no GPU can be used, and says why.
#define SKINGAUGE_NEED_GPU()                                                   \
  do {                                                                         \
    const auto status = ::skingauge::query_cuda(false);                        \
    if (!status.problem.empty()) GTEST_SKIP() << "no GPU: " << status.problem; \
  } while (false)

namespace skingauge::test {

/// Owns a copy of a host array in device memory. Values must be trivially copyable.
template <class T>
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t count) : count_(count) {
    void* memory = nullptr;
    check_cuda(cudaMalloc(&memory, count * sizeof(T)), "cudaMalloc");
    memory_.reset(static_cast<T*>(memory));
  }
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) {
    check_cuda(cudaMemcpy(get(), values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice), "cudaMemcpy");
  }

  [[nodiscard]] T* get() const { return memory_.get(); }
  /// Waits for the default stream, and for whatever failed there.
  [[nodiscard]] std::vector<T> read() const {
    std::vector<T> values(count_);
    check_cuda(cudaMemcpy(values.data(), get(), count_ * sizeof(T), cudaMemcpyDeviceToHost), "cudaMemcpy");
    return values;
  }

 private:
  struct Release {
    void operator()(T* memory) const noexcept { static_cast<void>(cudaFree(memory)); }
  };
  std::size_t count_;
  std::unique_ptr<T, Release> memory_;
};

}  // namespace skingauge::test
