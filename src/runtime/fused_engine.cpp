#include "runtime/fused_engine.hpp"

#include "skingauge/engine.hpp"
#include "skingauge/error.hpp"
#include "skingauge/preprocess.hpp"
#include "skingauge/version.hpp"

#include "core/text_file.hpp"
#include "model/torchscript_lowering.hpp"
#include "runtime/answer_difference.hpp"
#include "runtime/checked_module.hpp"
#include "runtime/device_weights.hpp"
#include "runtime/dnnl_network.hpp"
#include "runtime/fused_cuda_engine.hpp"
#include "runtime/int8_simulation.hpp"
#include "runtime/network_ranges.hpp"

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

// A network with what its module gives for the check tiles.
struct Lowered {
  Network network;
  std::vector<float> outputs;  ///< kCheckTiles x width
};

std::vector<std::uint8_t> device_check_tile(const Preprocess& preprocess) {
  auto tiles = check_tiles(preprocess);
  tiles.resize(tile_bytes(preprocess));
  return tiles;
}

// Why float32 makes something else of the lowered network than TorchScript does, or empty.
std::string float_difference(const Lowered& lowered, const EngineRequest& request) {
  const auto found =
      see_values(lowered.network, request.preprocess.size, Normalisation(request.preprocess),
                 check_tiles(request.preprocess), kCheckTiles, [](std::size_t, std::span<const float>) {});
  return answer_difference(found, lowered.outputs, Precision::fp32);
}

// The fused engine, perhaps with something to say; or why there is none.
using Fused = std::variant<EngineChoice, NotLowered>;

void add_note(EngineChoice& choice, const std::string& sentence) {
  choice.note += (choice.note.empty() ? "" : "; ") + sentence;
}

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

// The same where its own precision will say little.
std::string lowering_difference(const Lowered& lowered, const EngineRequest& request) {
  return request.precision == Precision::int8 ? float_difference(lowered, request) : "";
}

Fused build_on_cpu(Lowered& lowered, const EngineRequest& request) {
  auto& network = lowered.network;
  if (request.precision == Precision::int8) shift_outputs(network, request.int8->cpu.shift);
  const bool keep = !request.cache.empty();
  PreparedNetwork packed;
  auto engine = std::make_unique<FusedCpuEngine>(network, request, keep ? &packed : nullptr);
  std::vector<float> found(lowered.outputs.size());
  engine->run(check_tiles(request.preprocess), kCheckTiles, found);
  auto reason = answer_difference(found, lowered.outputs, request.precision);
  if (!reason.empty()) return NotLowered{std::move(reason)};
  return EngineChoice{std::move(engine), keep ? kept_in_cache(request, packed) : ""};
}

// With what it must answer to its check tile: what TorchScript does, or in 8 bits what those make of it.
PreparedNetwork prepared_for_gpu(Lowered& lowered, const EngineRequest& request) {
  auto& network = lowered.network;
  const auto width = static_cast<std::size_t>(network.width());
  if (request.precision != Precision::int8)
    return prepare_for_device(network, request.precision, std::span(lowered.outputs).first(width));
  const auto& [ranges, shift] = request.int8->gpu;
  shift_outputs(network, shift);
  const auto answers = gpu_int8_answers(network, request.preprocess.size, Normalisation(request.preprocess),
                                        ranges, device_check_tile(request.preprocess), 1);
  return prepare_for_device(network, request.precision, answers, ranges);
}

// What it answers is looked at once it is on the device, with all others.
Fused build_on_cuda(Lowered& lowered, const EngineRequest& request) {
  auto prepared = prepared_for_gpu(lowered, request);
  const auto said = request.cache.empty() ? "" : kept_in_cache(request, prepared);
  return EngineChoice{
      make_fused_cuda_engine(request, std::move(prepared), device_check_tile(request.preprocess)), said};
}

Fused build(Lowered& lowered, const EngineRequest& request) {
  check_width(lowered.network, request);
  if (auto reason = lowering_difference(lowered, request); !reason.empty())
    return NotLowered{std::move(reason)};
  return on_cpu(request) ? build_on_cpu(lowered, request) : build_on_cuda(lowered, request);
}

std::variant<Lowered, NotLowered> lower(const EngineRequest& request, CheckedModule checked) {
  auto lowered = lower_torchscript(checked, request.preprocess.size);
  if (auto* why = std::get_if<NotLowered>(&lowered)) return std::move(*why);
  return Lowered{std::get<Network>(std::move(lowered)), std::move(checked.outputs)};
}

Fused fuse(const EngineRequest& request, const CheckedModule& checked) {
  if (auto reason = missing_for(request); !reason.empty()) return NotLowered{std::move(reason)};
  auto lowered = lower(request, checked);
  if (auto* why = std::get_if<NotLowered>(&lowered)) return std::move(*why);
  try {
    return build(std::get<Lowered>(lowered), request);
  } catch (const std::invalid_argument& wrong) {
    return NotLowered{wrong.what()};
  } catch (const ModelError& failed) {
    return NotLowered{failed.what()};
  }
}

[[noreturn]] void cannot(const EngineRequest& request, const std::string& reason) {
  throw ModelError(ErrorCode::model_format, request.model.file.string() + " (" + request.model.id +
                                                "): cannot run fused in " +
                                                std::string(to_string(request.precision)) + ": " + reason);
}

EngineChoice choose_torchscript(const EngineRequest& request, const CheckedModule& checked,
                                const std::string& note) {
  EngineChoice choice{make_torchscript_engine(request, checked), note};
  if (checked.one_tile)
    add_note(choice, request.model.id + " runs one tile at a time: a size of batch is baked into it");
  return choice;
}

// The engine of a module, whatever its outputs look like.
EngineChoice choose_engine(const EngineRequest& request, EngineKind kind, const CheckedModule& checked) {
  const bool int8 = request.precision == Precision::int8;
  const auto preferred = kind == EngineKind::automatic && !int8 ? preferred_engine(request.device) : kind;
  if (preferred == EngineKind::torchscript) return choose_torchscript(request, checked, "");
  auto fused = fuse(request, checked);
  if (auto* choice = std::get_if<EngineChoice>(&fused)) return std::move(*choice);
  const auto& reason = std::get<NotLowered>(fused).reason;
  if (kind == EngineKind::fused || int8) cannot(request, reason);
  return choose_torchscript(request, checked, request.model.id + " runs as TorchScript: " + reason);
}

}  // namespace

std::unique_ptr<Engine> make_prepared_engine(const EngineRequest& request) {
  if (!missing_for(request).empty()) return nullptr;
  const auto prepared = kept(request);
  if (!prepared) return nullptr;
  try {
    if (on_cpu(request)) return std::make_unique<FusedCpuEngine>(*prepared, request);
    return make_fused_cuda_engine(request, *prepared, device_check_tile(request.preprocess));
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
                                device_check_tile(request.preprocess));
  } catch (const std::invalid_argument&) {
    return nullptr;  // made anew
  }
}

std::unique_ptr<DeviceNetwork> plan_on_cuda(const EngineRequest& request,
                                            std::shared_ptr<DeviceLayers> layers) try {
  if (auto reason = missing_for(request); !reason.empty()) cannot(request, reason);
  auto lowered = lower(request, read_module(request));
  if (const auto* no = std::get_if<NotLowered>(&lowered)) cannot(request, no->reason);
  auto& found = std::get<Lowered>(lowered);
  check_width(found.network, request);
  if (const auto reason = lowering_difference(found, request); !reason.empty()) cannot(request, reason);
  auto prepared = prepared_for_gpu(found, request);
  if (!request.cache.empty()) keep(request, prepared);
  return make_network_on_cuda(request, std::move(prepared), std::move(layers),
                              device_check_tile(request.preprocess));
} catch (const std::invalid_argument& wrong) {
  cannot(request, wrong.what());
}

EngineChoice make_engine(const EngineRequest& request, EngineKind kind) {
  const auto checked = read_module(request);
  auto choice = choose_engine(request, kind, checked);
  for (const auto& hint : checked.hints) add_note(choice, hint);
  return choice;
}

Network lowered_network(const EngineRequest& request) {
  auto lowered = lower(request, read_module(request));
  if (const auto* why = std::get_if<NotLowered>(&lowered)) cannot(request, why->reason);
  auto& found = std::get<Lowered>(lowered);
  if (const auto reason = float_difference(found, request); !reason.empty()) cannot(request, reason);
  return std::move(found.network);
}

}  // namespace skingauge
