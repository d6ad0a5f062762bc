#include "core/sha256.hpp"

#include "skingauge/error.hpp"

#include "core/ascii.hpp"

#include <array>
#include <fstream>
#include <new>
#include <vector>

#include <openssl/evp.h>

namespace skingauge {
namespace {

EVP_MD_CTX* as_context(void* context) { return static_cast<EVP_MD_CTX*>(context); }

// OpenSSL fails here for want of memory alone.
void check(int status) {
  if (status != 1) throw std::bad_alloc();
}

}  // namespace

void Sha256::Free::operator()(void* context) const noexcept { EVP_MD_CTX_free(as_context(context)); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  check(context_ ? EVP_DigestInit_ex(as_context(context_.get()), EVP_sha256(), nullptr) : 0);
}

void Sha256::update(std::span<const std::byte> bytes) {
  check(EVP_DigestUpdate(as_context(context_.get()), bytes.data(), bytes.size()));
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  check(EVP_DigestFinal_ex(as_context(context_.get()), digest.data(), &size));
  return skingauge::hex(std::as_bytes(std::span(digest).first(size)));
}

std::string sha256_hex(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

std::string sha256_of_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<char> piece(std::size_t{1} << 20U);
  Sha256 hash;
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hash.update(std::as_bytes(std::span(piece).first(static_cast<std::size_t>(stream.gcount()))));
  }
  if (!stream.eof()) throw DiskError(ErrorCode::io_failed, file.string() + ": cannot be read");
  return hash.hex();
}

}  // namespace skingauge
