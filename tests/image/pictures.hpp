// Pictures made for tests, and JPEGs made of them in memory.
#pragma once

#include "skingauge/image.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <jpeglib.h>  // wants <cstdio> before it
#include <opencv2/core.hpp>
#include <turbojpeg.h>

namespace skingauge::test {

/// A smooth gradient with an edge and seeded noise: exercises every frequency of a JPEG.
inline cv::Mat scene(int width, int height, unsigned seed = 1) {
  std::mt19937 random(seed);
  cv::Mat picture(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto noise = static_cast<int>(random() % 32);
      const int edge = x > width / 3 ? 60 : 0;
      picture.at<cv::Vec3b>(y, x) = {cv::saturate_cast<uchar>(x * 200 / width + noise),
                                     cv::saturate_cast<uchar>(y * 180 / height + edge),
                                     cv::saturate_cast<uchar>(220 - x * 90 / width - noise)};
    }
  }
  return picture;
}

/// A JPEG of a sampling (TJSAMP_...); `flags` as TurboJPEG's; 3 channels B, G, R or 4 channels C, M, Y, K.
inline std::string encode_jpeg(const cv::Mat& picture, int sampling, int flags = 0, int quality = 90) {
  const std::unique_ptr<void, int (*)(void*)> encoder{tjInitCompress(), tjDestroy};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const int format = picture.channels() == 4 ? TJPF_CMYK : TJPF_BGR;
  if (tjCompress2(encoder.get(), picture.data, picture.cols, static_cast<int>(picture.step), picture.rows,
                  format, &bytes, &size, sampling, quality, flags | TJFLAG_ACCURATEDCT) != 0) {
    ADD_FAILURE() << tjGetErrorStr2(encoder.get());
  }
  std::string file(reinterpret_cast<char*>(bytes), size);
  tjFree(bytes);
  return file;
}

/// A JPEG whose luminance has h x v samples for each of the colours: also those TurboJPEG has no name for.
/// A restart marker stands behind every `restart_interval` blocks; 0: none.
inline std::string encode_sampled(const cv::Mat& picture, int h, int v, unsigned restart_interval = 0) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = static_cast<JDIMENSION>(picture.cols);
  info.image_height = static_cast<JDIMENSION>(picture.rows);
  info.input_components = 3;
  info.in_color_space = JCS_EXT_BGR;
  jpeg_set_defaults(&info);
  info.comp_info[0].h_samp_factor = h;
  info.comp_info[0].v_samp_factor = v;
  info.restart_interval = restart_interval;
  jpeg_start_compress(&info, TRUE);
  for (int y = 0; y < picture.rows; ++y) {
    auto* row = const_cast<unsigned char*>(picture.ptr(y));
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  std::string file(reinterpret_cast<char*>(bytes), size);
  std::free(bytes);
  return file;
}

inline Image decode(const std::string& file, const ImageLimits& limits = {}) {
  return Image::decode(std::as_bytes(std::span(file)), limits, "photo.jpg");
}

/// A copy of its pixels.
inline Image to_image(const cv::Mat& picture) {
  const auto size = picture.total() * 3;
  auto pixels = std::make_shared<std::uint8_t[]>(size);
  std::memcpy(pixels.get(), picture.data, size);
  return {picture.cols, picture.rows, std::move(pixels)};
}

/// A copy of its pixels.
inline cv::Mat to_mat(const Image& image) {
  cv::Mat picture(image.height(), image.width(), CV_8UC3);
  std::memcpy(picture.data, image.pixels().data(), image.pixels().size());
  return picture;
}

/// Fails, naming the first pixel that differs, unless both have the same size and bytes.
inline void expect_same(const Image& image, const cv::Mat& expected) {
  ASSERT_FALSE(expected.empty());
  ASSERT_EQ(image.width(), expected.cols);
  ASSERT_EQ(image.height(), expected.rows);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const auto& pixel = expected.at<cv::Vec3b>(y, x);
      const auto* found = image.at(x, y);
      ASSERT_EQ(cv::Vec3b(found[0], found[1], found[2]), pixel) << "at x " << x << ", y " << y;
    }
  }
}

inline std::string patched(std::string file, std::size_t at, const std::string& bytes) {
  return file.replace(at, bytes.size(), bytes);
}

/// A number's bytes, as a JPEG (big) or its EXIF block (either) holds them.
inline std::string number(unsigned value, std::size_t width, bool little) {
  std::string bytes;
  for (std::size_t i = 0; i < width; ++i) {
    bytes += static_cast<char>(value >> (8U * (little ? i : width - 1 - i)));
  }
  return bytes;
}

/// An APP1 segment whose directory holds the picture's width, then the orientation.
inline std::string exif_segment(unsigned orientation, bool little) {
  using namespace std::string_literals;
  const auto entry = [&](unsigned tag, unsigned value) {
    return number(tag, 2, little) + number(3, 2, little) + number(1, 4, little) + number(value, 2, little) +
           "\0\0"s;
  };
  const auto tiff = (little ? "II"s : "MM"s) + number(42, 2, little) + number(8, 4, little) +
                    number(2, 2, little) + entry(0x0100, 31) + entry(0x0112, orientation) +
                    number(0, 4, little);
  const auto payload = "Exif\0\0"s + tiff;
  return "\xFF\xE1"s + number(static_cast<unsigned>(payload.size()) + 2, 2, false) + payload;
}

inline std::string insert_behind_start(std::string file, const std::string& segments) {
  return file.insert(2, segments);
}

}  // namespace skingauge::test
