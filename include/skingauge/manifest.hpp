// The manifest: an ensemble described as data. The code knows no file name and no head width by heart.
#pragma once

#include "skingauge/facepart.hpp"
#include "skingauge/metric_protocol.hpp"
#include "skingauge/preprocess.hpp"
#include "skingauge/sign.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge {

/// One head: a slice of a model's outputs.
struct HeadSpec {
  std::string sign;  ///< stem of the sign, without side: "cheek_pore"
  Task task{};
  int offset{0};      ///< of the slice in a model's outputs
  int width{1};       ///< grades 2..64: one output a grade; measurements: 1
  double scale{1.0};  ///< measurements: value in units = output x scale
  std::string unit;   ///< measurements
};

/// One checkpoint and the faceparts it serves.
struct ModelSpec {
  std::string id;              ///< unique in a manifest: "grade/forehead"
  std::filesystem::path file;  ///< relative to the manifest's folder
  std::string sha256;          ///< 64 hex digits, of the file
  std::vector<Facepart> faceparts;
  std::vector<HeadSpec> heads;  ///< by offset; together they cover outputs 0..width()-1

  [[nodiscard]] int width() const noexcept;
  [[nodiscard]] bool has(Task task) const noexcept;
};

/// A checked manifest. A plain value.
struct Manifest {
  std::filesystem::path path;
  std::string sha256;  ///< of the manifest file itself
  std::string name;
  bool demo{false};  ///< checkpoints fitted on drawn faces: for trying the program, not for use
  MetricProtocol protocol{MetricProtocol::nia_2023};  ///< by whose metrics the networks are to be judged
  Preprocess preprocess;
  std::vector<ModelSpec> models;

  /// Where a model's file lies.
  [[nodiscard]] std::filesystem::path file_of(const ModelSpec& model) const {
    return path.parent_path() / model.file;
  }
};

/// Reads and checks a manifest: unknown, missing or ill-typed fields, values out of range, ids or heads given
/// twice, overlapping heads or gaps, unknown signs, a facepart without a model. Files of models are not
/// opened here. Throws ModelError (manifest-missing, manifest-syntax, manifest-field) naming file, field,
/// found and expected.
Manifest read_manifest(const std::filesystem::path& path);

/// The sign a head answers for on a facepart; never null for a manifest that read_manifest returned.
const Sign* sign_of(const HeadSpec& head, Facepart facepart) noexcept;

}  // namespace skingauge
