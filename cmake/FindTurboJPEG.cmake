# libjpeg-turbo's TurboJPEG interface as TurboJPEG::turbojpeg. Debian ships a pkg-config file and no CMake one.
find_package(PkgConfig QUIET)
pkg_check_modules(PC_TurboJPEG QUIET libturbojpeg)
set(TurboJPEG_VERSION "${PC_TurboJPEG_VERSION}")
if(NOT TurboJPEG_VERSION)
  set(TurboJPEG_VERSION "${LibjpegTurbo_VERSION}") # its header names none; both are of one project
endif()
find_path(TurboJPEG_INCLUDE_DIR turbojpeg.h HINTS ${PC_TurboJPEG_INCLUDE_DIRS})
find_library(TurboJPEG_LIBRARY turbojpeg HINTS ${PC_TurboJPEG_LIBRARY_DIRS})
mark_as_advanced(TurboJPEG_INCLUDE_DIR TurboJPEG_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(TurboJPEG REQUIRED_VARS TurboJPEG_LIBRARY TurboJPEG_INCLUDE_DIR
                                  VERSION_VAR TurboJPEG_VERSION)
if(TurboJPEG_FOUND AND NOT TARGET TurboJPEG::turbojpeg)
  add_library(TurboJPEG::turbojpeg UNKNOWN IMPORTED)
  set_target_properties(TurboJPEG::turbojpeg PROPERTIES IMPORTED_LOCATION "${TurboJPEG_LIBRARY}"
                                                        INTERFACE_INCLUDE_DIRECTORIES "${TurboJPEG_INCLUDE_DIR}")
endif()
