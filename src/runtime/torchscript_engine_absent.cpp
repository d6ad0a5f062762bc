#include "skingauge/error.hpp"

#include "runtime/checked_module.hpp"

namespace skingauge {

std::unique_ptr<Engine> make_torchscript_engine(const EngineRequest& request,
                                                const CheckedModule& /*checked*/) {
  throw ModelError(ErrorCode::model_format,
                   request.model.file.string() + ": this build has no LibTorch to run it with");
}

}  // namespace skingauge
