#include "foreign_formats.hpp"

#include "core/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace skingauge {
namespace {

using namespace std::string_view_literals;
using Bytes = std::span<const std::byte>;

constexpr auto kConvert = "convert it to JPEG"sv;
constexpr auto kExport = "export its pictures as JPEG"sv;
constexpr auto kUnpack = "unpack it first"sv;
constexpr auto kDownload = "fetch the photograph itself"sv;

struct Known {
  std::string_view magic;
  std::size_t at;
  std::string_view name;
  std::string_view advice;
};

constexpr std::array kKnown{
    Known{"GIF8"sv, 0, "GIF picture"sv, kConvert},
    Known{"\xFF\x0A"sv, 0, "JPEG XL picture"sv, kConvert},
    Known{"\0\0\0\x0CJXL \x0D\x0A"sv, 0, "JPEG XL picture"sv, kConvert},
    Known{"\0\0\0\x0CjP  \x0D\x0A"sv, 0, "JPEG 2000 picture"sv, kConvert},
    Known{"\xFF\x4F\xFF\x51"sv, 0, "JPEG 2000 picture"sv, kConvert},
    Known{"8BPS"sv, 0, "Photoshop picture"sv, kConvert},
    Known{"IIRO"sv, 0, "raw picture of a camera"sv, kConvert},
    Known{"IIRS"sv, 0, "raw picture of a camera"sv, kConvert},
    Known{"IIU\0"sv, 0, "raw picture of a camera"sv, kConvert},
    Known{"FUJIFILMCCD-RAW"sv, 0, "raw picture of a camera"sv, kConvert},
    Known{"II+\0"sv, 0, "BigTIFF picture"sv, kConvert},
    Known{"MM\0+"sv, 0, "BigTIFF picture"sv, kConvert},
    Known{"\x76\x2F\x31\x01"sv, 0, "OpenEXR picture"sv, kConvert},
    Known{"\0\0\1\0"sv, 0, "icon"sv, kConvert},
    Known{"DICM"sv, 128, "DICOM picture"sv, kConvert},
    Known{"AVI "sv, 8, "AVI video"sv, kExport},
    Known{"\x1A\x45\xDF\xA3"sv, 0, "Matroska or WebM video"sv, kExport},
    Known{"%PDF"sv, 0, "PDF document"sv, kExport},
    Known{"PK\3\4"sv, 0, "ZIP archive"sv, kUnpack},
    Known{"Rar!"sv, 0, "RAR archive"sv, kUnpack},
    Known{"7z\xBC\xAF\x27\x1C"sv, 0, "7-Zip archive"sv, kUnpack},
    Known{"\x1F\x8B"sv, 0, "gzip archive"sv, kUnpack},
    Known{"ustar"sv, 257, "tar archive"sv, kUnpack},
    Known{"version https://git-lfs"sv, 0, "Git LFS pointer"sv, kDownload},
};

// ISO base media files: brands, the main one first. Files of "mif1" are HEIC or AVIF, as their other brands
// say.
constexpr std::array kBrands{
    Known{"avif"sv, 0, "AVIF picture"sv, kConvert},
    Known{"avis"sv, 0, "AVIF picture"sv, kConvert},
    Known{"hei"sv, 0, "HEIC picture (iPhone)"sv, kConvert},
    Known{"hev"sv, 0, "HEIC picture (iPhone)"sv, kConvert},
    Known{"crx "sv, 0, "raw picture of a camera"sv, kConvert},
    Known{"jxl "sv, 0, "JPEG XL picture"sv, kConvert},
    Known{"jp2 "sv, 0, "JPEG 2000 picture"sv, kConvert},
    Known{"qt  "sv, 0, "QuickTime video"sv, kExport},
};

Known base_media(Bytes bytes) {
  const auto length =
      std::min<std::size_t>(bytes.size(), std::to_integer<std::size_t>(bytes[3]) & ~std::size_t{3});
  for (std::size_t at = 8; at + 4 <= length; at += at == 8 ? 8 : 4) {
    for (const auto& brand : kBrands) {
      if (starts_with(bytes, brand.magic, at)) return brand;
    }
    const bool picture = starts_with(bytes, "mif1", at) || starts_with(bytes, "msf1", at);
    if (at == 8 && !picture) return {"", 0, "MP4 video", kExport};
  }
  return {"", 0, "HEIF picture", kConvert};
}

// The first letters of a text in lower case, without what may stand ahead of them.
std::string beginning(Bytes bytes) {
  std::string text(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 256));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return lower(std::move(text));
}

std::optional<Known> known_text(const std::string& text) {
  if (text.starts_with("<!doctype html") || text.starts_with("<html"))
    return Known{"", 0, "HTML page", kDownload};
  const bool xml = text.starts_with("<?xml");
  if (text.starts_with("<svg") || (xml && text.find("<svg") != std::string::npos))
    return Known{"", 0, "SVG drawing", kConvert};
  if (xml) return Known{"", 0, "XML file", kDownload};
  return text.starts_with("{") ? std::optional(Known{"", 0, "JSON file", kDownload}) : std::nullopt;
}

std::optional<Known> known_format(Bytes bytes) {
  if (starts_with(bytes, "ftyp", 4) && bytes.size() >= 12) return base_media(bytes);
  for (const auto& known : kKnown) {
    if (starts_with(bytes, known.magic, known.at)) return known;
  }
  const auto zero = [](std::byte b) { return b == std::byte{0}; };
  if (bytes.size() >= 4 && std::all_of(bytes.begin(), bytes.end(), zero))
    return Known{"", 0, "nothing but zeros, as a failed copy leaves", kDownload};
  return known_text(beginning(bytes));
}

}  // namespace

bool starts_with(Bytes bytes, std::string_view magic, std::size_t at) noexcept {
  return bytes.size() >= at + magic.size() && std::memcmp(bytes.data() + at, magic.data(), magic.size()) == 0;
}

std::string describe_unreadable(Bytes bytes, std::string_view readable) {
  const auto known = known_format(bytes);
  auto text = "not a " + std::string(readable) + " picture (starts with " +
              hex(bytes.first(std::min<std::size_t>(bytes.size(), 4)), " ") + ")";
  if (!known) return text;
  return std::string(known->name) + ", " + text + "; " + std::string(known->advice);
}

}  // namespace skingauge
