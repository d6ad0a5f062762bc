# oneDNN as DnnlCpu::dnnl. Debian's own CMake package wants OpenCL, which running on the CPU does not need.
find_path(DnnlCpu_INCLUDE_DIR oneapi/dnnl/dnnl.hpp)
find_library(DnnlCpu_LIBRARY dnnl)
mark_as_advanced(DnnlCpu_INCLUDE_DIR DnnlCpu_LIBRARY)
if(DnnlCpu_INCLUDE_DIR)
  file(STRINGS "${DnnlCpu_INCLUDE_DIR}/oneapi/dnnl/dnnl_version.h" version REGEX "define DNNL_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX REPLACE "[^0-9;]" "" version "${version}")
  list(JOIN version "." DnnlCpu_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DnnlCpu REQUIRED_VARS DnnlCpu_LIBRARY DnnlCpu_INCLUDE_DIR VERSION_VAR DnnlCpu_VERSION
                                  HANDLE_VERSION_RANGE)
if(DnnlCpu_FOUND AND NOT TARGET DnnlCpu::dnnl)
  add_library(DnnlCpu::dnnl UNKNOWN IMPORTED)
  set_target_properties(DnnlCpu::dnnl PROPERTIES IMPORTED_LOCATION "${DnnlCpu_LIBRARY}"
                                                 INTERFACE_INCLUDE_DIRECTORIES "${DnnlCpu_INCLUDE_DIR}")
endif()
