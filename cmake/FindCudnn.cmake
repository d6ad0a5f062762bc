# cuDNN 9 as Cudnn::cudnn, with the header-only cudnn-frontend. The library is the one that LibTorch loads (a wheel
# beside the torch package), so that one process has one; else that of the CUDA toolkit.
# Needs LibTorch_ROOT (may be empty). Sets Cudnn_VERSION and Cudnn_FRONTEND_VERSION.
get_filename_component(_cudnn_beside_torch "${LibTorch_ROOT}/../nvidia/cudnn" ABSOLUTE)
get_filename_component(_cudnn_toolkit "${CMAKE_CUDA_COMPILER}/../.." ABSOLUTE)
find_path(Cudnn_INCLUDE_DIR cudnn_graph.h HINTS "${_cudnn_beside_torch}/include" "${_cudnn_toolkit}/include")
find_library(Cudnn_LIBRARY NAMES libcudnn.so.9 cudnn NAMES_PER_DIR HINTS "${_cudnn_beside_torch}/lib" "${_cudnn_toolkit}/lib64")
# The wheel puts its headers into the folder of the packages itself.
get_filename_component(_cudnn_packages "${LibTorch_ROOT}/.." ABSOLUTE)
file(GLOB _cudnn_venv_packages "${SKINGAUGE_VENV}/lib/python3*/site-packages")
find_path(Cudnn_FRONTEND_INCLUDE_DIR cudnn_frontend.h HINTS "${_cudnn_packages}/include" "${_cudnn_venv_packages}/include"
          PATH_SUFFIXES cudnn-frontend/include)
find_library(Cudnn_NVRTC_LIBRARY NAMES libnvrtc.so.13 nvrtc NAMES_PER_DIR HINTS "${_cudnn_packages}/nvidia/cu13/lib" "${_cudnn_toolkit}/lib64")
mark_as_advanced(Cudnn_INCLUDE_DIR Cudnn_LIBRARY Cudnn_FRONTEND_INCLUDE_DIR Cudnn_NVRTC_LIBRARY)

function(_cudnn_version header prefix result)
  set(version "")
  foreach(part IN ITEMS MAJOR MINOR PATCH)
    file(STRINGS "${header}" line REGEX "define ${prefix}_${part}[A-Z_]* [0-9]+")
    string(REGEX REPLACE ".* ([0-9]+)$" "\\1" number "${line}")
    list(APPEND version "${number}")
  endforeach()
  list(JOIN version "." version)
  set(${result} "${version}" PARENT_SCOPE)
endfunction()
if(Cudnn_INCLUDE_DIR)
  _cudnn_version("${Cudnn_INCLUDE_DIR}/cudnn_version.h" CUDNN Cudnn_VERSION)
endif()
if(Cudnn_FRONTEND_INCLUDE_DIR)
  _cudnn_version("${Cudnn_FRONTEND_INCLUDE_DIR}/cudnn_frontend_version.h" CUDNN_FRONTEND Cudnn_FRONTEND_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Cudnn REQUIRED_VARS Cudnn_LIBRARY Cudnn_INCLUDE_DIR Cudnn_FRONTEND_INCLUDE_DIR Cudnn_NVRTC_LIBRARY
  VERSION_VAR Cudnn_VERSION)
if(Cudnn_FOUND AND NOT TARGET Cudnn::cudnn)
  add_library(Cudnn::cudnn SHARED IMPORTED)
  set_target_properties(Cudnn::cudnn PROPERTIES IMPORTED_LOCATION "${Cudnn_LIBRARY}")
  target_include_directories(Cudnn::cudnn SYSTEM INTERFACE "${Cudnn_INCLUDE_DIR}" "${Cudnn_FRONTEND_INCLUDE_DIR}")
  # Its messages write __FILE__ into the library: not the builder's folders.
  target_compile_options(Cudnn::cudnn INTERFACE
                         "$<$<COMPILE_LANGUAGE:CXX>:-fmacro-prefix-map=${Cudnn_FRONTEND_INCLUDE_DIR}=cudnn-frontend>")
  target_link_libraries(Cudnn::cudnn INTERFACE skingauge::cudart "${Cudnn_NVRTC_LIBRARY}" ${CMAKE_DL_LIBS})
endif()
