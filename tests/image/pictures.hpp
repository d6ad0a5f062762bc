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

/// A progressive JPEG whose first scan stands in it twice: the same picture.
inline std::string repeated_first_scan(const std::string& file) {
  const auto scan = file.find("\xFF\xDA");
  const auto next = file.find("\xFF\xC4", scan);
  return std::string(file).insert(next, file.substr(scan, next - scan));
}

/// A JPEG that libjpeg warns of though no pixel is lost, and the sound file with the same pixels.
struct HarmlessOddity {
  const char* name;
  std::string file;
  std::string sound;
};

/// One for each warning of libjpeg's that tells of no damage (jerror.h), as cameras and servers write them.
inline std::vector<HarmlessOddity> harmless_oddities() {
  using namespace std::string_literals;
  const auto sound = encode_jpeg(scene(120, 90), TJSAMP_420);
  const auto progressive = encode_jpeg(scene(120, 90), TJSAMP_420, TJFLAG_PROGRESSIVE);
  const auto spectrum = sound.find("\xFF\xDA"s) + 11;  // Ss, Se, Ah and Al of the only scan
  const auto revision = sound.find("JFIF") + 5;
  const auto tables = sound.find("\xFF\xDB"s);
  const auto adobe = "\xFF\xEE\x00\x0E"s + "Adobe\0\x64\0\0\0\0\x09"s;  // transform 9
  const auto bare = std::string(sound).erase(2, 18);                    // without the JFIF segment
  const auto cut = [](const std::string& file) { return file.substr(0, file.size() - 2); };
  const auto video =
      "\0\0\0\x18"s + "ftypmp42" + std::string(500, '\x5A') + "\xFF\xC4\x00\x20"s + std::string(40, '\xFF');
  return {{"spectral selection 0 to 0, as Samsung's selfie cameras write",
           patched(sound, spectrum, "\0\0\0"s), sound},
          {"successive approximation in a sequential file", patched(sound, spectrum + 2, "\x11"), sound},
          {"JFIF revision 0.02", patched(sound, revision, "\0\2"s), sound},
          {"JFIF revision 2.01", patched(sound, revision, "\2\1"), sound},
          {"unknown Adobe transform", insert_behind_start(bare, adobe), bare},
          {"stray bytes between segments", std::string(sound).insert(tables, "\x12\x34\x56"), sound},
          {"stray bytes ahead of the end", std::string(sound).insert(sound.size() - 2, 40, '\x11'), sound},
          {"no end-of-image marker", cut(sound), sound},
          {"half an end-of-image marker", sound.substr(0, sound.size() - 1), sound},
          {"a video in place of the end-of-image marker", cut(sound) + video, sound},
          {"no end-of-image marker, progressive", cut(progressive), progressive},
          {"a scan's coefficients twice", repeated_first_scan(progressive), progressive}};
}

}  // namespace skingauge::test
