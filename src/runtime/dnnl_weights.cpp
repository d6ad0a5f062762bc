#include "runtime/dnnl_weights.hpp"

namespace skingauge {
namespace {

// Which of a layer's arrays.
enum Kind : int { weights_kind, bias_kind, winograd_kind };

}  // namespace

DnnlWeights::DnnlWeights(const Network& network, const std::vector<ValueNumbers>& numbers,
                         const Normalisation& normalisation)
    : network_(&network), numbers_(&numbers), normalisation_(normalisation) {}

bool DnnlWeights::counts_in_bytes(std::size_t layer) const {
  const auto type = (*numbers_)[layer + 1].type;
  return type == ValueNumbers::Type::u8 || type == ValueNumbers::Type::s8;
}

const Int8Weights& DnnlWeights::int8(std::size_t layer) {
  const auto found = int8_.find(layer);
  if (found != int8_.end()) return found->second;
  const auto& plain = network_->layers[layer];
  const auto& in = (*numbers_)[plain.input];
  const auto& out = (*numbers_)[layer + 1];
  return int8_
      .emplace(layer, plain.input == 0 ? int8_weights(reading_bytes(plain, normalisation_), in, out)
                                       : int8_weights(plain, in, out))
      .first->second;
}

DnnlWeights::Memory DnnlWeights::kept(std::size_t layer, int kind, const DnnlDesc& wanted) const {
  const auto found = kept_.find({layer, kind});
  if (found == kept_.end()) return nullptr;
  for (const auto& memory : found->second) {
    if (memory->get_desc() == wanted) return memory;
  }
  return nullptr;
}

DnnlWeights::Memory DnnlWeights::keep(std::size_t layer, int kind, const DnnlDesc& wanted,
                                      const DnnlDesc& plain, const void* values) {
  dnnl::memory source(plain, dnnl_cpu(),
                      const_cast<void*>(values));  // oneDNN has no memory that is only read
  auto packed = std::make_shared<dnnl::memory>(wanted, dnnl_cpu());
  dnnl::reorder(source, *packed).execute(dnnl_stream(), source, *packed);
  dnnl_stream().wait();
  kept_[{layer, kind}].push_back(packed);
  return packed;
}

DnnlWeights::Memory DnnlWeights::weights(std::size_t layer, const DnnlDesc& wanted,
                                         const dnnl::memory::dims& dims, DnnlTag plain) {
  if (auto found = kept(layer, weights_kind, wanted)) return found;
  if (counts_in_bytes(layer))
    return keep(layer, weights_kind, wanted, DnnlDesc(dims, DnnlType::s8, plain), int8(layer).weights.data());
  return keep(layer, weights_kind, wanted, DnnlDesc(dims, DnnlType::f32, plain),
              network_->layers[layer].weights.data());
}

DnnlWeights::Memory DnnlWeights::winograd(std::size_t layer, WinogradTile tile, const DnnlDesc& wanted) {
  const int kind = winograd_kind + static_cast<int>(tile);
  if (auto found = kept(layer, kind, wanted)) return found;
  const auto values = winograd_weights(network_->layers[layer], tile);
  return keep(layer, kind, wanted, DnnlDesc(wanted.dims(), DnnlType::f32, DnnlTag::abc), values.data());
}

DnnlWeights::Memory DnnlWeights::bias(std::size_t layer) {
  const DnnlDesc desc({network_->layers[layer].out_channels}, DnnlType::f32, DnnlTag::x);
  if (auto found = kept(layer, bias_kind, desc)) return found;
  const auto& values = counts_in_bytes(layer) ? int8(layer).bias : network_->layers[layer].bias;
  return keep(layer, bias_kind, desc, desc, values.data());
}

}  // namespace skingauge
