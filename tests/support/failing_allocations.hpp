// A host whose memory runs short at a chosen allocation. Replaces the process's operator new: for one source
// of a program of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace skingauge::test {

/// All threads' allocations count, but for those under a `Spared`.
class FailingAllocations {
 public:
  /// The n-th allocation from now on (1 or more) fails, once.
  static void fail_at(long n) { left_ = n; }
  /// No more failures. Whether the one asked for has happened.
  static bool stop() { return left_.exchange(0) <= 0; }

  static void count() {
    if (spared_ > 0 || left_.load(std::memory_order_relaxed) <= 0) return;
    if (left_.fetch_sub(1) == 1) throw std::bad_alloc();
  }

 private:
  friend class Spared;
  inline static std::atomic<long> left_{0};
  inline static thread_local int spared_{0};
};

/// While it lives, this thread's allocations neither count nor fail: they are the test's own.
class Spared {
 public:
  Spared() { ++FailingAllocations::spared_; }
  ~Spared() { --FailingAllocations::spared_; }
  Spared(const Spared&) = delete;
  Spared& operator=(const Spared&) = delete;
};

}  // namespace skingauge::test

// OpenCV 4.6 loses a picture's pixels where it finds no memory for what it writes down about them.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:cv::Mat::create\n"; }

// Not inlined: where one of a pair is, the compiler takes malloc and delete for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  skingauge::test::FailingAllocations::count();
  if (void* found = std::malloc(bytes == 0 ? 1 : bytes)) return found;
  throw std::bad_alloc();
}
// All forms that are used: a sanitizer has its own of those that are missing, which do not fit together with
// these.
[[gnu::noinline]] void* operator new(std::size_t bytes, const std::nothrow_t& /*unused*/) noexcept {
  try {
    return operator new(bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
[[gnu::noinline]] void* operator new[](std::size_t bytes) { return operator new(bytes); }
[[gnu::noinline]] void* operator new[](std::size_t bytes, const std::nothrow_t& unused) noexcept {
  return operator new(bytes, unused);
}
[[gnu::noinline]] void* operator new(std::size_t bytes, std::align_val_t alignment) {
  skingauge::test::FailingAllocations::count();
  const auto step = static_cast<std::size_t>(alignment);
  if (void* found = std::aligned_alloc(step, (bytes / step + 1) * step)) return found;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t /*bytes*/) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/,
                                       std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
