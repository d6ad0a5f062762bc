#include "evaluation/text_encoding.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace skingauge {
namespace {

constexpr std::size_t kSample = 4096;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned char byte_at(std::string_view text, std::size_t at) noexcept {
  return static_cast<unsigned char>(text[at]);
}

bool is_high_surrogate(char16_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(char16_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

void append(char32_t code, std::string& utf8) {
  const auto put = [&](char32_t byte) { utf8 += static_cast<char>(byte); };
  const auto tail = [&](unsigned shift) { put(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    return tail(0);
  }
  if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    tail(6);
    return tail(0);
  }
  put(0xF0U | (code >> 18U));
  tail(12);
  tail(6);
  tail(0);
}

// Whether most characters are Latin: then their NUL bytes stand in even (0) or odd (1) places alone.
// The first ones must be, too: what follows may have been appended.
bool is_latin_utf16(std::string_view text, std::size_t places) noexcept {
  constexpr std::size_t kFirst = 4;
  if (text.size() > kFirst && !is_latin_utf16(text.substr(0, kFirst), places)) return false;
  std::array<std::size_t, 2> nuls{};
  for (std::size_t i = 0; i < text.size(); ++i) nuls[i % 2] += text[i] == '\0' ? 1U : 0U;
  return nuls[places] * 5 > text.size() && nuls[1 - places] * 10 < nuls[places];
}

}  // namespace

std::string_view to_string(TextEncoding encoding) noexcept {
  if (encoding == TextEncoding::utf8) return "utf-8";
  return encoding == TextEncoding::utf16_le ? "utf-16le" : "utf-16be";
}

std::optional<DetectedEncoding> detect_encoding(std::string_view start) noexcept {
  using namespace std::string_view_literals;
  if (start.starts_with("\xFF\xFE\0\0"sv) || start.starts_with("\0\0\xFE\xFF"sv)) return std::nullopt;
  if (start.starts_with("\xEF\xBB\xBF")) return DetectedEncoding{TextEncoding::utf8, 3};
  if (start.starts_with("\xFF\xFE")) return DetectedEncoding{TextEncoding::utf16_le, 2};
  if (start.starts_with("\xFE\xFF")) return DetectedEncoding{TextEncoding::utf16_be, 2};
  const auto sample = start.substr(0, kSample);
  if (is_latin_utf16(sample, 1)) return DetectedEncoding{TextEncoding::utf16_le, 0};
  if (is_latin_utf16(sample, 0)) return DetectedEncoding{TextEncoding::utf16_be, 0};
  return DetectedEncoding{};
}

void Utf16Decoder::decode(std::string_view bytes, std::string& utf8) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = byte_at(bytes, i);
    if (!half_unit_) {
      half_unit_ = byte;
      continue;
    }
    const unsigned first = *std::exchange(half_unit_, std::nullopt);
    unit(static_cast<char16_t>(big_endian_ ? first << 8U | byte : unsigned{byte} << 8U | first), utf8);
  }
}

void Utf16Decoder::unit(char16_t unit, std::string& utf8) {
  const auto high = std::exchange(high_surrogate_, u'\0');
  if (high != 0 && is_low_surrogate(unit)) {
    append(0x10000U + ((char32_t{high} - 0xD800U) << 10U) + (char32_t{unit} - 0xDC00U), utf8);
    return;
  }
  if (high != 0) utf8 += kReplacement;
  if (is_high_surrogate(unit)) {
    high_surrogate_ = unit;
  } else if (is_low_surrogate(unit)) {
    utf8 += kReplacement;
  } else {
    append(unit, utf8);
  }
}

void Utf16Decoder::finish(std::string& utf8) {
  if (half_unit_ || high_surrogate_ != 0) utf8 += kReplacement;
  half_unit_.reset();
  high_surrogate_ = 0;
}

std::optional<std::string> appended_utf16(std::string_view line) {
  if (line.starts_with('\0')) line.remove_prefix(1);
  if (!is_latin_utf16(line, 1) && !line.empty()) return std::nullopt;
  std::string utf8;
  Utf16Decoder decoder(TextEncoding::utf16_le);
  decoder.decode(line, utf8);
  decoder.finish(utf8);
  return utf8;
}

std::size_t utf8_sequence_length(std::string_view text, std::size_t at) noexcept {
  const auto lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, at + i) & 0xC0U) != 0x80) return 0;
  }
  const auto second = byte_at(text, at + 1);
  const bool wrong = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second >= 0xA0) ||
                     (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second >= 0x90);
  return wrong ? 0 : length;
}

std::size_t find_not_utf8(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = utf8_sequence_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

bool may_be_cp949(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = byte_at(text, i);
    if (lead < 0x80) continue;
    if (lead == 0x80 || lead == 0xFF || i + 1 == text.size()) return false;
    const auto trail = byte_at(text, ++i);
    const bool letter = (trail >= 'A' && trail <= 'Z') || (trail >= 'a' && trail <= 'z');
    if (!letter && (trail <= 0x80 || trail == 0xFF)) return false;
  }
  return true;
}

std::string describe_not_utf8(std::string_view line, std::size_t at) {
  std::string bytes;
  for (std::size_t i = at; i < std::min(at + 2, line.size()); ++i) {
    std::array<char, 8> hex{};
    std::snprintf(hex.data(), hex.size(), " 0x%02X", byte_at(line, i));
    bytes += hex.data();
  }
  return "found bytes that are not UTF-8 (" + bytes.substr(1) + " at byte " + std::to_string(at + 1) +
         " of the line)" + (may_be_cp949(line) ? ", as CP949 (Korean Windows) has them" : "") +
         "; save the file as UTF-8";
}

std::string_view packed_format(std::string_view start) noexcept {
  if (start.starts_with("\xFD"
                        "7zXZ"))
    return "an xz archive";
  if (start.starts_with("\x1F\x8B")) return "a gzip archive";
  if (start.starts_with("BZh")) return "a bzip2 archive";
  return start.starts_with("PK\x03\x04") ? "a ZIP archive (or an Excel workbook)" : "";
}

}  // namespace skingauge
