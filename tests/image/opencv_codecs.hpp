// Pictures as OpenCV's imgcodecs writes and reads them; only for builds that have it
// (SKINGAUGE_OTHER_FORMATS).
#pragma once

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

/// What imread(IMREAD_COLOR) answers for a file with these bytes.
inline cv::Mat imread(const std::string& file) {
  return cv::imdecode(cv::Mat(1, static_cast<int>(file.size()), CV_8U, const_cast<char*>(file.data())),
                      cv::IMREAD_COLOR);
}

}  // namespace skingauge::test
