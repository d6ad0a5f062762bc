// One decoder per family of formats, behind Image::decode.
#pragma once

#include "skingauge/image.hpp"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

bool is_jpeg(std::span<const std::byte> bytes) noexcept;

/// Decodes the whole of a JPEG; see Image::read for the rules and errors.
Image decode_jpeg(std::span<const std::byte> bytes, const ImageLimits& limits, const std::string& name);

/// Decodes PNG, BMP, TIFF or WebP through OpenCV; throws image-format for anything else, and for these in a
/// build without them.
Image decode_other(std::span<const std::byte> bytes, const ImageLimits& limits, const std::string& name);

/// Throws image-too-large where a header claims more than the limits allow, image-format for a size under 1
/// x 1.
void check_claimed_size(long long width, long long height, const ImageLimits& limits,
                        const std::string& name);

/// A regular file's bytes. Throws image-missing, image-empty, image-too-large.
std::vector<std::byte> read_photo_file(const std::filesystem::path& path, const ImageLimits& limits);

}  // namespace skingauge
