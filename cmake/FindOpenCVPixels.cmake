# The asked-for modules of OpenCV (COMPONENTS core imgproc imgcodecs) as OpenCVPixels::core, ::imgproc and ::imgcodecs.
# OpenCV's own CMake files come only with Debian's libopencv-dev, which brings all of OpenCV's modules.
find_path(OpenCVPixels_INCLUDE_DIR opencv2/core/version.hpp PATH_SUFFIXES opencv4 opencv5)
set(OpenCVPixels_LIBRARIES "")
foreach(module IN LISTS OpenCVPixels_FIND_COMPONENTS)
  find_library(OpenCVPixels_${module}_LIBRARY opencv_${module})
  mark_as_advanced(OpenCVPixels_${module}_LIBRARY)
  list(APPEND OpenCVPixels_LIBRARIES OpenCVPixels_${module}_LIBRARY)
endforeach()
mark_as_advanced(OpenCVPixels_INCLUDE_DIR)

set(OpenCVPixels_VERSION "")
if(OpenCVPixels_INCLUDE_DIR)
  file(READ "${OpenCVPixels_INCLUDE_DIR}/opencv2/core/version.hpp" version_header)
  foreach(part IN ITEMS MAJOR MINOR REVISION)
    string(REGEX MATCH "CV_VERSION_${part} +([0-9]+)" found "${version_header}")
    list(APPEND OpenCVPixels_VERSION "${CMAKE_MATCH_1}")
  endforeach()
  list(JOIN OpenCVPixels_VERSION "." OpenCVPixels_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVPixels REQUIRED_VARS OpenCVPixels_INCLUDE_DIR ${OpenCVPixels_LIBRARIES}
                                  VERSION_VAR OpenCVPixels_VERSION)
if(OpenCVPixels_FOUND AND NOT TARGET OpenCVPixels::core)
  foreach(module IN LISTS OpenCVPixels_FIND_COMPONENTS)
    add_library(OpenCVPixels::${module} UNKNOWN IMPORTED)
    set_target_properties(OpenCVPixels::${module} PROPERTIES IMPORTED_LOCATION "${OpenCVPixels_${module}_LIBRARY}"
                                                             INTERFACE_INCLUDE_DIRECTORIES "${OpenCVPixels_INCLUDE_DIR}")
  endforeach()
endif()
