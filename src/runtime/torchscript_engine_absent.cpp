#include "skingauge/engine.hpp"
#include "skingauge/error.hpp"

namespace skingauge {

std::unique_ptr<Engine> make_torchscript_engine(const EngineRequest& request) {
  throw ModelError(ErrorCode::model_format,
                   request.model.file.string() + ": this build has no LibTorch to run it with");
}

}  // namespace skingauge
