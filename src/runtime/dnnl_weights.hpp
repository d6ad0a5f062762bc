// A network's weights in the layouts that oneDNN's primitives ask for.
#pragma once

#include "runtime/dnnl_support.hpp"
#include "runtime/huge_memory.hpp"
#include "runtime/layer_weights.hpp"
#include "runtime/prepared_network.hpp"
#include "runtime/value_numbers.hpp"
#include "runtime/winograd.hpp"

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace skingauge {

/// Packs each layer's weights once per layout, or has them packed already. Not safe from several threads at
/// once. What it gives lives on without it.
class DnnlWeights {
 public:
  using Memory = std::shared_ptr<const dnnl::memory>;

  /// From plain weights. All three outlive it.
  DnnlWeights(const Network& network, const std::vector<ValueNumbers>& numbers,
              const Normalisation& normalisation);
  /// From packed ones, used where they lie. `prepared` outlives it.
  explicit DnnlWeights(const PreparedNetwork& prepared);

  /// A convolution's or linear layer's weights; `plain` describes Layer::weights' order. These throw
  /// std::invalid_argument for a layout that packed weights lack.
  Memory weights(std::size_t layer, const DnnlDesc& wanted, const dnnl::memory::dims& dims, DnnlTag plain);
  /// A 3 x 3 convolution's weights for Winograd: ordered as winograd_weights does.
  Memory winograd(std::size_t layer, WinogradTile tile);
  /// f32, one per output channel.
  Memory bias(std::size_t layer);
  /// Of a convolution counted in 8 bits.
  const std::vector<float>& scales(std::size_t layer);

  /// All that was packed so far, which lives on without this object.
  [[nodiscard]] PreparedNetwork packed() const;

 private:
  using Key = std::pair<std::size_t, int>;

  [[nodiscard]] bool counts_in_bytes(std::size_t layer) const;
  const Int8Weights& int8(std::size_t layer);
  Memory keep(Key key, const DnnlDesc& wanted, const DnnlDesc& plain, const void* values);
  [[nodiscard]] Memory kept(Key key, const DnnlDesc& wanted) const;

  const Network* network_;
  const std::vector<ValueNumbers>* numbers_;
  bool only_packed_{false};
  Normalisation normalisation_;
  std::map<std::size_t, Int8Weights> int8_;
  HugeArena arena_;
  std::map<Key, std::vector<Memory>> kept_;
};

}  // namespace skingauge
