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
  else()
    execute_process(COMMAND "${SKINGAUGE_NVCC}" --version OUTPUT_VARIABLE nvcc_version)
    string(REGEX MATCH "release ([0-9]+)" found "${nvcc_version}")
    set(nvcc_major "${CMAKE_MATCH_1}")
    if(LibTorch_CUDA_VERSION AND NOT LibTorch_CUDA_VERSION MATCHES "^${nvcc_major}\\.")
      set(SKINGAUGE_CUDA_REASON "${SKINGAUGE_NVCC} is of CUDA ${nvcc_major}, LibTorch of CUDA ${LibTorch_CUDA_VERSION}")
    endif()
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
  if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
    # CMake 3.25.1 does not know yet that nvcc 12 and later have C++20.
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
  endif()
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_EXTENSIONS OFF)
  set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
  # Not find_package(CUDAToolkit): the one of Debian 12's CMake 3.25.1 fails on toolkits without nvToolsExt,
  # which CUDA 13 no longer has.
  get_filename_component(toolkit "${CMAKE_CUDA_COMPILER}/../.." ABSOLUTE)
  find_path(SKINGAUGE_CUDA_INCLUDE_DIR cuda_runtime_api.h HINTS ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES} "${toolkit}/include"
            REQUIRED NO_DEFAULT_PATH)
  find_library(SKINGAUGE_CUDART_LIBRARY cudart HINTS "${toolkit}/lib64" ${CMAKE_CUDA_IMPLICIT_LINK_DIRECTORIES} REQUIRED
               NO_DEFAULT_PATH)
  mark_as_advanced(SKINGAUGE_CUDA_INCLUDE_DIR SKINGAUGE_CUDART_LIBRARY)
  add_library(skingauge::cudart SHARED IMPORTED)
  set_target_properties(skingauge::cudart PROPERTIES IMPORTED_LOCATION "${SKINGAUGE_CUDART_LIBRARY}")
  target_include_directories(skingauge::cudart SYSTEM INTERFACE "${SKINGAUGE_CUDA_INCLUDE_DIR}")
  set(SKINGAUGE_HAS_CUDA ON)
  # Without cuDNN's headers the GPU runs networks through LibTorch alone.
  find_package(Cudnn 9.8)
  # Without it photographs are decoded on the CPU alone. 12.1: interpolated chroma.
  find_package(Nvjpeg 12.1)
endif()
