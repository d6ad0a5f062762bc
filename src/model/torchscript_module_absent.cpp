#include "skingauge/error.hpp"

#include "model/torchscript_lowering.hpp"
#include "model/torchscript_module.hpp"
#include "model/torchscript_version.hpp"

namespace skingauge {

std::string libtorch_version() { return "none"; }

CheckedModule read_torchscript(const ModelSpec& model, std::span<const std::byte> /*file*/,
                               const CheckTiles& /*tiles*/) {
  throw ModelError(ErrorCode::model_format,
                   model.file.string() + " (" + model.id + "): this build has no LibTorch to read it with");
}

std::variant<Network, NotLowered> lower_torchscript(const CheckedModule& /*checked*/, int /*size*/) {
  return NotLowered{"this build has no LibTorch to read it with"};
}

}  // namespace skingauge
