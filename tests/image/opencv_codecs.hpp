// Pictures as OpenCV's imgcodecs writes and reads them; only for builds that have it
// (SKINGAUGE_OTHER_FORMATS).
#pragma once

#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

namespace skingauge::test {

inline std::string encode(const char* extension, const cv::Mat& picture,
                          const std::vector<int>& options = {}) {
  std::vector<uchar> bytes;
  if (!cv::imencode(extension, picture, bytes, options)) ADD_FAILURE() << "cannot encode " << extension;
  return {bytes.begin(), bytes.end()};
}

/// What imread(IMREAD_COLOR) returns for a file with these bytes. imdecode differs where a file ends too
/// early.
inline cv::Mat imread(const std::string& bytes) {
  static const TemporaryFolder folder;
  const auto file = folder.path() / "photo.jpg";
  write_bytes(file, bytes);
  return cv::imread(file.string(), cv::IMREAD_COLOR);
}

}  // namespace skingauge::test
