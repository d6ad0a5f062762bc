#include "evaluation/line_source.hpp"

#include "skingauge/error.hpp"

#include <algorithm>
#include <utility>

namespace skingauge {
namespace {
constexpr std::size_t kChunk = std::size_t{1} << 20U;
constexpr std::size_t kLongestCharacter = 4;
}  // namespace

LineSource::LineSource(std::filesystem::path file, std::function<void(std::int64_t, std::int64_t)> progress)
    : file_(std::move(file)), progress_(std::move(progress)) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(file_, ec))
    throw InputError(ErrorCode::evaluation_missing, file_.string() + ": found no such file");
  size_ = static_cast<std::int64_t>(std::filesystem::file_size(file_, ec));
  stream_.open(file_, std::ios::binary);
  if (!stream_) throw InputError(ErrorCode::evaluation_missing, file_.string() + ": cannot be opened");
  start();
}

void LineSource::start() {
  read_chunk();
  const auto packed = packed_format(buffer_);
  if (!packed.empty())
    throw InputError(ErrorCode::evaluation_format,
                     file_.string() + ": found " + std::string(packed) + ", expected text: unpack it first");
  const auto detected = detect_encoding(buffer_);
  if (!detected)
    throw InputError(ErrorCode::evaluation_format,
                     file_.string() + ": found UTF-32, expected UTF-8 or UTF-16");
  encoding_ = detected->encoding;
  if (encoding_ == TextEncoding::utf8) {
    place_ = detected->mark;
  } else {
    decoder_.emplace(encoding_);
    const auto bytes = std::exchange(buffer_, {});
    decoder_->decode(std::string_view(bytes).substr(detected->mark), buffer_);
  }
  // Old spreadsheets on a Mac end their lines with CR alone.
  if (buffer_.find('\n') == std::string::npos && buffer_.find('\r') != std::string::npos) line_end_ = '\r';
}

bool LineSource::read_chunk() {
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

bool LineSource::fill() {
  const bool any = read_chunk();
  if (!decoder_) return any;
  const auto bytes = std::exchange(buffer_, {});
  decoder_->decode(bytes, buffer_);
  if (!any) decoder_->finish(buffer_);
  return any || !buffer_.empty();
}

bool LineSource::next(std::string& line) {
  line.clear();
  bool any = false;
  ended_ = false;
  while (!ended_ && (place_ < buffer_.size() || fill())) {
    any = true;
    const auto end = std::min(buffer_.find(line_end_, place_), buffer_.size());
    if (line.size() < kLongest) line.append(buffer_, place_, std::min(end - place_, kLongest - line.size()));
    ended_ = end < buffer_.size();
    place_ = end + (ended_ ? 1 : 0);
  }
  if (!any) return false;
  ++number_;
  crlf_ = ended_ && line.ends_with('\r');
  if (encoding_ == TextEncoding::utf8) check_utf8(line);
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

// The last character of a line that was cut may be half there.
void LineSource::check_utf8(std::string& line) {
  if (line.find('\0') != std::string::npos) {
    if (auto text = appended_utf16(line)) {
      line = *std::move(text);
      partly_utf16_ = true;
    }
  }
  const auto at = find_not_utf8(line);
  if (at == std::string_view::npos || at + kLongestCharacter > kLongest) return;
  not_utf8_ = true;
  perhaps_cp949_ = perhaps_cp949_ && may_be_cp949(line);
  if (report_not_utf8_) report_not_utf8_(number_, describe_not_utf8(line, at));
}

std::string_view LineSource::end_of_line() const noexcept {
  if (!ended_) return "";
  if (line_end_ == '\r') return "\r";
  return crlf_ ? "\r\n" : "\n";
}

std::string_view LineSource::encoding() const noexcept {
  if (not_utf8_) return perhaps_cp949_ ? "not utf-8, perhaps cp949" : "not utf-8";
  return partly_utf16_ ? "utf-8, partly utf-16le" : to_string(encoding_);
}

}  // namespace skingauge
