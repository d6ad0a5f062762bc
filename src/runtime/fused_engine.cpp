#include "skingauge/engine.hpp"
#include "skingauge/error.hpp"

#include "model/torchscript_lowering.hpp"
#include "runtime/dnnl_network.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>
#include <vector>

namespace skingauge {
namespace {

class FusedCpuEngine final : public Engine {
 public:
  FusedCpuEngine(const Network& network, const EngineRequest& request)
      : network_(network, request.preprocess.size, Normalisation(request.preprocess), request.precision) {}

  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override {
    network_.run(tiles, count, outputs);
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "fused"; }

 private:
  DnnlNetwork network_;
};

// Pictures of noise, the same on every machine: each layer sees all of its range.
std::vector<std::uint8_t> fixed_tiles(std::size_t bytes) {
  std::mt19937 random(523);
  std::vector<std::uint8_t> tiles(bytes);
  for (auto& value : tiles) value = static_cast<std::uint8_t>(random() >> 24U);
  return tiles;
}

// The largest difference that still counts as the same, beside outputs of this size (docs/architecture.md).
double tolerance(Precision precision, double largest) {
  return (precision == Precision::fp32 ? 1e-3 : 0.1) * std::max(1.0, largest);
}

// Why the engine's answers are not those of TorchScript, or empty.
std::string difference(Engine& engine, const EngineRequest& request) {
  constexpr std::size_t kTiles = 2;
  const auto size = static_cast<std::size_t>(request.preprocess.size);
  const auto tiles = fixed_tiles(kTiles * size * size * 3U);
  std::vector<float> found(kTiles * static_cast<std::size_t>(request.model.width()));
  auto expected = found;
  engine.run(tiles, kTiles, found);
  auto plain = request;
  plain.precision = Precision::fp32;
  make_torchscript_engine(plain)->run(tiles, kTiles, expected);
  double largest = 0;
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
    const double distance = std::abs(static_cast<double>(found[i]) - expected[i]);
    worst = std::isfinite(distance) ? std::max(worst, distance) : HUGE_VAL;
  }
  if (worst <= tolerance(request.precision, largest)) return "";
  std::ostringstream text;
  text << "differs from TorchScript by " << worst << ", allowed " << tolerance(request.precision, largest);
  return text.str();
}

// The fused engine, or why there is none.
struct Fused {
  std::unique_ptr<Engine> engine;
  std::string reason;
};

Fused fuse(const EngineRequest& request) {
  if (request.device.kind != ComputeDevice::Kind::cpu) return {nullptr, "runs on the CPU alone so far"};
  if (request.precision != Precision::fp32 && request.precision != Precision::bf16)
    return {nullptr, "has fp32 and bf16 alone"};
  const auto lowered = lower_torchscript(request.model, request.file);
  if (const auto* why = std::get_if<NotLowered>(&lowered)) return {nullptr, why->reason};
  const auto& network = std::get<Network>(lowered);
  if (network.channels != 3 || network.width() != request.model.width())
    return {nullptr, "another width than the manifest's heads"};
  try {
    auto engine = std::make_unique<FusedCpuEngine>(network, request);
    auto reason = difference(*engine, request);
    if (!reason.empty()) return {nullptr, std::move(reason)};
    return {std::move(engine), ""};
  } catch (const std::invalid_argument& wrong) {
    return {nullptr, wrong.what()};
  } catch (const ModelError& failed) {
    return {nullptr, failed.what()};
  }
}

}  // namespace

EngineChoice make_engine(const EngineRequest& request, EngineKind kind) {
  if (kind == EngineKind::torchscript) return {make_torchscript_engine(request), ""};
  if (kind == EngineKind::automatic && request.device.kind != ComputeDevice::Kind::cpu)
    return {make_torchscript_engine(request), ""};
  auto fused = fuse(request);
  if (fused.engine) return {std::move(fused.engine), ""};
  if (kind == EngineKind::fused) {
    throw ModelError(ErrorCode::model_format, request.model.file.string() + " (" + request.model.id +
                                                  "): cannot run fused: " + fused.reason);
  }
  return {make_torchscript_engine(request), request.model.id + " runs as TorchScript: " + fused.reason};
}

}  // namespace skingauge
