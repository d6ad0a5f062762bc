# Build type, output folders, warnings and sanitizers, the same for every target of skingauge.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, RelWithDebInfo or Debug" FORCE)
  endif()
  find_program(SKINGAUGE_CCACHE ccache)
  if(SKINGAUGE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${SKINGAUGE_CCACHE}")
    set(CMAKE_CUDA_COMPILER_LAUNCHER "${SKINGAUGE_CCACHE}")
  endif()
endif()

set(SKINGAUGE_WARNINGS
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Wcast-align -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  # False alarms on operator+ of std::string (GCC bug 105651), and on a moved std::variant.
  list(APPEND SKINGAUGE_WARNINGS -Wno-restrict -Wno-maybe-uninitialized)
endif()
# nvcc's generated code does not survive the others.
set(SKINGAUGE_CUDA_WARNINGS -Xcompiler=-Wall,-Wextra,-Wconversion,-Wshadow)

# Own compile flags for one of skingauge's targets; nobody who links it inherits them.
function(skingauge_configure_target target)
  # Multiply and add stay two roundings, as on the CPU: kernels answer to the last bit what their tests there do.
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:--fmad=false>)
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${SKINGAUGE_WARNINGS}>
                                           $<$<COMPILE_LANGUAGE:CUDA>:${SKINGAUGE_CUDA_WARNINGS}>)
  if(SKINGAUGE_WERROR)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Werror>
                                             "$<$<COMPILE_LANGUAGE:CUDA>:SHELL:-Werror all-warnings -Xcompiler=-Werror>")
  endif()
  if(SKINGAUGE_SANITIZE)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${SKINGAUGE_SANITIZE}>
                                             $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize-recover=all>
                                             $<$<COMPILE_LANGUAGE:CXX>:-fno-omit-frame-pointer>)
    target_link_options(${target} PRIVATE -fsanitize=${SKINGAUGE_SANITIZE})
  endif()
endfunction()
