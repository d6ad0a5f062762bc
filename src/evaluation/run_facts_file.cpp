#include "evaluation/run_facts_file.hpp"

#include "core/json_file.hpp"

namespace skingauge {
namespace {

RunFacts facts_of(const Json& run) {
  RunFacts f;
  f.version = run.value("version", "");
  f.device = run.value("device", "");
  f.precision = run.value("precision", "");
  f.engine = run.value("engine", "");
  f.min_box_side = run.value("min_box_side", 0);
  f.split = run.value("split", "");
  f.shared_subjects = run.value("shared_subjects", std::vector<std::string>());
  f.criterion = criterion_named(run.value("criterion", "")).value_or(Criterion::top3);
  f.photos = run.value("photos", std::int64_t{0});
  f.photos_failed = run.value("photos_failed", std::int64_t{0});
  f.gpu_photos = run.value("photos_decoded_on_gpu", std::int64_t{0});
  f.labels_failed = run.value("labels_failed", std::int64_t{0});
  f.first_label_error = run.value("first_label_error", "");
  f.photos_without_labels = run.value("photos_without_labels", std::int64_t{0});
  f.boxes = run.value("boxes", std::int64_t{0});
  f.swapped_corners = run.value("swapped_corners", std::int64_t{0});
  if (const auto found = run.find("passed_over"); found != run.end()) {
    f.passed_over = {found->value("pictures", std::int64_t{0}), found->value("label_files", std::int64_t{0}),
                     found->value("archives", std::int64_t{0})};
  }
  f.stopped = run.value("stopped", false);
  f.seconds = run.value("seconds", 0.0);
  f.crops = run.value("crops", std::int64_t{0});
  f.tiles = run.value("tiles", std::int64_t{0});
  if (const auto found = run.find("core_seconds"); found != run.end()) {
    f.decode_core_seconds = found->value("decode", 0.0);
    f.cut_core_seconds = found->value("cut", 0.0);
    f.network_core_seconds = found->value("network", 0.0);
  }
  f.files = run.value("files", f.files);
  const auto& manifest = run.at("manifest");
  f.manifest_name = manifest.value("name", "");
  f.manifest_sha256 = manifest.value("sha256", "");
  f.demo = manifest.value("demo", false);
  for (const auto& model : manifest.value("models", Json::array()))
    f.models.push_back({model.value("id", ""), model.value("sha256", "")});
  return f;
}

}  // namespace

std::optional<RunFacts> read_run_facts(const std::filesystem::path& file) {
  // Reports of many slices are larger than a label.
  constexpr JsonLimits kLimits{std::size_t{64} << 20U, 32};
  try {
    const auto root = read_json_file(file, kLimits).value;
    if (!root.is_object() || root.value("format", 0) != 1 || !root.contains("run")) return std::nullopt;
    return facts_of(root.at("run"));
  } catch (const JsonError&) {
    return std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace skingauge
