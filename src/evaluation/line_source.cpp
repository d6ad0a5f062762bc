#include "evaluation/line_source.hpp"

#include "skingauge/error.hpp"

#include <algorithm>
#include <string_view>

namespace skingauge {
namespace {
constexpr std::size_t kChunk = std::size_t{1} << 20U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
}  // namespace

LineSource::LineSource(std::filesystem::path file, std::function<void(std::int64_t, std::int64_t)> progress)
    : file_(std::move(file)), progress_(std::move(progress)) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(file_, ec))
    throw InputError(ErrorCode::evaluation_missing, file_.string() + ": found no such file");
  size_ = static_cast<std::int64_t>(std::filesystem::file_size(file_, ec));
  stream_.open(file_, std::ios::binary);
  if (!stream_) throw InputError(ErrorCode::evaluation_missing, file_.string() + ": cannot be opened");
  fill();
  if (buffer_.starts_with(kByteOrderMark)) place_ = kByteOrderMark.size();
}

bool LineSource::fill() {
  buffer_.resize(kChunk);
  stream_.read(buffer_.data(), static_cast<std::streamsize>(kChunk));
  if (stream_.bad()) throw DiskError(ErrorCode::io_failed, file_.string() + ": reading failed");
  buffer_.resize(static_cast<std::size_t>(stream_.gcount()));
  place_ = 0;
  hash_.update(std::as_bytes(std::span(buffer_)));
  read_ += static_cast<std::int64_t>(buffer_.size());
  if (progress_ && !buffer_.empty()) progress_(read_, std::max(read_, size_));
  return !buffer_.empty();
}

bool LineSource::next(std::string& line) {
  line.clear();
  bool any = false;
  ended_ = false;
  while (!ended_ && (place_ < buffer_.size() || fill())) {
    any = true;
    const auto end = std::min(buffer_.find('\n', place_), buffer_.size());
    if (line.size() < kLongest) line.append(buffer_, place_, std::min(end - place_, kLongest - line.size()));
    ended_ = end < buffer_.size();
    place_ = end + (ended_ ? 1 : 0);
  }
  if (!any) return false;
  ++number_;
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

}  // namespace skingauge
