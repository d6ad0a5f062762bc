#include "skingauge/int8_ranges.hpp"

#include "skingauge/error.hpp"

#include "core/text_file.hpp"
#include "model/field_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>

namespace skingauge {
namespace {

constexpr int kFormat = 2;

std::vector<float> numbers(FieldReader& fields, const char* name, float least) {
  std::vector<float> found;
  for (const auto& value : fields.array(name)) {
    const bool fine = value.is_number() && std::isfinite(value.get<float>()) && value.get<float>() >= least;
    if (!fine) fields.fail(name, value, least == 0 ? "numbers of at least 0" : "numbers");
    found.push_back(value.get<float>());
  }
  return found;
}

ByteRanges read_device(const Json& json, const std::string& file, const std::string& where) {
  FieldReader fields(json, file, where, ErrorCode::ranges_field);
  ByteRanges found{numbers(fields, "ranges", 0.0F),
                   numbers(fields, "shift", std::numeric_limits<float>::lowest())};
  fields.finish();
  return found;
}

Json written(const ByteRanges& ranges) { return {{"ranges", ranges.ranges}, {"shift", ranges.shift}}; }

ModelRanges read_model(const Json& json, const std::string& file, const std::string& where) {
  FieldReader fields(json, file, where, ErrorCode::ranges_field);
  ModelRanges model;
  model.sha256 = fields.text("sha256");
  model.tiles = fields.integer("tiles", 1, std::numeric_limits<int>::max());
  model.cpu = read_device(fields.object("cpu"), file, where + ".cpu");
  model.gpu = read_device(fields.object("gpu"), file, where + ".gpu");
  fields.finish();
  return model;
}

}  // namespace

const ModelRanges* Int8Ranges::of(const ModelSpec& model) const noexcept {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&](const ModelRanges& m) { return m.sha256 == model.sha256; });
  return found == models.end() ? nullptr : &*found;
}

Int8Ranges read_int8_ranges(const std::filesystem::path& file) {
  const auto name = file.string();
  std::error_code ec;
  if (!std::filesystem::is_regular_file(file, ec))
    throw ModelError(ErrorCode::ranges_missing, name + ": no such file of int8 ranges");
  Json json;
  try {
    json = read_json_file(file).value;
  } catch (const JsonError& e) {
    throw ModelError(ErrorCode::ranges_field, name + ": " + e.what());
  }
  FieldReader fields(json, name, "", ErrorCode::ranges_field);
  if (fields.integer("format", 1, kFormat) != kFormat)
    fields.fail("format", json.at("format"),
                std::to_string(kFormat) + ": make it anew, skingauge models calibrate");
  Int8Ranges ranges;
  const auto& models = fields.array("models");
  for (std::size_t i = 0; i < models.size(); ++i)
    ranges.models.push_back(read_model(models[i], name, "models[" + std::to_string(i) + "]"));
  fields.finish();
  return ranges;
}

void write_int8_ranges(const std::filesystem::path& file, const Int8Ranges& ranges) {
  Json models = Json::array();
  for (const auto& model : ranges.models)
    models.push_back({{"sha256", model.sha256},
                      {"tiles", model.tiles},
                      {"cpu", written(model.cpu)},
                      {"gpu", written(model.gpu)}});
  write_text_file(file, Json{{"format", kFormat}, {"models", models}}.dump(1) + "\n");
}

}  // namespace skingauge
