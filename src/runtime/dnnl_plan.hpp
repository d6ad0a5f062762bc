// The steps of one network for one number of tiles.
#pragma once

#include "runtime/dnnl_support.hpp"
#include "runtime/dnnl_weights.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace skingauge {

/// A primitive, and where in the block of memory its arguments lie; or work of our own.
struct DnnlStep {
  struct Argument {
    int name;
    DnnlDesc desc;
    std::size_t offset;  ///< in the block, where `weights` is empty
    DnnlWeights::Memory weights;
  };
  dnnl::primitive primitive;
  std::vector<Argument> arguments;
  std::function<void(std::byte* block)> own;  ///< instead of a primitive, where set
};

/// A value of the network in the block. Only those of a plan that keeps all its values stay until its end.
struct DnnlValue {
  DnnlDesc desc;
  std::size_t offset{0};
  std::size_t steps{0};  ///< after so many it is there
};

struct DnnlPlan {
  std::vector<DnnlStep> steps;
  std::vector<DnnlValue> values;  ///< the first is the input, the last the output: N x width f32
  std::size_t block{0};           ///< bytes that a run needs
};

/// What plans of one network have in common.
struct DnnlPlanRequest {
  const Network& network;
  const std::vector<ValueNumbers>& numbers;
  int size{0};  ///< of the input, with its border
  int border{
      0};  ///< pixels a side that the input holds beyond the picture, instead of the first layer's padding
  bool keep_values{false};
};

/// Plans a run of `count` inputs. The input is N x H x W x C in the numbers of value 0, f32 where those are
/// bf16. Throws dnnl::error.
DnnlPlan plan_network(const DnnlPlanRequest& request, int count, DnnlWeights& weights);

}  // namespace skingauge
