#include "runtime/dnnl_network.hpp"

#include "skingauge/error.hpp"

#include "runtime/dnnl_plan.hpp"
#include "runtime/huge_memory.hpp"
#include "runtime/input_layout.hpp"

#include <array>
#include <mutex>
#include <new>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace skingauge {
namespace {

// Tiles that go through the layers together, so that their values of a layer stay near the core: full groups
// of the first number, what is left in the next ones. Few numbers, since each has its plan.
constexpr std::array<std::size_t, 4> kTogether{8, 4, 2, 1};

// A block that a thread keeps and grows.
class Block {
 public:
  std::byte* at_least(std::size_t size) {
    if (size > size_) {
      bytes_.reset();
      size_ = 0;
      bytes_ = huge_memory(size);
      size_ = size;
    }
    return bytes_.get();
  }

 private:
  std::shared_ptr<std::byte> bytes_;
  std::size_t size_{0};
};

// A plan bound to memory. For one thread at a time.
class BoundPlan {
 public:
  explicit BoundPlan(const DnnlPlan& plan) : plan_(&plan), arguments_(plan.steps.size()) {
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
      for (const auto& a : plan.steps[s].arguments)
        arguments_[s].emplace(a.name,
                              a.weights ? *a.weights : dnnl::memory(a.desc, dnnl_cpu(), DNNL_MEMORY_NONE));
    }
  }

  void run(std::byte* block) { run(block, 0, plan_->steps.size()); }

  /// The steps from `first` until before `end`.
  void run(std::byte* block, std::size_t first, std::size_t end) {
    bind(block);
    for (std::size_t s = first; s < end; ++s) {
      const auto& step = plan_->steps[s];
      step.own ? step.own(block) : step.primitive.execute(dnnl_stream(), arguments_[s]);
    }
    dnnl_stream().wait();
  }

 private:
  void bind(std::byte* block) {
    if (block == block_) return;
    for (std::size_t s = 0; s < plan_->steps.size(); ++s) {
      for (const auto& a : plan_->steps[s].arguments) {
        if (!a.weights) arguments_[s].at(a.name).set_data_handle(block + a.offset);
      }
    }
    block_ = block;
  }

  const DnnlPlan* plan_;
  std::vector<std::unordered_map<int, dnnl::memory>> arguments_;
  std::byte* block_{nullptr};
};

// Lends bound plans: as many exist as threads have run at once.
class SharedPlan {
 public:
  explicit SharedPlan(DnnlPlan plan) : plan_(std::move(plan)) {}
  [[nodiscard]] const DnnlPlan& plan() const noexcept { return plan_; }

  void run(std::byte* block) {
    auto bound = take();
    bound->run(block);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(bound));
  }

 private:
  std::unique_ptr<BoundPlan> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<BoundPlan>(plan_);
    auto bound = std::move(idle_.back());
    idle_.pop_back();
    return bound;
  }

  DnnlPlan plan_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<BoundPlan>> idle_;
};

[[noreturn]] void rethrow(const dnnl::error& e) {
  if (e.status == dnnl_out_of_memory) throw std::bad_alloc();
  throw ModelError(ErrorCode::model_failed, std::string("oneDNN: ") + e.what());
}

}  // namespace

class DnnlNetwork::Impl {
 public:
  Impl(const Network& network, int size, const Normalisation& normalisation, Precision precision,
       const ValueRanges& ranges, PreparedNetwork* packed)
      : width_(static_cast<std::size_t>(network.width())), input_(network, size, normalisation, precision) {
    value_shapes(network, size, size);
    const auto numbers = value_numbers(network, precision, ranges);
    DnnlWeights weights(network, numbers, normalisation);
    plan({network, numbers, input_.size(), input_.border(), false}, weights);
    if (packed != nullptr) *packed = weights.packed();
  }
  Impl(const PreparedNetwork& prepared, int size, const Normalisation& normalisation, Precision precision)
      : width_(static_cast<std::size_t>(prepared.network.width())),
        input_(prepared.network, size, normalisation, precision) {
    value_shapes(prepared.network, size, size);
    DnnlWeights weights(prepared);
    plan({prepared.network, prepared.numbers, input_.size(), input_.border(), false}, weights);
  }

  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) {
    try {
      std::size_t first = 0;
      for (std::size_t i = 0; i < kTogether.size(); ++i) {
        for (; count - first >= kTogether[i]; first += kTogether[i]) {
          const auto n = kTogether[i];
          run_together(*plans_[i], tiles.subspan(first * input_.tile_bytes(), n * input_.tile_bytes()), n,
                       outputs.subspan(first * width_, n * width_));
        }
      }
    } catch (const dnnl::error& e) {
      rethrow(e);
    }
  }

 private:
  void plan(const DnnlPlanRequest& request, DnnlWeights& weights) {
    static_cast<void>(dnnl_stream());  // one thread, before anything is planned
    try {
      for (std::size_t i = 0; i < kTogether.size(); ++i)
        plans_[i] =
            std::make_unique<SharedPlan>(plan_network(request, static_cast<int>(kTogether[i]), weights));
    } catch (const dnnl::error& e) {
      rethrow(e);
    }
  }

  void run_together(SharedPlan& shared, std::span<const std::uint8_t> tiles, std::size_t n,
                    std::span<float> outputs) const {
    thread_local Block memory;
    const auto& plan = shared.plan();
    auto* block = memory.at_least(plan.block);
    input_.write(tiles, n, block + plan.values.front().offset);
    shared.run(block);
    const auto* answers = reinterpret_cast<const float*>(block + plan.values.back().offset);
    std::copy(answers, answers + outputs.size(), outputs.begin());
  }

  std::size_t width_;
  InputLayout input_;
  std::array<std::unique_ptr<SharedPlan>, kTogether.size()> plans_;
};

DnnlNetwork::DnnlNetwork(const Network& network, int size, const Normalisation& normalisation,
                         Precision precision, const ValueRanges& ranges, PreparedNetwork* packed)
    : impl_(std::make_unique<Impl>(network, size, normalisation, precision, ranges, packed)) {}
DnnlNetwork::DnnlNetwork(const PreparedNetwork& prepared, int size, const Normalisation& normalisation,
                         Precision precision)
    : impl_(std::make_unique<Impl>(prepared, size, normalisation, precision)) {}
DnnlNetwork::~DnnlNetwork() = default;

void DnnlNetwork::run(std::span<const std::uint8_t> tiles, std::size_t count,
                      std::span<float> outputs) const {
  impl_->run(tiles, count, outputs);
}

std::string dnnl_version() {
  const auto* v = dnnl::version();
  return std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
}

bool dnnl_has_bf16() {
  const auto needed =
      static_cast<unsigned>(dnnl::cpu_isa::avx512_core);  // each kind holds the bits of those below
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & needed) == needed;
}

std::string dnnl_identity() {
  return "oneDNN " + dnnl_version() + " " + dnnl::version()->hash + ", instructions " +
         std::to_string(static_cast<int>(dnnl::get_effective_cpu_isa()));
}

std::vector<float> see_values(const Network& network, int size, const Normalisation& normalisation,
                              std::span<const std::uint8_t> tiles, std::size_t count, const SeeValue& see) {
  static_cast<void>(dnnl_stream());
  const InputLayout input(network, size, normalisation, Precision::fp32);
  const auto numbers = value_numbers(network, Precision::fp32, {});
  DnnlWeights weights(network, numbers, normalisation);
  const auto plan = plan_network({network, numbers, size, 0, true}, 1, weights);
  Block memory;
  auto* block = memory.at_least(plan.block);
  BoundPlan bound(plan);
  std::vector<float> answers;
  for (std::size_t t = 0; t < count; ++t) {
    input.write(tiles.subspan(t * input.tile_bytes(), input.tile_bytes()), 1, block + plan.values[0].offset);
    std::size_t done = 0;
    std::span<float> elements;
    for (std::size_t v = 0; v < plan.values.size(); ++v) {
      const auto& value = plan.values[v];
      bound.run(block, done, value.steps);
      done = value.steps;
      elements = {reinterpret_cast<float*>(block + value.offset), value.desc.get_size() / sizeof(float)};
      see(v, elements);
    }
    answers.insert(answers.end(), elements.begin(), elements.end());
  }
  return answers;
}

}  // namespace skingauge
