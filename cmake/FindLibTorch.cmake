# LibTorch as LibTorch::cpu and, where it is a CUDA build, LibTorch::cuda; from a torch wheel or from the C++
# archive, whose libraries are imported as they lie. LibTorch's own TorchConfig.cmake is not used: it stops
# where no CUDA toolkit is, ignores CMAKE_CUDA_ARCHITECTURES and adds architectures that nvcc 13 rejects.
#
# Looked for, in this order:
#   1. what the user names: Torch_DIR (the folder with TorchConfig.cmake) or a CMAKE_PREFIX_PATH with one in it
#   2. SKINGAUGE_TORCH_DIR: a torch folder with include/ and lib/ in it
#   3. the torch package of the virtual environment that scripts/setup makes
#   4. the torch package of the python3 on the path
# Sets LibTorch_ROOT, LibTorch_VERSION, LibTorch_IS_CUDA, LibTorch_CUDA_VERSION (may be empty) and LibTorch_FROM (which of the above it was).
include(FindPackageHandleStandardArgs)
include(SkingaugeVenv)

function(_libtorch_from_user result)
  find_path(LibTorch_CONFIG_DIR TorchConfig.cmake HINTS "${Torch_DIR}" "$ENV{Torch_DIR}"
            PATH_SUFFIXES share/cmake/Torch NO_CMAKE_SYSTEM_PATH NO_SYSTEM_ENVIRONMENT_PATH NO_CACHE)
  if(LibTorch_CONFIG_DIR)
    get_filename_component(root "${LibTorch_CONFIG_DIR}/../../.." ABSOLUTE)
    set(${result} "${root}" PARENT_SCOPE)
  elseif(Torch_DIR OR DEFINED ENV{Torch_DIR})
    message(FATAL_ERROR "Torch_DIR is \"${Torch_DIR}$ENV{Torch_DIR}\": expected the folder that holds TorchConfig.cmake")
  endif()
endfunction()

function(_libtorch_from_python python result)
  if(NOT EXISTS "${python}")
    return()
  endif()
  execute_process(
    COMMAND "${python}" -c "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')"
    OUTPUT_VARIABLE root OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  set(${result} "${root}" PARENT_SCOPE)
endfunction()

set(LibTorch_ROOT "")
_libtorch_from_user(LibTorch_ROOT)
set(LibTorch_FROM "named by the user")
if(NOT LibTorch_ROOT AND SKINGAUGE_TORCH_DIR)
  set(LibTorch_ROOT "${SKINGAUGE_TORCH_DIR}")
  set(LibTorch_FROM "SKINGAUGE_TORCH_DIR")
endif()
if(NOT LibTorch_ROOT)
  _libtorch_from_python("${SKINGAUGE_VENV}/bin/python3" LibTorch_ROOT)
  set(LibTorch_FROM "the virtual environment")
endif()
if(NOT LibTorch_ROOT)
  find_program(python3 python3 NO_CACHE)
  _libtorch_from_python("${python3}" LibTorch_ROOT)
  set(LibTorch_FROM "python3's torch package")
endif()

set(LibTorch_VERSION "")
set(LibTorch_HEADER "${LibTorch_ROOT}/include/torch/csrc/api/include/torch/version.h")
foreach(header IN ITEMS "${LibTorch_HEADER}" "${LibTorch_ROOT}/include/torch/headeronly/version.h")
  if(EXISTS "${header}" AND NOT LibTorch_VERSION)
    file(STRINGS "${header}" version_lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    string(REGEX MATCHALL "[0-9]+" LibTorch_VERSION "${version_lines}")
    list(JOIN LibTorch_VERSION "." LibTorch_VERSION)
  endif()
endforeach()
# Written in the wheel and in the C++ archive, in different places.
set(LibTorch_CUDA_VERSION "")
if(EXISTS "${LibTorch_ROOT}/version.py")
  file(STRINGS "${LibTorch_ROOT}/version.py" cuda_line REGEX "^cuda.*'[0-9.]+'")
  string(REGEX MATCH "[0-9]+\\.[0-9]+" LibTorch_CUDA_VERSION "${cuda_line}")
elseif(EXISTS "${LibTorch_ROOT}/build-version")
  file(STRINGS "${LibTorch_ROOT}/build-version" cuda_line REGEX "\\+cu[0-9]+")
  string(REGEX REPLACE ".*\\+cu([0-9]+)([0-9])$" "\\1.\\2" LibTorch_CUDA_VERSION "${cuda_line}")
endif()
foreach(library IN ITEMS torch_cpu c10 torch_cuda c10_cuda)
  set(LibTorch_${library} "${LibTorch_ROOT}/lib/lib${library}.so")
  if(NOT EXISTS "${LibTorch_${library}}")
    set(LibTorch_${library} "LibTorch_${library}-NOTFOUND")
  endif()
endforeach()
if(LibTorch_torch_cuda AND LibTorch_c10_cuda)
  set(LibTorch_IS_CUDA ON)
else()
  set(LibTorch_IS_CUDA OFF)
endif()

find_package_handle_standard_args(
  LibTorch REQUIRED_VARS LibTorch_ROOT LibTorch_torch_cpu LibTorch_c10 VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "Run scripts/setup, or name a LibTorch: -DTorch_DIR=<its folder>/share/cmake/Torch")

if(LibTorch_FOUND)
  file(STRINGS "${LibTorch_ROOT}/share/cmake/Torch/TorchConfig.cmake" old_abi REGEX "_GLIBCXX_USE_CXX11_ABI=0")
  if(old_abi)
    message(FATAL_ERROR "LibTorch in ${LibTorch_ROOT} uses the C++ ABI from before C++11, which OpenCV and the other "
                        "libraries do not: expected a cxx11-abi build")
  endif()
endif()

# A library that must stay linked though none of its symbols are used: it registers itself when loaded.
set(CMAKE_LINK_LIBRARY_USING_skingauge_needed_SUPPORTED TRUE)
set(CMAKE_LINK_LIBRARY_USING_skingauge_needed "LINKER:--push-state,--no-as-needed" "<LINK_ITEM>" "LINKER:--pop-state")

function(_libtorch_import name file)
  add_library(LibTorch::${name} SHARED IMPORTED)
  set_target_properties(LibTorch::${name} PROPERTIES IMPORTED_LOCATION "${file}" IMPORTED_NO_SONAME OFF)
endfunction()

if(LibTorch_FOUND AND NOT TARGET LibTorch::cpu)
  _libtorch_import(c10 "${LibTorch_c10}")
  _libtorch_import(torch_cpu "${LibTorch_torch_cpu}")
  add_library(LibTorch::cpu INTERFACE IMPORTED)
  target_include_directories(LibTorch::cpu SYSTEM INTERFACE "${LibTorch_ROOT}/include"
                                                            "${LibTorch_ROOT}/include/torch/csrc/api/include")
  target_compile_definitions(LibTorch::cpu INTERFACE _GLIBCXX_USE_CXX11_ABI=1)
  # Its assertions write __FILE__ into the library: not the builder's folders.
  target_compile_options(LibTorch::cpu INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:-fmacro-prefix-map=${LibTorch_ROOT}=torch>")
  target_link_libraries(LibTorch::cpu INTERFACE LibTorch::torch_cpu LibTorch::c10)
  if(LibTorch_IS_CUDA)
    _libtorch_import(c10_cuda "${LibTorch_c10_cuda}")
    _libtorch_import(torch_cuda "${LibTorch_torch_cuda}")
    add_library(LibTorch::cuda INTERFACE IMPORTED)
    target_link_libraries(LibTorch::cuda INTERFACE LibTorch::cpu LibTorch::c10_cuda
                                                   "$<LINK_LIBRARY:skingauge_needed,LibTorch::torch_cuda>")
  endif()
endif()
