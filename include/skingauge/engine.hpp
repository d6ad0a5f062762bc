// The seam between the ensemble and what runs a network.
#pragma once

#include "skingauge/int8_ranges.hpp"
#include "skingauge/manifest.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace skingauge {

class DeviceNetworkEngine;
class SharedDevice;

/// Arithmetic of the networks. Results are float32 whatever it is.
enum class Precision : std::uint8_t {
  fp32,  ///< TF32 off
  tf32,  ///< float32 storage, TF32 products; CUDA only
  bf16,  ///< on a CPU without bf16 instructions slower than fp32
  fp16,  ///< CUDA only
  int8,  ///< the fused engine only, with ranges found by calibration; a CPU needs 8-bit dot products (VNNI)
};

std::string_view to_string(Precision precision) noexcept;

/// What runs a network: see docs/architecture.md.
enum class EngineKind : std::uint8_t {
  automatic,    ///< fused where it holds, else torchscript
  torchscript,  ///< LibTorch runs the frozen module
  fused,        ///< the module lowered to a Network, run by oneDNN or cuDNN; an error where that cannot be
};

std::string_view to_string(EngineKind kind) noexcept;

/// A compute device by name and index.
struct ComputeDevice {
  enum class Kind : std::uint8_t { cpu, cuda };
  Kind kind{Kind::cpu};
  int index{0};
  friend bool operator==(const ComputeDevice&, const ComputeDevice&) = default;
};

/// "cpu", "cuda:0".
std::string to_string(const ComputeDevice& device);
/// "cpu", "cuda:0,1".
std::string to_string(std::span<const ComputeDevice> devices);

/// Whether a device computes in a precision with instructions made for it (of the CPU: the one at hand).
bool has_instructions(const ComputeDevice& device, Precision precision);

/// What `automatic` prefers on a device.
EngineKind preferred_engine(const ComputeDevice& device);

/// Everything an engine is made from. References live for the call only.
struct EngineRequest {
  const ModelSpec& model;
  const Preprocess& preprocess;
  std::span<const std::byte> file;  ///< the checkpoint's bytes; their hash is already checked
  ComputeDevice device;
  Precision precision{Precision::fp32};
  const ModelRanges* int8{nullptr};        ///< what precision int8 needs of this model; null: it has none
  std::filesystem::path cache{};           ///< folder of prepared networks; empty: none is read or written
  std::shared_ptr<SharedDevice> shared{};  ///< what engines of one GPU share; null: this one shares nothing
};

/// One network on one device: a batch of 8-bit tiles in, a batch of outputs out.
///
/// Implementers guarantee: `run` may be called from many threads at once; outputs depend on their tile alone,
/// within the tolerances of docs/architecture.md, not on the batch's size or order; memory of a failed run is
/// given back, so that a smaller batch may succeed after it.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  /// `tiles` holds count x size x size x 3 bytes, B, G, R (the engine applies the manifest's scale, mean, std
  /// and channel order); `outputs` has room for count x width floats. count >= 1. Throws ModelError
  /// (model-failed), DeviceError, or std::bad_alloc.
  virtual void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) = 0;

  /// "torchscript", "stub", ...: what stands in logs and results.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Of one tile, where the engine knows its network's layers.
  [[nodiscard]] virtual std::optional<std::int64_t> multiply_adds() const noexcept { return std::nullopt; }

  /// The library's own engine of a GPU, which an ensemble keeps busy without waiting for each batch; null for
  /// any other, whose `run` is called.
  [[nodiscard]] virtual DeviceNetworkEngine* on_device() noexcept { return nullptr; }
};

/// Makes an engine. Called from several threads at once while an ensemble loads.
using EngineFactory = std::function<std::unique_ptr<Engine>(const EngineRequest&)>;

/// LibTorch runs the frozen module. Throws ModelError: model-format (not TorchScript, NaN weights),
/// model-width, model-training and model-inconsistent (docs/architecture.md).
std::unique_ptr<Engine> make_torchscript_engine(const EngineRequest& request);

/// An engine, and what a user should know of it on one line: why it is not the one that `automatic` prefers,
/// and what is odd about its outputs. Empty where there is nothing.
struct EngineChoice {
  std::unique_ptr<Engine> engine;
  std::string note;
};

/// The fused engine out of `request.cache`, where a prepared network lies there that was made from this
/// checkpoint (by the hash in the manifest), for this preprocessing, precision, version and machine; else
/// nothing. `request.file` is not looked at.
std::unique_ptr<Engine> make_prepared_engine(const EngineRequest& request);

/// The engine of this kind; a fused one is kept in `request.cache`. Whatever the kind, the network must give
/// the same for a tile alone and beside another one, and a fused engine is checked at once against
/// TorchScript on these tiles. Throws ModelError as above, and where `fused` was asked for and cannot be.
EngineChoice make_engine(const EngineRequest& request, EngineKind kind);

}  // namespace skingauge
