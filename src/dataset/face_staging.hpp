// A folder that appears under its name only when everything in it is written.
#pragma once

#include <filesystem>

namespace skingauge::face {

/// Holds `ROOT.partial`, removed again by the destructor unless `finish` made it ROOT.
class Staging {
 public:
  /// Replaces a `ROOT.partial` that an interrupted run has left. Throws UsageError where ROOT is anything but
  /// absent or an empty folder, or where a foreign `ROOT.partial` is in the way; DiskError where the folder
  /// cannot be made.
  explicit Staging(const std::filesystem::path& root);
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  /// Where to write.
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  /// Makes a folder, given relative to `folder()`, with its parents. Throws DiskError.
  void make_folder(const std::filesystem::path& relative) const;
  /// Gives the folder its name. Throws DiskError.
  void finish();

 private:
  void refuse_occupied() const;
  void remove_leftover() const;

  std::filesystem::path root_;
  std::filesystem::path folder_;
  bool done_{false};
};

}  // namespace skingauge::face
