#include "runtime/dnnl_weights.hpp"

#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

namespace skingauge {
namespace {

// Which of a layer's arrays; Winograd's weights are this plus their tile's side.
enum Kind : int { weights_kind, bias_kind, winograd_kind };

// oneDNN's description is plain data: the same bytes describe the same layout for the same version of it.
std::vector<std::byte> bytes_of(const DnnlDesc& desc) {
  std::vector<std::byte> bytes(sizeof desc.data);
  std::memcpy(bytes.data(), &desc.data, bytes.size());
  return bytes;
}

DnnlDesc desc_of(const std::vector<std::byte>& bytes) {
  DnnlDesc desc;
  if (bytes.size() != sizeof desc.data) throw std::invalid_argument("a layout of another version of oneDNN");
  std::memcpy(&desc.data, bytes.data(), bytes.size());
  return desc;
}

// Memory that keeps the owner of its bytes.
std::shared_ptr<dnnl::memory> owning(const DnnlDesc& desc, std::byte* data,
                                     std::shared_ptr<const void> owner) {
  auto memory = std::make_unique<dnnl::memory>(desc, dnnl_cpu(), data);
  return {memory.release(), [owner = std::move(owner)](const dnnl::memory* m) { delete m; }};
}

}  // namespace

DnnlWeights::DnnlWeights(const Network& network, const std::vector<ValueNumbers>& numbers,
                         const Normalisation& normalisation)
    : network_(&network), numbers_(&numbers), normalisation_(normalisation) {
  check_weights(network);
}

DnnlWeights::DnnlWeights(const PreparedNetwork& prepared)
    : network_(&prepared.network), numbers_(&prepared.numbers), only_packed_(true) {
  for (const auto& [layer, scales] : prepared.scales) int8_[layer].scales = scales;
  for (const auto& array : prepared.arrays) {
    const auto desc = desc_of(array.layout);
    if (desc.get_size() != array.bytes.size())
      throw std::invalid_argument("layer " + std::to_string(array.layer) +
                                  ": packed weights of another size");
    auto* data = const_cast<std::byte*>(array.bytes.data());  // oneDNN has no memory that is only read
    kept_[{array.layer, array.kind}].push_back(owning(desc, data, prepared.owner));
  }
}

bool DnnlWeights::counts_in_bytes(std::size_t layer) const {
  const auto type = (*numbers_)[layer + 1].type;
  return type == ValueNumbers::Type::u8 || type == ValueNumbers::Type::s8;
}

const Int8Weights& DnnlWeights::int8(std::size_t layer) {
  const auto found = int8_.find(layer);
  if (found != int8_.end()) return found->second;
  if (only_packed_) throw std::invalid_argument("layer " + std::to_string(layer) + ": packed without scales");
  const auto& plain = network_->layers[layer];
  const auto& in = (*numbers_)[plain.input];
  const auto& out = (*numbers_)[layer + 1];
  auto made = plain.input == 0 ? int8_weights(reading_bytes(plain, normalisation_), in, out)
                               : int8_weights(plain, in, out);
  return int8_.emplace(layer, std::move(made)).first->second;
}

const std::vector<float>& DnnlWeights::scales(std::size_t layer) { return int8(layer).scales; }

DnnlWeights::Memory DnnlWeights::kept(Key key, const DnnlDesc& wanted) const {
  const auto found = kept_.find(key);
  if (found != kept_.end()) {
    for (const auto& memory : found->second) {
      if (memory->get_desc() == wanted) return memory;
    }
  }
  if (only_packed_)
    throw std::invalid_argument("layer " + std::to_string(key.first) +
                                ": not packed in the layout it needs here");
  return nullptr;
}

DnnlWeights::Memory DnnlWeights::keep(Key key, const DnnlDesc& wanted, const DnnlDesc& plain,
                                      const void* values) {
  dnnl::memory source(plain, dnnl_cpu(), const_cast<void*>(values));  // as above
  const auto place = arena_.take(wanted.get_size());
  const auto packed = owning(wanted, place.get(), place);
  dnnl::reorder(source, *packed).execute(dnnl_stream(), source, *packed);
  dnnl_stream().wait();
  kept_[key].push_back(packed);
  return packed;
}

DnnlWeights::Memory DnnlWeights::weights(std::size_t layer, const DnnlDesc& wanted,
                                         const dnnl::memory::dims& dims, DnnlTag plain) {
  const Key key{layer, weights_kind};
  if (auto found = kept(key, wanted)) return found;
  if (counts_in_bytes(layer))
    return keep(key, wanted, DnnlDesc(dims, DnnlType::s8, plain), int8(layer).weights.data());
  if (wanted.data_type() == DnnlType::bf16 && network_->layers[layer].kernel > 1) {
    const auto rounded = bf16_weights(network_->layers[layer]);
    return keep(key, wanted, DnnlDesc(dims, DnnlType::f32, plain), rounded.data());
  }
  return keep(key, wanted, DnnlDesc(dims, DnnlType::f32, plain), network_->layers[layer].weights.data());
}

DnnlWeights::Memory DnnlWeights::winograd(std::size_t layer, WinogradTile tile) {
  const Key key{layer, winograd_kind + static_cast<int>(tile)};
  const auto& plain = network_->layers[layer];
  const WinogradShape shape{tile, 1, {}, {}, 0};
  const DnnlDesc desc({dnnl::memory::dim{shape.points()} * plain.in_channels * plain.out_channels},
                      DnnlType::f32, DnnlTag::x);
  if (auto found = kept(key, desc)) return found;
  return keep(key, desc, desc, winograd_weights(plain, tile).data());
}

DnnlWeights::Memory DnnlWeights::bias(std::size_t layer) {
  const Key key{layer, bias_kind};
  const DnnlDesc desc({network_->layers[layer].out_channels}, DnnlType::f32, DnnlTag::x);
  if (auto found = kept(key, desc)) return found;
  const auto& values = counts_in_bytes(layer) ? int8(layer).bias : network_->layers[layer].bias;
  return keep(key, desc, desc, values.data());
}

PreparedNetwork DnnlWeights::packed() const {
  PreparedNetwork prepared;
  auto owned = std::make_shared<std::vector<Memory>>();
  prepared.network.channels = network_->channels;
  for (const auto& layer : network_->layers) prepared.network.layers.push_back(without_weights(layer));
  prepared.numbers = *numbers_;
  for (const auto& [layer, weights] : int8_) prepared.scales.emplace(layer, weights.scales);
  for (const auto& [key, memories] : kept_) {
    for (const auto& memory : memories) {
      const auto desc = memory->get_desc();
      const auto* data = static_cast<const std::byte*>(memory->get_data_handle());
      prepared.arrays.push_back({key.first, key.second, bytes_of(desc), {data, desc.get_size()}});
      owned->push_back(memory);
    }
  }
  prepared.owner = std::move(owned);
  return prepared;
}

}  // namespace skingauge
