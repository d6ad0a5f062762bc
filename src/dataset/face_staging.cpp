#include "face_staging.hpp"

#include "skingauge/error.hpp"

#include "core/text_file.hpp"

#include <string>
#include <system_error>

namespace skingauge::face {
namespace {

namespace fs = std::filesystem;

// Tells our own leftovers from a folder that only happens to have the name.
constexpr const char* kMarker = "incomplete-synthesis";

[[noreturn]] void fail(const fs::path& path, const std::string& why, const std::error_code& error) {
  throw DiskError(ErrorCode::io_failed, path.string() + ": " + why + ": " + error.message());
}

fs::path without_trailing_slash(const fs::path& root) {
  const auto path = fs::absolute(root).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

Staging::Staging(const fs::path& root) : root_(without_trailing_slash(root)), folder_(root_) {
  folder_ += ".partial";
  refuse_occupied();
  remove_leftover();
  make_folder({});
  write_text_file(folder_ / kMarker, "A synthetic data set that is being written.\n");
}

Staging::~Staging() {
  std::error_code ignored;
  if (!done_) fs::remove_all(folder_, ignored);
}

void Staging::make_folder(const fs::path& relative) const {
  const auto path = relative.empty() ? folder_ : folder_ / relative;
  std::error_code error;
  fs::create_directories(path, error);
  if (error) fail(path, "folder cannot be made", error);
}

void Staging::finish() {
  std::error_code error;
  fs::remove(folder_ / kMarker, error);
  if (!error) fs::remove(root_, error);
  if (!error) fs::rename(folder_, root_, error);
  if (error) fail(root_, "cannot take the finished data set", error);
  done_ = true;
}

void Staging::refuse_occupied() const {
  std::error_code error;
  const auto status = fs::status(root_, error);
  if (!fs::exists(status)) return;
  if (fs::is_directory(status) && fs::is_empty(root_, error) && !error) return;
  throw UsageError(
      ErrorCode::bad_option,
      root_.string() + ": exists and is not an empty folder; a synthetic data set needs a new or empty one");
}

void Staging::remove_leftover() const {
  std::error_code error;
  if (!fs::exists(folder_, error)) return;
  if (!fs::exists(folder_ / kMarker, error) && !fs::is_empty(folder_, error)) {
    throw UsageError(ErrorCode::bad_option,
                     folder_.string() + ": is in the way and was not left by an interrupted synthesis");
  }
  fs::remove_all(folder_, error);
  if (error) fail(folder_, "leftover of an interrupted run cannot be removed", error);
}

}  // namespace skingauge::face
