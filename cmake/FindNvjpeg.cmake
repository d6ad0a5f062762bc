# nvJPEG as Nvjpeg::nvjpeg, out of PyPI's wheel nvidia-nvjpeg or the CUDA toolkit.
#
# Looked for, in this order:
#   1. a CMAKE_PREFIX_PATH with include/ and lib/, or nvjpeg/include and nvjpeg/lib in it
#   2. the virtual environment that scripts/setup makes
#   3. the CUDA toolkit of CMAKE_CUDA_COMPILER
# Sets Nvjpeg_VERSION (four parts, as nvjpeg.h says).
include(SkingaugeVenv)

file(GLOB _nvjpeg_hints "${SKINGAUGE_VENV}/lib/python3*/site-packages/nvidia/cu13")
get_filename_component(_nvjpeg_toolkit "${CMAKE_CUDA_COMPILER}/../.." ABSOLUTE)
list(APPEND _nvjpeg_hints "${_nvjpeg_toolkit}")

find_path(Nvjpeg_INCLUDE_DIR nvjpeg.h PATHS ${_nvjpeg_hints} PATH_SUFFIXES include nvjpeg/include)
# The wheel has no name without a version.
find_library(Nvjpeg_LIBRARY NAMES nvjpeg libnvjpeg.so.13 NAMES_PER_DIR PATHS ${_nvjpeg_hints} PATH_SUFFIXES lib lib64 nvjpeg/lib)
mark_as_advanced(Nvjpeg_INCLUDE_DIR Nvjpeg_LIBRARY)

set(Nvjpeg_VERSION "")
if(Nvjpeg_INCLUDE_DIR)
  file(STRINGS "${Nvjpeg_INCLUDE_DIR}/nvjpeg.h" version_lines REGEX "define NVJPEG_VER_(MAJOR|MINOR|PATCH|BUILD) [0-9]+")
  string(REGEX MATCHALL "[0-9]+" Nvjpeg_VERSION "${version_lines}")
  list(JOIN Nvjpeg_VERSION "." Nvjpeg_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Nvjpeg REQUIRED_VARS Nvjpeg_LIBRARY Nvjpeg_INCLUDE_DIR VERSION_VAR Nvjpeg_VERSION)
if(Nvjpeg_FOUND AND NOT TARGET Nvjpeg::nvjpeg)
  add_library(Nvjpeg::nvjpeg SHARED IMPORTED)
  set_target_properties(Nvjpeg::nvjpeg PROPERTIES IMPORTED_LOCATION "${Nvjpeg_LIBRARY}")
  target_include_directories(Nvjpeg::nvjpeg SYSTEM INTERFACE "${Nvjpeg_INCLUDE_DIR}")
endif()
