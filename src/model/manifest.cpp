#include "skingauge/manifest.hpp"

#include "skingauge/error.hpp"

#include "core/json_file.hpp"
#include "core/sha256.hpp"
#include "field_reader.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace skingauge {
namespace fs = std::filesystem;
namespace {

std::array<double, 3> three_numbers(FieldReader& fields, const char* name, double low) {
  const auto& list = fields.array(name);
  const bool fits = list.size() == 3 && std::all_of(list.begin(), list.end(), [&](const Json& v) {
                      return v.is_number() && v.get<double>() >= low;
                    });
  if (!fits) fields.fail(name, list, "three numbers");
  return {list[0].get<double>(), list[1].get<double>(), list[2].get<double>()};
}

Preprocess read_preprocess(const Json& object, const std::string& file) {
  FieldReader fields(object, file, "preprocess");
  Preprocess p;
  p.size = fields.integer("size", 8, 1024);
  if (p.size % 2 != 0) fields.fail("size", p.size, "an even number");
  p.order = fields.one_of("order", {"bgr", "rgb"}) == "bgr" ? ChannelOrder::bgr : ChannelOrder::rgb;
  p.scale = fields.number("scale", 1e-9, 1e9);
  p.mean = three_numbers(fields, "mean", -1e9);
  p.std = three_numbers(fields, "std", 1e-9);
  fields.one_of("fit", {"longest-side-top-left"});
  p.thin = fields.one_of("thin", {"double-and-sum", "single"}) == "single" ? ThinCrops::single
                                                                           : ThinCrops::double_and_sum;
  p.second_tile = fields.one_of("second_tile", {"as-is", "mirrored"}) == "as-is" ? SecondTile::as_is
                                                                                 : SecondTile::mirrored;
  p.mirror_right = fields.boolean("mirror_right");
  p.min_box_side = fields.integer("min_box_side", 1, 1 << 20);
  fields.finish();
  return p;
}

HeadSpec read_head(const Json& object, const std::string& file, const std::string& where) {
  FieldReader fields(object, file, where);
  HeadSpec head;
  head.sign = fields.text("sign");
  head.task = fields.one_of("task", {"grade", "measurement"}) == "grade" ? Task::grade : Task::measurement;
  head.offset = fields.integer("offset", 0, 4096);
  const bool grade = head.task == Task::grade;
  head.width = fields.integer("width", grade ? 2 : 1, grade ? 64 : 1);
  if (!grade) {
    head.scale = fields.number("scale", 1e-9, 1e9);
    head.unit = fields.text_or("unit", "");
  }
  fields.finish();
  return head;
}

// A path that stays inside the manifest's folder.
fs::path read_file(FieldReader& fields) {
  const auto text = fields.text("file");
  fs::path file(text);
  const bool leaves = file.is_absolute() || std::find(file.begin(), file.end(), "..") != file.end();
  if (leaves) fields.fail("file", text, "a path inside the manifest's folder");
  return file;
}

std::string read_sha256(FieldReader& fields) {
  auto text = fields.text("sha256");
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  if (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    fields.fail("sha256", text, "64 hex digits");
  }
  return text;
}

MetricProtocol read_protocol(FieldReader& fields) {
  const auto name = fields.text_or("protocol", std::string(to_string(MetricProtocol::nia_2023)));
  const auto protocol = metric_protocol(name);
  if (!protocol) fields.fail("protocol", name, "one of " + metric_protocol_names());
  return *protocol;
}

std::vector<Facepart> read_faceparts(FieldReader& fields) {
  const auto& list = fields.array("faceparts");
  std::vector<Facepart> parts;
  for (const auto& entry : list) {
    const auto part = entry.is_number_integer() ? facepart_from_number(entry.get<long long>()) : std::nullopt;
    if (!part || std::find(parts.begin(), parts.end(), *part) != parts.end()) {
      fields.fail("faceparts", list, "a list of different integers 0..8");
    }
    parts.push_back(*part);
  }
  if (parts.empty()) fields.fail("faceparts", list, "at least one facepart");
  return parts;
}

void check_heads(ModelSpec& model, const FieldReader& fields) {
  std::sort(model.heads.begin(), model.heads.end(),
            [](const HeadSpec& a, const HeadSpec& b) { return a.offset < b.offset; });
  int next = 0;
  for (const auto& head : model.heads) {
    if (head.offset != next) {
      fields.fail("heads", head.sign + " at offset " + std::to_string(head.offset),
                  std::string(head.offset < next ? "heads that do not overlap" : "heads without gaps") +
                      ", offset " + std::to_string(next));
    }
    next += head.width;
    for (const auto part : model.faceparts) {
      if (sign_of(head, part) != nullptr) continue;
      fields.fail(
          "heads", head.sign,
          "a known " + std::string(to_string(head.task)) + " of facepart " + std::to_string(number(part)));
    }
  }
}

ModelSpec read_model(const Json& object, const std::string& file, const std::string& where) {
  FieldReader fields(object, file, where);
  ModelSpec model;
  model.id = fields.text("id");
  model.file = read_file(fields);
  model.sha256 = read_sha256(fields);
  model.faceparts = read_faceparts(fields);
  const auto& heads = fields.array("heads");
  for (std::size_t i = 0; i < heads.size(); ++i) {
    model.heads.push_back(read_head(heads[i], file, where + ".heads[" + std::to_string(i) + "]"));
  }
  if (model.heads.empty()) fields.fail("heads", heads, "at least one head");
  fields.finish();
  check_heads(model, fields);
  return model;
}

// Across models: ids differ, no sign is answered twice, and each facepart of a task that is served has a
// model.
void check_together(const Manifest& manifest, const FieldReader& root) {
  std::set<std::string> ids;
  std::map<std::tuple<Task, Facepart, std::string>, std::string> answered;
  std::set<Task> tasks;
  for (const auto& model : manifest.models) {
    if (!ids.insert(model.id).second) root.fail("models", model.id, "different ids");
    for (const auto& head : model.heads) {
      tasks.insert(head.task);
      for (const auto part : model.faceparts) {
        const auto [known, fresh] = answered.try_emplace({head.task, part, head.sign}, model.id);
        if (!fresh)
          root.fail("models", head.sign,
                    "one model for each sign, not " + known->second + " and " + model.id);
      }
    }
  }
  for (const auto& sign : signs()) {
    if (tasks.contains(sign.task) && !answered.contains({sign.task, sign.facepart, std::string(sign.stem)})) {
      root.fail("models",
                "none for " + std::string(sign.key) + " of facepart " + std::to_string(number(sign.facepart)),
                "a model for each facepart");
    }
  }
}

}  // namespace

int ModelSpec::width() const noexcept { return heads.empty() ? 0 : heads.back().offset + heads.back().width; }

bool ModelSpec::has(Task task) const noexcept {
  return std::any_of(heads.begin(), heads.end(), [&](const HeadSpec& head) { return head.task == task; });
}

const Sign* sign_of(const HeadSpec& head, Facepart facepart) noexcept {
  return find_sign(head.sign, head.task, facepart);
}

Manifest read_manifest(const fs::path& path) {
  const auto name = path.string();
  std::error_code ec;
  if (!fs::is_regular_file(path, ec)) {
    throw ModelError(ErrorCode::manifest_missing, name + ": no such manifest file");
  }
  JsonDocument document;
  Manifest manifest;
  manifest.path = path;
  try {
    const auto text = read_text_file(path, JsonLimits{}.max_bytes);
    manifest.sha256 = sha256_hex(std::as_bytes(std::span(text)));
    document = parse_json(text);
  } catch (const JsonError& e) {
    throw ModelError(ErrorCode::manifest_syntax, name + ": " + e.what());
  }
  FieldReader root(document.value, name, "");
  if (!document.duplicate_keys.empty())
    root.fail(document.duplicate_keys.front(), "the field twice", "it once");
  root.integer("format", 1, 1);
  manifest.name = root.text("name");
  manifest.demo = root.boolean_or("demo", false);
  manifest.protocol = read_protocol(root);
  manifest.preprocess = read_preprocess(root.object("preprocess"), name);
  const auto& models = root.array("models");
  for (std::size_t i = 0; i < models.size(); ++i) {
    manifest.models.push_back(read_model(models[i], name, "models[" + std::to_string(i) + "]"));
  }
  if (manifest.models.empty()) root.fail("models", models, "at least one model");
  root.finish();
  check_together(manifest, root);
  return manifest;
}

}  // namespace skingauge
