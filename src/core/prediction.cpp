#include "skingauge/prediction.hpp"

namespace skingauge {

std::string_view to_string(SkipReason reason) noexcept {
  switch (reason) {
    case SkipReason::no_label:
      return "no-label";
    case SkipReason::no_box:
      return "no-box";
    case SkipReason::box_too_small:
      return "box-too-small";
    case SkipReason::box_outside:
      return "box-outside";
    case SkipReason::label_error:
      return "label-error";
    case SkipReason::photo_error:
      return "photo-error";
    case SkipReason::model_error:
      return "model-error";
    case SkipReason::no_block:
      return "no-block";
    case SkipReason::no_value:
      return "no-value";
    case SkipReason::instrument_error:
      return "instrument-error";
    case SkipReason::value_invalid:
      return "value-invalid";
  }
  return "unknown";
}

}  // namespace skingauge
