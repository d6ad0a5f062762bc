# Headers, library, program and the files behind find_package(skingauge).
include(CMakePackageConfigHelpers)

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/skingauge")
install(TARGETS skingauge EXPORT skingaugeTargets)
if(TARGET skingauge-cli)
  install(TARGETS skingauge-cli)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/skingauge" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.hpp")
install(EXPORT skingaugeTargets NAMESPACE skingauge:: DESTINATION "${config_dir}")

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/skingaugeConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/skingaugeConfig.cmake" INSTALL_DESTINATION "${config_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/skingaugeConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/skingaugeConfig.cmake" "${PROJECT_BINARY_DIR}/skingaugeConfigVersion.cmake"
        DESTINATION "${config_dir}")
