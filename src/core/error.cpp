#include "skingauge/error.hpp"

namespace skingauge {

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::bad_option:
      return "bad-option";
    case ErrorCode::image_missing:
      return "image-missing";
    case ErrorCode::image_empty:
      return "image-empty";
    case ErrorCode::image_truncated:
      return "image-truncated";
    case ErrorCode::image_format:
      return "image-format";
    case ErrorCode::image_too_large:
      return "image-too-large";
    case ErrorCode::image_size_mismatch:
      return "image-size-mismatch";
    case ErrorCode::box_invalid:
      return "box-invalid";
    case ErrorCode::box_outside:
      return "box-outside";
    case ErrorCode::label_syntax:
      return "label-syntax";
    case ErrorCode::label_field:
      return "label-field";
    case ErrorCode::dataset_layout:
      return "dataset-layout";
    case ErrorCode::dataset_empty:
      return "dataset-empty";
    case ErrorCode::split_invalid:
      return "split-invalid";
    case ErrorCode::boxes_missing:
      return "boxes-missing";
    case ErrorCode::boxes_syntax:
      return "boxes-syntax";
    case ErrorCode::boxes_field:
      return "boxes-field";
    case ErrorCode::labels_missing:
      return "labels-missing";
    case ErrorCode::evaluation_missing:
      return "evaluation-missing";
    case ErrorCode::evaluation_format:
      return "evaluation-format";
    case ErrorCode::evaluation_empty:
      return "evaluation-empty";
    case ErrorCode::manifest_missing:
      return "manifest-missing";
    case ErrorCode::manifest_syntax:
      return "manifest-syntax";
    case ErrorCode::manifest_field:
      return "manifest-field";
    case ErrorCode::model_missing:
      return "model-missing";
    case ErrorCode::model_hash:
      return "model-hash";
    case ErrorCode::model_format:
      return "model-format";
    case ErrorCode::model_width:
      return "model-width";
    case ErrorCode::model_failed:
      return "model-failed";
    case ErrorCode::model_training:
      return "model-training";
    case ErrorCode::model_inconsistent:
      return "model-inconsistent";
    case ErrorCode::ranges_missing:
      return "ranges-missing";
    case ErrorCode::ranges_field:
      return "ranges-field";
    case ErrorCode::device_unavailable:
      return "device-unavailable";
    case ErrorCode::device_failed:
      return "device-failed";
    case ErrorCode::io_failed:
      return "io-failed";
    case ErrorCode::out_of_memory:
      return "out-of-memory";
    case ErrorCode::internal_error:
      return "internal-error";
  }
  return "unknown";
}

}  // namespace skingauge
