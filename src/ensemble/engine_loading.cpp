#include "ensemble/engine_loading.hpp"

#include "skingauge/error.hpp"
#include "skingauge/machine.hpp"

#include "core/parallel_for.hpp"
#include "core/sha256.hpp"
#include "runtime/shared_device.hpp"

#include <fstream>

namespace skingauge {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLargestModel = 512U << 20U;

std::vector<std::byte> read_model_file(const fs::path& file, const ModelSpec& model) {
  const auto name = file.string() + " (" + model.id + ")";
  std::error_code ec;
  if (!fs::is_regular_file(file, ec)) throw ModelError(ErrorCode::model_missing, name + ": no such file");
  const auto size = fs::file_size(file, ec);
  if (ec || size > kLargestModel) {
    throw ModelError(ErrorCode::model_format,
                     name + ": " + std::to_string(size) + " bytes, at most " + std::to_string(kLargestModel));
  }
  std::vector<std::byte> bytes(size);
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!stream) throw ModelError(ErrorCode::model_missing, name + ": cannot be read");
  return bytes;
}

}  // namespace

std::vector<std::byte> read_checked_model(const Manifest& manifest, const ModelSpec& model) {
  const auto file = manifest.file_of(model);
  auto bytes = read_model_file(file, model);
  const auto found = sha256_hex(bytes);
  if (found != model.sha256) {
    throw ModelError(ErrorCode::model_hash, file.string() + " (" + model.id + "): SHA-256 is " + found +
                                                ", the manifest expects " + model.sha256);
  }
  return bytes;
}

std::vector<const ModelSpec*> needed_models(const Manifest& manifest, Mode mode) {
  std::vector<const ModelSpec*> needed;
  for (const auto& spec : manifest.models) {
    if ((includes(mode, Task::grade) && spec.has(Task::grade)) ||
        (includes(mode, Task::measurement) && spec.has(Task::measurement)))
      needed.push_back(&spec);
  }
  return needed;
}

EngineChoice load_engine(const Manifest& manifest, const ModelSpec& model, const ComputeDevice& device,
                         const EnsembleOptions& options, std::shared_ptr<SharedDevice> shared) {
  const auto* int8 = options.int8_ranges ? options.int8_ranges->of(model) : nullptr;
  EngineRequest request{model,         manifest.preprocess, {}, device, options.precision, int8,
                        options.cache, std::move(shared)};
  if (!options.factory && options.engine != EngineKind::torchscript) {
    if (auto engine = make_prepared_engine(request)) return {std::move(engine), ""};
  }
  const auto bytes = read_checked_model(manifest, model);
  request.file = bytes;
  if (options.factory) return {options.factory(request), ""};
  return make_engine(request, options.engine);
}

std::vector<LoadedModel> load_models(const Manifest& manifest, const ComputeDevice& device,
                                     const EnsembleOptions& options) {
  std::vector<LoadedModel> models;
  for (const auto* spec : needed_models(manifest, options.mode)) models.push_back({spec, nullptr, ""});
  const auto shared = device.kind == ComputeDevice::Kind::cuda ? std::make_shared<SharedDevice>() : nullptr;
  parallel_for(models.size(), static_cast<std::size_t>(usable_threads()), [&](std::size_t i) {
    auto choice = load_engine(manifest, *models[i].spec, device, options, shared);
    models[i].engine = std::move(choice.engine);
    models[i].note = std::move(choice.note);
  });
  return models;
}

std::string engine_names(const std::vector<LoadedModel>& models) {
  std::string names;
  for (const auto& model : models) {
    const std::string name(model.engine->name());
    if (names.find(name) == std::string::npos) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

}  // namespace skingauge
