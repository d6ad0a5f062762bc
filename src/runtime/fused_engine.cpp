#include "runtime/fused_engine.hpp"

#include "skingauge/engine.hpp"
#include "skingauge/error.hpp"
#include "skingauge/preprocess.hpp"
#include "skingauge/version.hpp"

#include "core/text_file.hpp"
#include "model/torchscript_lowering.hpp"
#include "runtime/answer_difference.hpp"
#include "runtime/device_weights.hpp"
#include "runtime/dnnl_network.hpp"
#include "runtime/fused_cuda_engine.hpp"
#include "runtime/int8_simulation.hpp"
#include "runtime/network_ranges.hpp"

#include <random>
#include <sstream>
#include <vector>

namespace skingauge {
namespace {

bool on_cpu(const EngineRequest& request) { return request.device.kind == ComputeDevice::Kind::cpu; }

// What int8 needs on the request's device; nothing in other precisions.
ByteRanges byte_ranges(const EngineRequest& request) {
  if (request.int8 == nullptr) return {};
  return on_cpu(request) ? request.int8->cpu : request.int8->gpu;
}

class FusedCpuEngine final : public Engine {
 public:
  FusedCpuEngine(const Network& network, const EngineRequest& request, PreparedNetwork* packed)
      : network_(network, request.preprocess.size, Normalisation(request.preprocess), request.precision,
                 byte_ranges(request).ranges, packed),
        multiply_adds_(skingauge::multiply_adds(network, request.preprocess.size, request.preprocess.size)) {}
  FusedCpuEngine(const PreparedNetwork& prepared, const EngineRequest& request)
      : network_(prepared, request.preprocess.size, Normalisation(request.preprocess), request.precision),
        multiply_adds_(
            skingauge::multiply_adds(prepared.network, request.preprocess.size, request.preprocess.size)) {}

  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override {
    network_.run(tiles, count, outputs);
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "fused"; }
  [[nodiscard]] std::optional<std::int64_t> multiply_adds() const noexcept override { return multiply_adds_; }

 private:
  DnnlNetwork network_;
  std::int64_t multiply_adds_;
};

// Pictures of noise, the same on every machine: each layer sees all of its range.
constexpr std::size_t kTiles = 1;
std::vector<std::uint8_t> fixed_tiles(const Preprocess& preprocess) {
  std::mt19937 random(523);
  std::vector<std::uint8_t> tiles(kTiles * tile_bytes(preprocess));
  for (auto& value : tiles) value = static_cast<std::uint8_t>(random() >> 24U);
  return tiles;
}

// What the network as such answers, whatever precision it will run in.
std::vector<float> float_answers(const Network& network, const EngineRequest& request,
                                 const std::vector<std::uint8_t>& tiles) {
  return see_values(network, request.preprocess.size, Normalisation(request.preprocess), tiles, kTiles,
                    [](std::size_t, std::span<const float>) {});
}

// The fused engine, perhaps with something to say, or why there is none.
struct Fused {
  std::unique_ptr<Engine> engine;
  std::string reason;
};

// What a prepared network was made from and for.
std::string cache_key(const EngineRequest& request) {
  const auto& p = request.preprocess;
  std::ostringstream text;
  text.precision(17);
  text << "skingauge " << version() << "\n"
       << (on_cpu(request) ? dnnl_identity() : cuda_identity()) << "\n"
       << request.model.sha256 << " " << request.model.width() << "\n"
       << to_string(request.precision) << " " << p.size << " " << static_cast<int>(p.order) << " " << p.scale;
  for (std::size_t c = 0; c < 3; ++c) text << " " << p.mean[c] << " " << p.std[c];
  if (request.precision == Precision::int8) {
    const auto bytes = byte_ranges(request);
    for (const float range : bytes.ranges) text << " " << range;
    for (const float shift : bytes.shift) text << " " << shift;
  }
  return text.str();
}

std::filesystem::path cache_file(const EngineRequest& request) {
  return request.cache /
         (request.model.sha256.substr(0, 16) + "-" + std::string(to_string(request.precision)) +
          (on_cpu(request) ? "" : "-cuda") + ".prepared");
}

void keep(const EngineRequest& request, const PreparedNetwork& prepared) {
  make_folder(request.cache);
  write_prepared(cache_file(request), cache_key(request), prepared);
}

std::optional<PreparedNetwork> kept(const EngineRequest& request) {
  if (request.cache.empty()) return std::nullopt;
  std::string why;
  return read_prepared(cache_file(request), cache_key(request), why);
}

// A cache that cannot be written costs time, not results: what to say of it, or empty.
std::string kept_in_cache(const EngineRequest& request, const PreparedNetwork& prepared) {
  try {
    keep(request, prepared);
    return "";
  } catch (const DiskError& e) {
    return e.what();
  }
}

std::string missing_on_cpu(const EngineRequest& request) {
  if (request.precision == Precision::fp32) return "";
  if (request.precision == Precision::bf16) return dnnl_has_bf16() ? "" : "bf16 needs a CPU with AVX-512";
  if (request.precision != Precision::int8) return "a CPU has fp32, bf16 and int8 alone";
  return has_instructions(request.device, request.precision)
             ? ""
             : "int8 needs a CPU with 8-bit dot products (VNNI)";
}

std::string missing_for(const EngineRequest& request) {
  auto reason = on_cpu(request) ? missing_on_cpu(request) : missing_for_cuda();
  if (reason.empty() && request.precision == Precision::int8 && request.int8 == nullptr)
    reason = "int8 needs ranges: skingauge models calibrate";
  return reason;
}

// Throws std::invalid_argument: a network that does not answer what the manifest says is of no use anywhere.
void check_width(const Network& network, const EngineRequest& request) {
  if (network.channels != 3 || network.width() != request.model.width())
    throw std::invalid_argument("another width than the manifest's heads");
}

// What float32 makes of the lowered network, where its own precision will say little: why that is not what
// TorchScript answers, or empty.
std::string lowering_difference(const Lowered& lowered, const EngineRequest& request,
                                const std::vector<std::uint8_t>& tiles) {
  if (request.precision != Precision::int8) return "";
  return answer_difference(float_answers(lowered.network, request, tiles), lowered.outputs, Precision::fp32);
}

Fused build_on_cpu(Lowered& lowered, const EngineRequest& request, const std::vector<std::uint8_t>& tiles) {
  auto& network = lowered.network;
  if (request.precision == Precision::int8) shift_outputs(network, request.int8->cpu.shift);
  const bool keep = !request.cache.empty();
  PreparedNetwork packed;
  auto engine = std::make_unique<FusedCpuEngine>(network, request, keep ? &packed : nullptr);
  std::vector<float> found(lowered.outputs.size());
  engine->run(tiles, kTiles, found);
  auto reason = answer_difference(found, lowered.outputs, request.precision);
  if (!reason.empty()) return {nullptr, std::move(reason)};
  return {std::move(engine), keep ? kept_in_cache(request, packed) : ""};
}

// With what it must answer to the fixed tile: what TorchScript does, or in 8 bits what those make of it.
PreparedNetwork prepared_for_gpu(Lowered& lowered, const EngineRequest& request,
                                 const std::vector<std::uint8_t>& tiles) {
  auto& network = lowered.network;
  if (request.precision != Precision::int8)
    return prepare_for_device(network, request.precision, lowered.outputs);
  const auto& [ranges, shift] = request.int8->gpu;
  shift_outputs(network, shift);
  const auto answers = gpu_int8_answers(network, request.preprocess.size, Normalisation(request.preprocess),
                                        ranges, tiles, kTiles);
  return prepare_for_device(network, request.precision, answers, ranges);
}

// What it answers is looked at once it is on the device, with all others.
Fused build_on_cuda(Lowered& lowered, const EngineRequest& request, const std::vector<std::uint8_t>& tiles) {
  auto prepared = prepared_for_gpu(lowered, request, tiles);
  const auto said = request.cache.empty() ? "" : kept_in_cache(request, prepared);
  return {make_fused_cuda_engine(request, std::move(prepared), tiles), said};
}

Fused build(Lowered& lowered, const EngineRequest& request, const std::vector<std::uint8_t>& tiles) {
  check_width(lowered.network, request);
  if (auto reason = lowering_difference(lowered, request, tiles); !reason.empty())
    return {nullptr, std::move(reason)};
  return on_cpu(request) ? build_on_cpu(lowered, request, tiles) : build_on_cuda(lowered, request, tiles);
}

std::variant<Lowered, NotLowered> lower(const EngineRequest& request,
                                        const std::vector<std::uint8_t>& tiles) {
  const int size = request.preprocess.size;
  std::vector<float> planes(tiles.size());
  write_planes(Normalisation(request.preprocess), tiles, size, planes.data());
  return lower_torchscript(request.model, request.file, planes, size);
}

Fused fuse(const EngineRequest& request) {
  if (auto reason = missing_for(request); !reason.empty()) return {nullptr, std::move(reason)};
  const auto tiles = fixed_tiles(request.preprocess);
  auto lowered = lower(request, tiles);
  if (const auto* why = std::get_if<NotLowered>(&lowered)) return {nullptr, why->reason};
  try {
    return build(std::get<Lowered>(lowered), request, tiles);
  } catch (const std::invalid_argument& wrong) {
    return {nullptr, wrong.what()};
  } catch (const ModelError& failed) {
    return {nullptr, failed.what()};
  }
}

[[noreturn]] void cannot(const EngineRequest& request, const std::string& reason) {
  throw ModelError(ErrorCode::model_format, request.model.file.string() + " (" + request.model.id +
                                                "): cannot run fused in " +
                                                std::string(to_string(request.precision)) + ": " + reason);
}

}  // namespace

std::unique_ptr<Engine> make_prepared_engine(const EngineRequest& request) {
  if (!missing_for(request).empty()) return nullptr;
  const auto prepared = kept(request);
  if (!prepared) return nullptr;
  try {
    if (on_cpu(request)) return std::make_unique<FusedCpuEngine>(*prepared, request);
    return make_fused_cuda_engine(request, *prepared, fixed_tiles(request.preprocess));
  } catch (const std::invalid_argument&) {
    return nullptr;  // made anew
  } catch (const ModelError&) {
    return nullptr;
  }
}

std::unique_ptr<DeviceNetwork> plan_prepared_on_cuda(const EngineRequest& request,
                                                     std::shared_ptr<DeviceLayers> layers) {
  if (auto reason = missing_for(request); !reason.empty()) cannot(request, reason);
  auto prepared = kept(request);
  if (!prepared) return nullptr;
  try {
    return make_network_on_cuda(request, std::move(*prepared), std::move(layers),
                                fixed_tiles(request.preprocess));
  } catch (const std::invalid_argument&) {
    return nullptr;  // made anew
  }
}

std::unique_ptr<DeviceNetwork> plan_on_cuda(const EngineRequest& request,
                                            std::shared_ptr<DeviceLayers> layers) try {
  if (auto reason = missing_for(request); !reason.empty()) cannot(request, reason);
  auto tiles = fixed_tiles(request.preprocess);
  auto lowered = lower(request, tiles);
  if (const auto* no = std::get_if<NotLowered>(&lowered)) cannot(request, no->reason);
  auto& found = std::get<Lowered>(lowered);
  check_width(found.network, request);
  if (const auto reason = lowering_difference(found, request, tiles); !reason.empty())
    cannot(request, reason);
  auto prepared = prepared_for_gpu(found, request, tiles);
  if (!request.cache.empty()) keep(request, prepared);
  return make_network_on_cuda(request, std::move(prepared), std::move(layers), std::move(tiles));
} catch (const std::invalid_argument& wrong) {
  cannot(request, wrong.what());
}

EngineChoice make_engine(const EngineRequest& request, EngineKind kind) {
  const bool int8 = request.precision == Precision::int8;
  const auto preferred = kind == EngineKind::automatic && !int8 ? preferred_engine(request.device) : kind;
  if (preferred == EngineKind::torchscript) return {make_torchscript_engine(request), ""};
  auto fused = fuse(request);
  if (fused.engine) return {std::move(fused.engine), std::move(fused.reason)};
  if (kind == EngineKind::fused || int8) cannot(request, fused.reason);
  return {make_torchscript_engine(request), request.model.id + " runs as TorchScript: " + fused.reason};
}

Network lowered_network(const EngineRequest& request) {
  const auto tiles = fixed_tiles(request.preprocess);
  auto lowered = lower(request, tiles);
  if (const auto* why = std::get_if<NotLowered>(&lowered)) cannot(request, why->reason);
  auto& found = std::get<Lowered>(lowered);
  const auto reason =
      answer_difference(float_answers(found.network, request, tiles), found.outputs, Precision::fp32);
  if (!reason.empty()) cannot(request, reason);
  return std::move(found.network);
}

}  // namespace skingauge
