# Headers, library, program and the files behind find_package(skingauge).
include(CMakePackageConfigHelpers)

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/skingauge")
# It can be moved: the program finds the library beside itself, and the library finds LibTorch and NVIDIA's
# libraries through lib/skingauge/packages, a link to the folder of the wheels, or as the system is told.
set_target_properties(skingauge PROPERTIES INSTALL_RPATH "$ORIGIN")
if(SKINGAUGE_TORCH)
  foreach(folder IN ITEMS torch/lib nvidia/cudnn/lib nvidia/cu13/lib)
    set_property(TARGET skingauge APPEND PROPERTY INSTALL_RPATH "$ORIGIN/skingauge/packages/${folder}")
  endforeach()
endif()
install(TARGETS skingauge EXPORT skingaugeTargets)
if(TARGET skingauge-cli)
  set_target_properties(skingauge-cli PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  install(TARGETS skingauge-cli)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/skingauge" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.hpp")
install(EXPORT skingaugeTargets NAMESPACE skingauge:: DESTINATION "${config_dir}")

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/skingaugeConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/skingaugeConfig.cmake" INSTALL_DESTINATION "${config_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/skingaugeConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(CODE "execute_process(
  COMMAND \"${CMAKE_COMMAND}\" \"-DREADELF=${CMAKE_READELF}\" \"-DLIBRARY=$<TARGET_FILE:skingauge>\"
          \"-DOUT=${PROJECT_BINARY_DIR}/skingaugeNeeds.cmake\" -P \"${CMAKE_CURRENT_LIST_DIR}/write_needs.cmake\"
  COMMAND_ERROR_IS_FATAL ANY)")
install(FILES "${PROJECT_BINARY_DIR}/skingaugeNeeds.cmake" "${PROJECT_BINARY_DIR}/skingaugeConfig.cmake"
              "${PROJECT_BINARY_DIR}/skingaugeConfigVersion.cmake"
        DESTINATION "${config_dir}")
