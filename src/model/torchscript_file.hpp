// Private to the sources that see LibTorch: a checkpoint's bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include <caffe2/serialize/read_adapter_interface.h>

namespace skingauge {

/// Lets LibTorch read a file's bytes without copying them.
class BytesReader final : public caffe2::serialize::ReadAdapterInterface {
 public:
  explicit BytesReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  [[nodiscard]] std::size_t size() const override { return bytes_.size(); }
  std::size_t read(std::uint64_t pos, void* buf, std::size_t n, const char* /*what*/) const override {
    if (pos >= bytes_.size()) return 0;
    n = std::min<std::size_t>(n, bytes_.size() - pos);
    std::memcpy(buf, bytes_.data() + pos, n);
    return n;
  }

 private:
  std::span<const std::byte> bytes_;
};

/// What a file is that LibTorch cannot load, and what to do with it, where its bytes tell: "found a Git LFS
/// pointer, ..."; else empty.
std::string describe_foreign_file(std::span<const std::byte> file);

}  // namespace skingauge
