# Decides whether the CUDA code is compiled (SKINGAUGE_HAS_CUDA), and finds the toolkit if so.
# AUTO: where nvcc is found and LibTorch is a CUDA build. ON: an error where either is missing.

set(SKINGAUGE_HAS_CUDA OFF)
set(SKINGAUGE_CUDA_REASON "")
if(SKINGAUGE_CUDA STREQUAL "OFF")
  set(SKINGAUGE_CUDA_REASON "SKINGAUGE_CUDA=OFF")
elseif(NOT SKINGAUGE_TORCH)
  set(SKINGAUGE_CUDA_REASON "SKINGAUGE_TORCH=OFF")
elseif(NOT LibTorch_IS_CUDA)
  set(SKINGAUGE_CUDA_REASON "LibTorch in ${LibTorch_ROOT} is a CPU build")
else()
  include(SkingaugeVenv)
  find_program(SKINGAUGE_NVCC nvcc HINTS "${CMAKE_CUDA_COMPILER}" "${CUDAToolkit_ROOT}/bin" "$ENV{CUDA_HOME}/bin"
                                         /usr/local/cuda/bin "${SKINGAUGE_VENV}/cuda/bin")
  mark_as_advanced(SKINGAUGE_NVCC)
  if(NOT SKINGAUGE_NVCC)
    set(SKINGAUGE_CUDA_REASON "no nvcc on the path, in /usr/local/cuda or in the virtual environment")
  endif()
endif()

if(SKINGAUGE_CUDA_REASON AND SKINGAUGE_CUDA STREQUAL "ON")
  message(FATAL_ERROR "SKINGAUGE_CUDA=ON, but: ${SKINGAUGE_CUDA_REASON}")
endif()

if(NOT SKINGAUGE_CUDA_REASON)
  if(NOT CMAKE_CUDA_COMPILER)
    set(CMAKE_CUDA_COMPILER "${SKINGAUGE_NVCC}")
  endif()
  if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    # The newest also as PTX, for GPUs that come after it.
    set(CMAKE_CUDA_ARCHITECTURES 80-real 86-real 89-real 90-real 100)
  endif()
  enable_language(CUDA)
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  find_package(CUDAToolkit 12 REQUIRED)
  set(SKINGAUGE_HAS_CUDA ON)
endif()
