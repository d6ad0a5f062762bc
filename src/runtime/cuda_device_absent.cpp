#include "skingauge/machine.hpp"

namespace skingauge {

CudaStatus query_cuda(bool /*free_memory*/) {
  CudaStatus cuda;
  cuda.problem = "this build has no CUDA";
  return cuda;
}

}  // namespace skingauge
