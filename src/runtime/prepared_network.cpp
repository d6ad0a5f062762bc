#include "runtime/prepared_network.hpp"

#include "core/ascii.hpp"
#include "core/json_file.hpp"
#include "core/text_file.hpp"
#include "runtime/content_hash.hpp"
#include "runtime/huge_memory.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <ostream>
#include <stdexcept>

namespace skingauge {
namespace {

// magic, then the header's length in 8 bytes of this machine's order, then the header (JSON), then the
// arrays, each on a page of its own.
constexpr std::string_view kMagic = "skingauge prepared network 3\n";
constexpr std::size_t kHeaderAt = kMagic.size() + sizeof(std::uint64_t);

constexpr std::size_t on_page(std::size_t offset) {
  return (offset + kPackedAlignment - 1) / kPackedAlignment * kPackedAlignment;
}

Json layer_json(const Layer& layer) {
  return {static_cast<int>(layer.kind),
          layer.input,
          layer.residual ? Json(*layer.residual) : Json(),
          layer.relu,
          layer.in_channels,
          layer.out_channels,
          layer.kernel,
          layer.stride,
          layer.padding,
          layer.dilation,
          layer.groups};
}

Layer layer_of(const Json& json) {
  Layer layer;
  const int kind = json.at(0).get<int>();
  if (kind < 0 || kind > static_cast<int>(Layer::Kind::linear))
    throw std::out_of_range("a layer of no known kind");
  layer.kind = static_cast<Layer::Kind>(kind);
  layer.input = json.at(1).get<std::size_t>();
  if (!json.at(2).is_null()) layer.residual = json.at(2).get<std::size_t>();
  layer.relu = json.at(3).get<bool>();
  layer.in_channels = json.at(4).get<int>();
  layer.out_channels = json.at(5).get<int>();
  layer.kernel = json.at(6).get<int>();
  layer.stride = json.at(7).get<int>();
  layer.padding = json.at(8).get<int>();
  layer.dilation = json.at(9).get<int>();
  layer.groups = json.at(10).get<int>();
  return layer;
}

// Offsets count from the first page after the header, whose length depends on them otherwise.
Json header_of(const std::string& key, const PreparedNetwork& prepared) {
  Json layers = Json::array();
  for (const auto& layer : prepared.network.layers) layers.push_back(layer_json(layer));
  Json numbers = Json::array();
  for (const auto& n : prepared.numbers) numbers.push_back({static_cast<int>(n.type), n.scale});
  Json scales = Json::array();
  for (const auto& [layer, values] : prepared.scales) scales.push_back({layer, values});
  Json arrays = Json::array();
  std::size_t offset = 0;
  for (const auto& array : prepared.arrays) {
    arrays.push_back(
        {array.layer, array.kind, hex(array.layout), offset, array.bytes.size(), content_hash(array.bytes)});
    offset = on_page(offset + array.bytes.size());
  }
  return {{"key", key},       {"channels", prepared.network.channels},
          {"layers", layers}, {"numbers", numbers},
          {"scales", scales}, {"arrays", arrays}};
}

void pad_to_page(std::ostream& stream) {
  const auto at = static_cast<std::size_t>(stream.tellp());
  const std::string zeros(on_page(at) - at, '\0');
  stream.write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
}

PreparedNetwork parse(const Json& header, std::span<const std::byte> arrays) {
  PreparedNetwork prepared;
  prepared.network.channels = header.at("channels").get<int>();
  for (const auto& layer : header.at("layers")) prepared.network.layers.push_back(layer_of(layer));
  for (const auto& n : header.at("numbers"))
    prepared.numbers.push_back({static_cast<ValueNumbers::Type>(n.at(0).get<int>()), n.at(1).get<float>()});
  if (prepared.numbers.size() != prepared.network.layers.size() + 1)
    throw std::out_of_range("numbers and layers differ");
  for (const auto& s : header.at("scales"))
    prepared.scales.emplace(s.at(0).get<std::size_t>(), s.at(1).get<std::vector<float>>());
  for (const auto& a : header.at("arrays")) {
    const auto offset = a.at(3).get<std::size_t>();
    const auto size = a.at(4).get<std::size_t>();
    if (offset > arrays.size() || size > arrays.size() - offset) throw std::out_of_range("it is cut short");
    const auto bytes = arrays.subspan(offset, size);
    if (content_hash(bytes) != a.at(5).get<std::string>()) throw std::out_of_range("its weights are damaged");
    prepared.arrays.push_back(
        {a.at(0).get<std::size_t>(), a.at(1).get<int>(), from_hex(a.at(2).get<std::string>()), bytes});
  }
  return prepared;
}

void read_exactly(std::istream& stream, void* to, std::size_t bytes) {
  stream.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
  if (!stream) throw std::out_of_range("it is cut short");
}

PreparedNetwork parse_file(std::istream& stream, std::size_t size, const std::string& key) {
  std::string magic(std::min(size, kMagic.size()), ' ');
  read_exactly(stream, magic.data(), magic.size());
  if (magic != kMagic) throw std::out_of_range("it is no prepared network of this version");
  std::uint64_t length = 0;
  read_exactly(stream, &length, sizeof length);
  if (length > size - kHeaderAt) throw std::out_of_range("it is cut short");
  std::string text(length, ' ');
  read_exactly(stream, text.data(), text.size());
  const auto header = Json::parse(text);
  if (header.at("key").get<std::string>() != key)
    throw std::out_of_range("it was made from or for something else");
  const auto first = std::min(size, on_page(kHeaderAt + length));
  const auto arrays = huge_memory(size - first);
  stream.seekg(static_cast<std::streamoff>(first));
  read_exactly(stream, arrays.get(), size - first);
  auto prepared = parse(header, {arrays.get(), size - first});
  prepared.owner = arrays;
  return prepared;
}

}  // namespace

Layer without_weights(const Layer& layer) {
  Layer made;
  made.kind = layer.kind;
  made.input = layer.input;
  made.residual = layer.residual;
  made.relu = layer.relu;
  made.in_channels = layer.in_channels;
  made.out_channels = layer.out_channels;
  made.kernel = layer.kernel;
  made.stride = layer.stride;
  made.padding = layer.padding;
  made.dilation = layer.dilation;
  made.groups = layer.groups;
  return made;
}

void write_prepared(const std::filesystem::path& file, const std::string& key,
                    const PreparedNetwork& prepared) {
  const auto header = header_of(key, prepared).dump();
  const std::uint64_t length = header.size();
  std::array<char, sizeof length> length_bytes{};
  std::memcpy(length_bytes.data(), &length, sizeof length);
  write_whole_file(file, [&](std::ostream& stream) {
    stream << kMagic;
    stream.write(length_bytes.data(), length_bytes.size());
    stream << header;
    for (const auto& array : prepared.arrays) {
      pad_to_page(stream);
      stream.write(reinterpret_cast<const char*>(array.bytes.data()),
                   static_cast<std::streamsize>(array.bytes.size()));
    }
  });
}

std::optional<PreparedNetwork> read_prepared(const std::filesystem::path& file, const std::string& key,
                                             std::string& why) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(file, ec)) {
    why = "there is none";
    return std::nullopt;
  }
  try {
    std::ifstream stream(file, std::ios::binary);
    return parse_file(stream, std::filesystem::file_size(file), key);
  } catch (const std::exception& e) {
    why = e.what();
    return std::nullopt;
  }
}

}  // namespace skingauge
