# Installs the build into a fresh prefix, configures and builds examples/ against that prefix alone, and runs
# them, predict_portrait only where demo checkpoints are. Any failure is an error.
#   cmake -DBUILD_DIR= -DEXAMPLES_DIR= -DSCRATCH_DIR= -DCXX_COMPILER= -P consumer_test.cmake
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  message("${output}")
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "status ${status}, expected 0: ${command}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

set(prefix "${SCRATCH_DIR}/prefix")
set(build "${SCRATCH_DIR}/build")
file(REMOVE_RECURSE "${SCRATCH_DIR}")

run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}")
run("${CMAKE_COMMAND}" -S "${EXAMPLES_DIR}" -B "${build}" -G Ninja "-DCMAKE_PREFIX_PATH=${prefix}"
    "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}")
run("${CMAKE_COMMAND}" --build "${build}")

# Without arguments it says how it is used.
execute_process(COMMAND "${build}/predict_portrait" RESULT_VARIABLE status ERROR_VARIABLE output)
if(NOT status EQUAL 2 OR NOT output MATCHES "usage: predict_portrait")
  message(FATAL_ERROR "predict_portrait: status ${status}, ${output}")
endif()

run("${build}/list_signs")
foreach(expected IN ITEMS "chin_sagging" "l_cheek_pore" "r_cheek_pore")
  if(NOT output MATCHES "${expected}")
    message(FATAL_ERROR "list_signs did not print ${expected}")
  endif()
endforeach()

# With the demo's checkpoints, where scripts/demo has made them.
set(manifest "${BUILD_DIR}/demo/models/manifest.json")
if(EXISTS "${manifest}")
  run("${build}/predict_portrait" "${manifest}" "${EXAMPLES_DIR}/astronaut.jpg" "${EXAMPLES_DIR}/astronaut-boxes.json")
  if(NOT output MATCHES "chin_sagging: grade [0-6]")
    message(FATAL_ERROR "predict_portrait printed no grade for chin_sagging")
  endif()
endif()

# Nothing of the build tree may be needed any more.
if(EXISTS "${prefix}/bin/skingauge")
  run("${prefix}/bin/skingauge" --version)
endif()
file(GLOB_RECURSE exported "${prefix}/*/cmake/skingauge/*.cmake")
foreach(file IN LISTS exported)
  file(READ "${file}" text)
  string(FIND "${text}" "${BUILD_DIR}" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "${file} names the build tree ${BUILD_DIR}")
  endif()
endforeach()
