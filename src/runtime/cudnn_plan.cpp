#include "runtime/cudnn_plan.hpp"

#include "skingauge/error.hpp"

#include "runtime/cuda_device.hpp"

#include <new>
#include <unordered_map>

#include <cudnn_frontend.h>

namespace skingauge {
namespace fe = cudnn_frontend;
namespace {

// Names of the tensors in a plan, which stand in stored plans too.
enum Tensor : std::int64_t { kInput = 1, kWeights, kResidual, kBias, kOutput, kScales, kResidualScale };

std::string says(fe::error_t error) { return error.get_message(); }

void check_cudnn(cudnnStatus_t status, const char* call) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  if (status == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED ||
      status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED)
    throw std::bad_alloc();
  throw DeviceError(ErrorCode::device_failed, std::string(call) + ": " + cudnnGetErrorString(status));
}

std::shared_ptr<fe::DeviceProperties> properties_of(const GpuDescription& gpu) {
  auto properties = std::make_shared<fe::DeviceProperties>();
  const std::vector<std::uint8_t> json(gpu.properties.begin(), gpu.properties.end());
  const auto status = properties->deserialize(json);
  if (status.is_bad())
    throw UsageError(ErrorCode::bad_option,
                     gpu.name + ": cuDNN does not take its description: " + says(status));
  return properties;
}

fe::DataType_t number_type(Precision precision) {
  switch (precision) {
    case Precision::fp16:
      return fe::DataType_t::HALF;
    case Precision::bf16:
      return fe::DataType_t::BFLOAT16;
    case Precision::int8:
      return fe::DataType_t::INT8;
    default:
      return fe::DataType_t::FLOAT;
  }
}

// Channels last; dimensions in the order N, C, H, W all the same, as cuDNN wants them.
fe::graph::Tensor_attributes channels_last(Tensor id, std::int64_t n, std::int64_t c, std::int64_t h,
                                           std::int64_t w) {
  return fe::graph::Tensor_attributes()
      .set_uid(id)
      .set_dim({n, c, h, w})
      .set_stride({h * w * c, 1, w * c, c});
}

class GraphMaker {
 public:
  GraphMaker(const ConvolutionCase& c, const GpuDescription& gpu)
      : case_(c), graph_(std::make_shared<fe::graph::Graph>()) {
    graph_->set_io_data_type(number_type(c.precision));
    graph_->set_intermediate_data_type(fe::DataType_t::FLOAT);
    graph_->set_compute_data_type(fe::DataType_t::FLOAT);
    graph_->set_device_properties(properties_of(gpu));
    graph_->set_sm_version(gpu.capability);
  }

  std::shared_ptr<fe::graph::Graph> make() {
    const auto& c = case_;
    const auto x = graph_->tensor(channels_last(kInput, c.tiles, c.in_channels, c.height, c.width));
    const auto w =
        graph_->tensor(channels_last(kWeights, c.out_channels, c.in_channels / c.groups, c.kernel, c.kernel));
    auto convolution = fe::graph::Conv_fprop_attributes()
                           .set_padding({c.padding, c.padding})
                           .set_stride({c.stride, c.stride})
                           .set_dilation({c.dilation, c.dilation});
    if (c.precision == Precision::int8) convolution.set_compute_data_type(fe::DataType_t::INT32);
    auto y = graph_->conv_fprop(x, w, convolution);
    if (c.precision == Precision::int8) y->set_data_type(fe::DataType_t::INT32);
    if (c.fused) y = c.precision == Precision::int8 ? finished(scaled(y)) : finished(y);
    y->set_output(true).set_uid(kOutput);
    return graph_;
  }

 private:
  using Value = std::shared_ptr<fe::graph::Tensor_attributes>;

  Value finished(Value y) {
    const auto& c = case_;
    if (c.residual) {
      auto residual =
          graph_->tensor(channels_last(kResidual, c.tiles, c.out_channels, c.out_height(), c.out_width()));
      if (c.precision == Precision::int8)
        residual = pointwise(fe::PointwiseMode_t::MUL, residual, factors(kResidualScale, 1));
      y = pointwise(fe::PointwiseMode_t::ADD, y, residual);
    }
    y = pointwise(fe::PointwiseMode_t::ADD, y, factors(kBias, c.out_channels));
    if (!c.relu) return y;
    return graph_->pointwise(y, fe::graph::Pointwise_attributes().set_mode(fe::PointwiseMode_t::RELU_FWD));
  }

  Value scaled(const Value& sums) {
    return pointwise(fe::PointwiseMode_t::MUL, sums, factors(kScales, case_.out_channels));
  }

  // One number a channel, or one for all; float32 where the values are bytes.
  Value factors(Tensor id, int channels) {
    auto tensor = channels_last(id, 1, channels, 1, 1);
    if (case_.precision == Precision::int8) tensor.set_data_type(fe::DataType_t::FLOAT);
    return graph_->tensor(tensor);
  }

  Value pointwise(fe::PointwiseMode_t mode, const Value& a, const Value& b) {
    return graph_->pointwise(a, b, fe::graph::Pointwise_attributes().set_mode(mode));
  }

  ConvolutionCase case_;
  std::shared_ptr<fe::graph::Graph> graph_;
};

// Engines that would answer in other numbers than were asked for, or not the same twice.
void deselect(fe::graph::Graph& graph, Precision precision) {
  using Note = fe::NumericalNote_t;
  graph.deselect_numeric_notes({Note::DOWN_CONVERT_INPUTS, Note::REDUCED_PRECISION_REDUCTION,
                                Note::NONDETERMINISTIC, Note::FFT, Note::WINOGRAD_TILE_6x6,
                                Note::WINOGRAD_TILE_13x13});
  if (precision != Precision::fp32) graph.deselect_numeric_notes({Note::WINOGRAD});
  if (precision == Precision::fp32) graph.deselect_numeric_notes({Note::TENSOR_CORE});
  if (precision == Precision::tf32) graph.select_numeric_notes({Note::TENSOR_CORE});
  if (precision == Precision::int8) graph.deselect_behavior_notes({fe::BehaviorNote_t::RUNTIME_COMPILATION});
}

}  // namespace

class CudnnPlan::Impl {
 public:
  Impl(std::shared_ptr<fe::graph::Graph> graph, std::int64_t index)
      : graph_(std::move(graph)), index_(index) {
    std::int64_t bytes = 0;
    if (graph_->get_workspace_size_plan_at_index(index_, bytes).is_good())
      workspace_ = static_cast<std::size_t>(bytes);
    if (graph_->get_plan_name_at_index(index_, name_).is_bad()) name_ = "restored";
  }

  std::shared_ptr<fe::graph::Graph> graph_;
  std::int64_t index_;  ///< of the graph's plans, which several of its candidates share
  std::size_t workspace_{0};
  std::string name_;
};

CudnnPlan::CudnnPlan(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CudnnPlan::CudnnPlan(CudnnPlan&&) noexcept = default;
CudnnPlan& CudnnPlan::operator=(CudnnPlan&&) noexcept = default;
CudnnPlan::~CudnnPlan() = default;

std::vector<CudnnPlan> CudnnPlan::candidates(const ConvolutionCase& c, const GpuDescription& gpu,
                                             std::size_t most, std::string& why) {
  const auto graph = GraphMaker(c, gpu).make();
  std::vector<CudnnPlan> found;
  auto offered = graph->validate();
  if (offered.is_good()) offered = graph->build_operation_graph();
  if (offered.is_good())
    offered = graph->create_execution_plans({fe::HeurMode_t::A, fe::HeurMode_t::FALLBACK});
  if (offered.is_bad()) {
    why = says(offered);
    return found;
  }
  deselect(*graph, c.precision);
  for (std::int64_t i = 0; i < graph->get_execution_plan_count() && found.size() < most; ++i) {
    const auto status = graph->build_plan_at_index(i);
    if (status.is_good()) {
      found.push_back(CudnnPlan(std::make_unique<Impl>(graph, i)));
    } else {
      why = says(status);
    }
  }
  return found;
}

std::unique_ptr<CudnnPlan> CudnnPlan::restore(std::span<const std::byte> stored, const GpuDescription& gpu) {
  auto graph = std::make_shared<fe::graph::Graph>();
  graph->set_device_properties(properties_of(gpu));
  const auto* first = reinterpret_cast<const std::uint8_t*>(stored.data());
  try {
    if (graph->deserialize(std::vector<std::uint8_t>(first, first + stored.size())).is_bad()) return nullptr;
  } catch (const std::exception&) {  // what its JSON library throws for damaged bytes
    return nullptr;
  }
  return std::unique_ptr<CudnnPlan>(new CudnnPlan(std::make_unique<Impl>(std::move(graph), 0)));
}

std::size_t CudnnPlan::workspace_bytes() const noexcept { return impl_->workspace_; }

const std::string& CudnnPlan::name() const noexcept { return impl_->name_; }

std::vector<std::byte> CudnnPlan::stored() const {
  // Building it again makes it the one of the graph's plans that is written.
  std::vector<std::uint8_t> bytes;
  auto status = impl_->graph_->build_plan_at_index(impl_->index_);
  if (status.is_good()) status = impl_->graph_->serialize(bytes, /*serialize_structure=*/false);
  if (status.is_bad())
    throw DeviceError(ErrorCode::device_failed, "cuDNN cannot write plan " + name() + ": " + says(status));
  const auto view = std::as_bytes(std::span(bytes));
  return {view.begin(), view.end()};
}

void CudnnPlan::queue(CudnnHandle& handle, NativeStream* stream, const ConvolutionTensors& tensors,
                      void* workspace) const {
  auto* cudnn = static_cast<cudnnHandle_t>(handle.handle_);
  check_cudnn(cudnnSetStream(cudnn, reinterpret_cast<cudaStream_t>(stream)), "cudnnSetStream");
  std::unordered_map<std::int64_t, void*> places{{kInput, const_cast<void*>(tensors.input)},
                                                 {kWeights, const_cast<void*>(tensors.weights)},
                                                 {kOutput, tensors.output}};
  if (tensors.bias != nullptr) places.emplace(kBias, const_cast<void*>(tensors.bias));
  if (tensors.residual != nullptr) places.emplace(kResidual, const_cast<void*>(tensors.residual));
  if (tensors.scales != nullptr) places.emplace(kScales, const_cast<float*>(tensors.scales));
  if (tensors.residual_scale != nullptr)
    places.emplace(kResidualScale, const_cast<float*>(tensors.residual_scale));
  const auto status = impl_->graph_->execute_plan_at_index(cudnn, places, workspace, impl_->index_);
  if (status.is_good()) return;
  const auto why = says(status);  // its code is the same for all; cuDNN's own stands in the text
  if (why.find("ALLOCATION_FAILED") != std::string::npos) throw std::bad_alloc();
  throw ModelError(ErrorCode::model_failed, "cuDNN, plan " + name() + ": " + why);
}

CudnnHandle::CudnnHandle(int device) : device_(device) {
  const CudaDeviceGuard guard(device_);
  cudnnHandle_t handle = nullptr;
  check_cudnn(cudnnCreate(&handle), "cudnnCreate");
  handle_ = handle;
}

CudnnHandle::~CudnnHandle() {
  try {
    const CudaDeviceGuard guard(device_);
    check_cudnn(cudnnDestroy(static_cast<cudnnHandle_t>(handle_)), "cudnnDestroy");
  } catch (...) {
    return;  // the device is lost, and with it what was to be released
  }
}

std::string cudnn_plan_version() {
  const auto version = cudnnGetVersion();
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100);
}

GpuDescription describe_gpu(int index) {
  const CudaDeviceGuard guard(index);
  fe::DeviceProperties properties;
  properties.set_device_id(index);
  std::vector<std::uint8_t> json;
  auto status = properties.build();
  if (status.is_good()) status = properties.serialize(json);
  if (status.is_bad()) {
    throw DeviceError(ErrorCode::device_failed,
                      "cuDNN cannot describe cuda:" + std::to_string(index) + ": " + says(status));
  }
  return gpu_of_properties({json.begin(), json.end()}, "cuda:" + std::to_string(index));
}

}  // namespace skingauge
