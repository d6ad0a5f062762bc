#include "runtime/cuda_layers.hpp"

#include "skingauge/error.hpp"

#include "runtime/cuda_device.hpp"
#include "runtime/cudnn_plan.hpp"
#include "runtime/layer_kernels.hpp"
#include "runtime/plan_store.hpp"
#include "runtime/plan_timer.hpp"
#include "runtime/tile_kernel.hpp"

#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <utility>

namespace skingauge {
namespace {

constexpr std::size_t kMeasuredCandidates = 10;

cudaStream_t native(NativeStream* stream) { return reinterpret_cast<cudaStream_t>(stream); }

// The case that a plan is made for.
ConvolutionCase planned(ConvolutionCase c) {
  if (!c.fused) c.residual = c.relu = false;
  if (c.fused && c.precision == Precision::int8) c.residual = true;
  return c;
}

std::size_t inputs(const ConvolutionCase& c) {
  return static_cast<std::size_t>(c.tiles) * static_cast<std::size_t>(c.height) *
         static_cast<std::size_t>(c.width) * static_cast<std::size_t>(c.in_channels);
}

// In 8 bits cuDNN has ready-made kernels for scale, residual, bias and ReLU together alone (seen with 9.19).
bool has_fused_kernels(const ConvolutionCase& c) {
  return c.precision != Precision::int8 || (c.relu && (c.residual || c.outputs() <= inputs(c)));
}

class CudnnLayers final : public CudaLayers {
 public:
  explicit CudnnLayers(CudaLayersOptions options)
      : options_(std::move(options)),
        store_(options_.cache, options_.gpu, cudnn_plan_version(), options_.precision) {
    if (options_.device) handle_.emplace(options_.device_index);
  }

  [[nodiscard]] Precision precision() const noexcept override { return options_.precision; }

  ConvolutionWay way(const ConvolutionCase& c) override {
    const std::lock_guard lock(mutex_);
    std::string why;
    const bool tried = c.fused && has_fused_kernels(c);
    const auto* plan = tried ? plan_of(planned(c), why) : nullptr;
    if (plan != nullptr) return {true, plan->workspace_bytes()};
    auto bare = c;
    bare.fused = false;
    std::string bare_why;
    plan = plan_of(planned(bare), bare_why);
    if (plan == nullptr)
      throw ModelError(ErrorCode::model_format,
                       "cuDNN has no plan for " + to_string(c) + ": " + why + "; " + bare_why);
    if (told_.insert(c).second) {
      if (tried) notes_.push_back("cuDNN does not take " + to_string(c) + " fused: " + why);
      ++counts_.bare;
    }
    return {false, plan->workspace_bytes()};
  }

  std::vector<std::string> ready() override {
    const std::lock_guard lock(mutex_);
    auto lines = std::exchange(notes_, {});
    try {
      store_.keep();
    } catch (const DiskError& e) {
      lines.emplace_back(e.what());  // costs time at the next start, not results
    }
    return lines;
  }

  [[nodiscard]] Counts counts() const override {
    const std::lock_guard lock(mutex_);
    auto counts = counts_;
    counts.plans = plans_.size();
    return counts;
  }

  void convolution(NativeStream* stream, const ConvolutionCase& c, const ConvolutionTensors& tensors,
                   void* workspace) override {
    const auto plan = planned(c);
    auto places = tensors;
    if (plan.residual && places.residual == nullptr) places.residual = places.input;
    const std::lock_guard lock(mutex_);  // the handle's stream is its state
    plans_.at(plan)->queue(*handle_, stream, places, workspace);
  }
  void normalise(NativeStream* stream, const Normalisation& normalisation, const std::uint8_t* tiles,
                 std::size_t pixels, int channels, void* out) override {
    check_cuda(launch_normalise_tiles({normalisation, tiles, pixels}, static_cast<unsigned>(channels),
                                      input_precision(options_.precision), out, native(stream)),
               "normalise_tiles");
  }
  void finish(NativeStream* stream, void* values, std::size_t count, int channels, const void* bias,
              const void* residual, bool relu) override {
    check_cuda(
        launch_finish(options_.precision, values, count, channels, bias, residual, relu, native(stream)),
        "finish");
  }
  void finish_bytes(NativeStream* stream, Precision sums_of, const ByteFinish& finish, const void* sums,
                    std::size_t count, std::int8_t* out) override {
    check_cuda(launch_finish_bytes(sums_of, finish, sums, count, out, native(stream)), "finish_bytes");
  }
  void max_pool(NativeStream* stream, const PoolShape& shape, std::size_t tiles, const void* in,
                void* out) override {
    check_cuda(launch_max_pool(options_.precision, shape, tiles, in, out, native(stream)), "max_pool");
  }
  void mean(NativeStream* stream, std::size_t tiles, int area, int channels, const void* in, float scale,
            float* out) override {
    check_cuda(launch_mean(options_.precision, tiles, area, channels, in, scale, out, native(stream)),
               "mean");
  }
  void linear(NativeStream* stream, std::size_t tiles, int inputs, int outputs, const float* in,
              const float* weights, const float* bias, bool relu, float* out) override {
    check_cuda(launch_linear(tiles, inputs, outputs, in, weights, bias, relu, out, native(stream)), "linear");
  }

 private:
  // Null, with the reason, where cuDNN offers none; remembered either way.
  const CudnnPlan* plan_of(const ConvolutionCase& c, std::string& why) {
    if (const auto found = plans_.find(c); found != plans_.end()) return found->second.get();
    if (const auto refused = refused_.find(c); refused != refused_.end()) {
      why = refused->second;
      return nullptr;
    }
    auto plan = restored(c);
    if (!plan) plan = chosen(c, why);
    if (plan) return plans_.emplace(c, std::move(plan)).first->second.get();
    refused_.emplace(c, why);
    return nullptr;
  }

  [[nodiscard]] bool measuring() const { return options_.device != nullptr && !options_.cache.empty(); }

  std::unique_ptr<CudnnPlan> restored(const ConvolutionCase& c) {
    const auto* stored = store_.find(to_string(c));
    if (stored == nullptr || (measuring() && !stored->microseconds)) return nullptr;
    auto plan = CudnnPlan::restore(stored->bytes, options_.gpu);
    if (plan) ++counts_.restored;
    return plan;
  }

  std::unique_ptr<CudnnPlan> chosen(const ConvolutionCase& c, std::string& why) {
    auto candidates = CudnnPlan::candidates(c, options_.gpu, measuring() ? kMeasuredCandidates : 1, why);
    if (candidates.empty()) return nullptr;
    std::size_t best = 0;
    std::optional<double> least;
    if (measuring()) least = measure(c, candidates, best);
    if (least) ++counts_.measured;
    if (!store_.keeps()) return std::make_unique<CudnnPlan>(std::move(candidates[best]));
    const auto bytes = candidates[best].stored();
    store_.put(to_string(c), {candidates[best].name(), bytes, least, 0});
    // Alone, for the candidates share memory.
    if (auto alone = CudnnPlan::restore(bytes, options_.gpu)) return alone;
    return std::make_unique<CudnnPlan>(std::move(candidates[best]));
  }

  // Microseconds of the fastest, which is `best` then; none where memory is too short to measure.
  std::optional<double> measure(const ConvolutionCase& c, const std::vector<CudnnPlan>& candidates,
                                std::size_t& best) try {
    std::optional<double> least;
    PlanTimer timer(c, options_.device, options_.device_index);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const auto time = timer.measure(candidates[i], *handle_);
      if (!time || (least && *least <= *time)) continue;
      least = time;
      best = i;
    }
    return least;
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }

  CudaLayersOptions options_;
  std::optional<CudnnHandle> handle_;
  mutable std::mutex mutex_;
  PlanStore store_;
  std::map<ConvolutionCase, std::unique_ptr<const CudnnPlan>> plans_;
  std::map<ConvolutionCase, std::string> refused_;
  std::set<ConvolutionCase> told_;  ///< that they are not taken fused
  std::vector<std::string> notes_;
  Counts counts_;
};

}  // namespace

std::shared_ptr<CudaLayers> make_cuda_layers(CudaLayersOptions options) {
  return std::make_shared<CudnnLayers>(std::move(options));
}

}  // namespace skingauge
