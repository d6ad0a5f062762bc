// Text files come in the encodings that shells and spreadsheets write; everything behind this reads UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace skingauge {

enum class TextEncoding : std::uint8_t { utf8, utf16_le, utf16_be };

/// "utf-8", "utf-16le" (a Windows shell's), "utf-16be".
std::string_view to_string(TextEncoding encoding) noexcept;

struct DetectedEncoding {
  TextEncoding encoding{TextEncoding::utf8};
  std::size_t mark{0};  ///< bytes of the byte order mark before the text
};

/// Detects a file's encoding from its first bytes: by the byte order mark, else by where NUL bytes stand
/// (Latin text in UTF-16 has them in every second place). Empty: UTF-32, which is not read.
std::optional<DetectedEncoding> detect_encoding(std::string_view start) noexcept;

/// Turns UTF-16 into UTF-8, in parts of any length. An unpaired surrogate becomes U+FFFD.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(TextEncoding encoding) : big_endian_(encoding == TextEncoding::utf16_be) {}
  /// Appends what is complete; half a character waits for the next part.
  void decode(std::string_view bytes, std::string& utf8);
  /// Appends U+FFFD where half a character waits.
  void finish(std::string& utf8);

 private:
  void unit(char16_t unit, std::string& utf8);
  bool big_endian_;
  std::optional<unsigned char> half_unit_;
  char16_t high_surrogate_{0};
};

/// The text of a line of UTF-16 that stands in a file of UTF-8, as ">>" of a Windows shell appends it; empty
/// where the line is none. `line` was split at its LF byte, so the other half of that LF may stand in front.
std::optional<std::string> appended_utf16(std::string_view line);

/// The length of the well-formed UTF-8 sequence at a place, or 0: no overlong forms, no surrogates, none
/// above U+10FFFF.
std::size_t utf8_sequence_length(std::string_view text, std::size_t at) noexcept;

/// The place of the first byte that is not part of well-formed UTF-8, or npos.
std::size_t find_not_utf8(std::string_view text) noexcept;

/// Whether everything beyond ASCII is made of the byte pairs of CP949, the encoding of Korean Windows.
bool may_be_cp949(std::string_view text) noexcept;

/// "found bytes that are not UTF-8 (0xC7 0xD1 at byte 5 of the line), as CP949 (Korean Windows) has them;
/// save the file as UTF-8". `at` as found above.
std::string describe_not_utf8(std::string_view line, std::size_t at);

/// What a file that is no text is, by its first bytes: "an xz archive", "a ZIP archive (or an Excel
/// workbook)"; empty where nothing is known.
std::string_view packed_format(std::string_view start) noexcept;

}  // namespace skingauge
