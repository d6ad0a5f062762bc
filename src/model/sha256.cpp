#include "sha256.hpp"

#include <array>
#include <new>
#include <string_view>

#include <openssl/evp.h>

namespace skingauge {

std::string sha256_hex(std::span<const std::byte> bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::bad_alloc();
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += {kDigits[digest[i] >> 4U], kDigits[digest[i] & 15U]};
  return hex;
}

}  // namespace skingauge
