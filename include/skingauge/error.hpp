// The one error story: exceptions inside the library, translated once at the border (the program).
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace skingauge {

/// What went wrong, by name. The names (`to_string`) are a contract: they stand in results, logs and reports.
enum class ErrorCode {
  // usage
  bad_option,
  // input: photographs
  image_missing,
  image_empty,
  image_truncated,
  image_format,
  image_too_large,
  image_size_mismatch,
  // input: boxes, labels, data sets
  box_invalid,
  box_outside,
  label_syntax,
  label_field,
  dataset_layout,
  dataset_empty,
  split_invalid,
  boxes_missing,
  boxes_syntax,
  boxes_field,
  labels_missing,
  // input: predictions to evaluate
  evaluation_missing,
  evaluation_format,
  evaluation_empty,
  // model
  manifest_missing,
  manifest_syntax,
  manifest_field,
  model_missing,
  model_hash,
  model_format,
  model_width,
  model_failed,
  model_training,      ///< traced or scripted in training mode: dropout or batch norm is active
  model_inconsistent,  ///< outputs of a tile depend on the batch it is in, or differ from run to run
  ranges_missing,
  ranges_field,
  // device
  device_unavailable,
  device_failed,
  // disk
  io_failed,
  // the program itself
  out_of_memory,
  internal_error,
};

/// The kebab-case name of a code, e.g. "image-truncated".
std::string_view to_string(ErrorCode code) noexcept;

/// Base of what the library throws for files, options, devices: `what()` names the thing, what was found and
/// expected. Arguments against a function's contract are std::invalid_argument, short memory std::bad_alloc.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

/// The caller asked for something that does not exist or contradicts itself: an option out of its range.
class UsageError : public Error {
  using Error::Error;
};
/// A photograph, label, box, split or data set is missing, damaged or against the protocol.
class InputError : public Error {
  using Error::Error;
};
/// A manifest or a checkpoint is missing, damaged, untrusted or of the wrong shape.
class ModelError : public Error {
  using Error::Error;
};
/// A compute device is missing or failed.
class DeviceError : public Error {
  using Error::Error;
};
/// Reading or writing files failed for a reason of the machine's: no space, no permission, I/O error.
class DiskError : public Error {
  using Error::Error;
};

/// A failure of one item, as a value in a result: its neighbours are not touched by it.
struct ItemError {
  ErrorCode code{};
  std::string message;
  friend bool operator==(const ItemError&, const ItemError&) = default;
};

}  // namespace skingauge
