#include "skingauge/error.hpp"

#include <array>

namespace skingauge {
namespace {

// In the order of ErrorCode.
constexpr std::array<std::string_view, static_cast<std::size_t>(ErrorCode::internal_error) + 1> kNames{
    "bad-option",         "image-missing",       "image-empty",     "image-truncated",    "image-format",
    "image-too-large",    "image-size-mismatch", "box-invalid",     "box-outside",        "label-syntax",
    "label-field",        "dataset-layout",      "dataset-empty",   "split-invalid",      "boxes-missing",
    "boxes-syntax",       "boxes-field",         "labels-missing",  "evaluation-missing", "evaluation-format",
    "evaluation-empty",   "manifest-missing",    "manifest-syntax", "manifest-field",     "model-missing",
    "model-hash",         "model-format",        "model-width",     "model-failed",       "model-training",
    "model-inconsistent", "ranges-missing",      "ranges-field",    "device-unavailable", "device-failed",
    "io-failed",          "out-of-memory",       "internal-error",
};

}  // namespace

std::string_view to_string(ErrorCode code) noexcept {
  const auto place = static_cast<std::size_t>(code);
  return place < kNames.size() ? kNames[place] : "unknown";
}

}  // namespace skingauge
