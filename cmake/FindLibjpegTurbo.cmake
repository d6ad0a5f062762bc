# libjpeg-turbo's libjpeg interface as LibjpegTurbo::jpeg. Another libjpeg has no jpeg_skip_scanlines and is not taken.
find_package(PkgConfig QUIET)
pkg_check_modules(PC_LibjpegTurbo QUIET libjpeg)
find_path(LibjpegTurbo_INCLUDE_DIR jpeglib.h HINTS ${PC_LibjpegTurbo_INCLUDE_DIRS})
find_path(LibjpegTurbo_CONFIG_DIR jconfig.h HINTS ${PC_LibjpegTurbo_INCLUDE_DIRS})
find_library(LibjpegTurbo_LIBRARY jpeg HINTS ${PC_LibjpegTurbo_LIBRARY_DIRS})
mark_as_advanced(LibjpegTurbo_INCLUDE_DIR LibjpegTurbo_CONFIG_DIR LibjpegTurbo_LIBRARY)
if(LibjpegTurbo_CONFIG_DIR)
  file(STRINGS "${LibjpegTurbo_CONFIG_DIR}/jconfig.h" LibjpegTurbo_VERSION REGEX "define LIBJPEG_TURBO_VERSION +[0-9]")
  string(REGEX REPLACE ".*VERSION +" "" LibjpegTurbo_VERSION "${LibjpegTurbo_VERSION}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibjpegTurbo REQUIRED_VARS LibjpegTurbo_LIBRARY LibjpegTurbo_INCLUDE_DIR LibjpegTurbo_VERSION
                                  VERSION_VAR LibjpegTurbo_VERSION)
if(LibjpegTurbo_FOUND AND NOT TARGET LibjpegTurbo::jpeg)
  add_library(LibjpegTurbo::jpeg UNKNOWN IMPORTED)
  set_target_properties(LibjpegTurbo::jpeg PROPERTIES IMPORTED_LOCATION "${LibjpegTurbo_LIBRARY}"
                                                      INTERFACE_INCLUDE_DIRECTORIES
                                                      "${LibjpegTurbo_INCLUDE_DIR};${LibjpegTurbo_CONFIG_DIR}")
endif()
