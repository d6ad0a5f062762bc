// From a manifest's model to a running engine.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/ensemble.hpp"
#include "skingauge/manifest.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace skingauge {

/// A model of the manifest with its engine.
struct LoadedModel {
  const ModelSpec* spec{nullptr};
  std::unique_ptr<Engine> engine;
  std::string note;  ///< as EngineChoice's
};

/// A model's file. Throws ModelError: model-missing; model-hash where it is not the one that the manifest
/// names.
std::vector<std::byte> read_checked_model(const Manifest& manifest, const ModelSpec& model);

/// The models that answer a mode's tasks, in the manifest's order.
std::vector<const ModelSpec*> needed_models(const Manifest& manifest, Mode mode);

/// Reads a model's file, checks its hash before anything else sees a byte, and makes its engine.
/// `shared` is for all engines of one GPU. Throws ModelError: model-missing, model-hash, and what make_engine
/// or the factory throws.
EngineChoice load_engine(const Manifest& manifest, const ModelSpec& model, const ComputeDevice& device,
                         const EnsembleOptions& options, std::shared_ptr<SharedDevice> shared = {});

/// The models a mode needs, loaded in parallel, in the manifest's order. The first failure (in that order) is
/// thrown.
std::vector<LoadedModel> load_models(const Manifest& manifest, const ComputeDevice& device,
                                     const EnsembleOptions& options);

/// The engines' names, each once: "fused", or "fused, torchscript".
std::string engine_names(const std::vector<LoadedModel>& models);

}  // namespace skingauge
