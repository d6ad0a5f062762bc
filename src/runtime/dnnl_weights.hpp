// A network's weights in the layouts that oneDNN's primitives ask for.
#pragma once

#include "runtime/dnnl_support.hpp"
#include "runtime/layer_weights.hpp"
#include "runtime/value_numbers.hpp"
#include "runtime/winograd.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace skingauge {

/// Packs each layer's weights once per layout. Not safe from several threads at once. What it gives lives on
/// without it.
class DnnlWeights {
 public:
  using Memory = std::shared_ptr<const dnnl::memory>;

  /// `network` outlives it.
  DnnlWeights(const Network& network, const std::vector<ValueNumbers>& numbers,
              const Normalisation& normalisation);

  /// A convolution's or linear layer's weights; `plain` describes Layer::weights' order.
  Memory weights(std::size_t layer, const DnnlDesc& wanted, const dnnl::memory::dims& dims, DnnlTag plain);
  /// A 3 x 3 convolution's weights for Winograd: points x in x out.
  Memory winograd(std::size_t layer, WinogradTile tile, const DnnlDesc& wanted);
  /// f32, one per output channel.
  Memory bias(std::size_t layer);
  /// Of a convolution counted in 8 bits.
  const std::vector<float>& scales(std::size_t layer) { return int8(layer).scales; }

 private:
  [[nodiscard]] bool counts_in_bytes(std::size_t layer) const;
  const Int8Weights& int8(std::size_t layer);
  Memory keep(std::size_t layer, int kind, const DnnlDesc& wanted, const DnnlDesc& plain, const void* values);
  Memory kept(std::size_t layer, int kind, const DnnlDesc& wanted) const;

  const Network* network_;
  const std::vector<ValueNumbers>* numbers_;
  Normalisation normalisation_;
  std::map<std::size_t, Int8Weights> int8_;
  std::map<std::pair<std::size_t, int>, std::vector<Memory>> kept_;
};

}  // namespace skingauge
