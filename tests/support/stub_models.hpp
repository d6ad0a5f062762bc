// An ensemble on disk without networks: a manifest in the published layout, files of a few bytes, and an
// engine whose answers can be computed by hand.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/ensemble.hpp"

#include "core/json_file.hpp"
#include "core/sha256.hpp"
#include "support/files.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace skingauge::test {

inline std::string hash_of(const std::string& bytes) { return sha256_hex(std::as_bytes(std::span(bytes))); }

inline Json grade_head(const char* sign, int offset, int width) {
  return {{"sign", sign}, {"task", "grade"}, {"offset", offset}, {"width", width}};
}

inline Json measure_head(const char* sign, int offset, double scale) {
  return {{"sign", sign}, {"task", "measurement"}, {"offset", offset},
          {"width", 1},   {"scale", scale},        {"unit", "u"}};
}

/// The protocol's eleven models (section 2); each file holds its own id.
inline Json nia_manifest() {
  Json root{{"format", 1},
            {"name", "stub"},
            {"preprocess",
             {{"size", 128},
              {"order", "bgr"},
              {"scale", 0.00392156862745098},
              {"mean", {0, 0, 0}},
              {"std", {1, 1, 1}},
              {"fit", "longest-side-top-left"},
              {"thin", "double-and-sum"},
              {"second_tile", "as-is"},
              {"mirror_right", false},
              {"min_box_side", 50}}},
            {"models", Json::array()}};
  const auto add = [&](const std::string& id, std::vector<int> faceparts, std::vector<Json> heads) {
    root["models"].push_back({{"id", id},
                              {"file", id + ".pt"},
                              {"sha256", hash_of(id)},
                              {"faceparts", faceparts},
                              {"heads", heads}});
  };
  add("grade/forehead", {1},
      {grade_head("forehead_pigmentation", 0, 6), grade_head("forehead_wrinkle", 6, 9)});
  add("grade/glabella", {2}, {grade_head("glabellus_wrinkle", 0, 7)});
  add("grade/eye", {3, 4}, {grade_head("perocular_wrinkle", 0, 7)});
  add("grade/cheek", {5, 6}, {grade_head("cheek_pore", 0, 6), grade_head("cheek_pigmentation", 6, 6)});
  add("grade/lips", {7}, {grade_head("lip_dryness", 0, 5)});
  add("grade/chin", {8}, {grade_head("chin_sagging", 0, 7)});
  add("measure/face", {0}, {measure_head("pigmentation_count", 0, 350)});
  add("measure/forehead", {1},
      {measure_head("forehead_moisture", 0, 100), measure_head("forehead_elasticity_R2", 1, 1)});
  add("measure/eye", {3, 4}, {measure_head("perocular_wrinkle_Ra", 0, 100)});
  add("measure/cheek", {5, 6},
      {measure_head("cheek_moisture", 0, 100), measure_head("cheek_elasticity_R2", 1, 1),
       measure_head("cheek_pore", 2, 3000)});
  add("measure/chin", {8}, {measure_head("chin_moisture", 0, 100), measure_head("chin_elasticity_R2", 1, 1)});
  return root;
}

/// Writes the manifest and a file for each of its models; answers the manifest's path.
inline std::filesystem::path write_models(const std::filesystem::path& folder,
                                          const Json& manifest = nia_manifest()) {
  for (const auto& model : manifest["models"]) {
    write_bytes(folder / model["file"].get<std::string>(), model["id"].get<std::string>());
  }
  write_bytes(folder / "manifest.json", manifest.dump(1));
  return folder / "manifest.json";
}

/// Output j of a tile is (its first byte + j) / 256: exact in float, different for each tile colour and
/// output.
class StubEngine : public Engine {
 public:
  using Hook = std::function<void(std::size_t count)>;  ///< called at each run; may throw
  StubEngine(const EngineRequest& request, Hook hook)
      : width_(static_cast<std::size_t>(request.model.width())), hook_(std::move(hook)) {}

  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override {
    if (hook_) hook_(count);
    const std::size_t bytes = tiles.size() / count;
    for (std::size_t n = 0; n < count; ++n) {
      for (std::size_t j = 0; j < width_; ++j) {
        outputs[n * width_ + j] = static_cast<float>(tiles[n * bytes] + j) / 256.0F;
      }
    }
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "stub"; }

 private:
  std::size_t width_;
  Hook hook_;
};

inline EngineFactory stub_factory(StubEngine::Hook hook = {}) {
  return [hook](const EngineRequest& request) { return std::make_unique<StubEngine>(request, hook); };
}

/// A photograph of one colour.
inline Image plain_photo(int width, int height, std::uint8_t value) {
  const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3;
  auto pixels = std::make_shared<std::uint8_t[]>(size, value);
  return {width, height, std::move(pixels)};
}

}  // namespace skingauge::test
