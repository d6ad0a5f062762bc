// One formula for two compilers: a function that kernels call, and that tests run on the CPU.
#pragma once

#ifdef __CUDACC__
#define SKINGAUGE_HOST_DEVICE __host__ __device__
#else
#define SKINGAUGE_HOST_DEVICE
#endif
