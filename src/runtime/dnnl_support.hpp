// What every source that sees oneDNN needs of it.
#pragma once

#include "skingauge/network.hpp"

#include <cstdint>

#include <omp.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace skingauge {

using DnnlDesc = dnnl::memory::desc;
using DnnlType = dnnl::memory::data_type;
using DnnlTag = dnnl::memory::format_tag;

inline const dnnl::engine& dnnl_cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

/// The calling thread's own. Each thread of ours computes on one core; oneDNN plans for as many threads as
/// OpenMP would use, so the first call sets that to one for the calling thread.
inline dnnl::stream& dnnl_stream() {
  thread_local dnnl::stream stream = [] {
    omp_set_num_threads(1);
    return dnnl::stream(dnnl_cpu());
  }();
  return stream;
}

inline dnnl::memory::dims dnnl_dims(std::int64_t n, const ValueShape& s) {
  return {n, s.channels, s.height, s.width};
}

}  // namespace skingauge
