#include "runtime/mapped_file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace skingauge {
namespace {

[[noreturn]] void fail(int descriptor, const char* what) {
  const int reason = errno;
  if (descriptor >= 0) close(descriptor);
  throw std::system_error(reason, std::generic_category(), what);
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(descriptor, "cannot be opened");
  struct stat status {};
  if (fstat(descriptor, &status) != 0) fail(descriptor, "cannot be asked for its size");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > 0) {
    void* data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    if (data == MAP_FAILED) fail(descriptor, "cannot be mapped");
    bytes_ = {static_cast<std::byte*>(data), size};
  }
  close(descriptor);
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
}

}  // namespace skingauge
