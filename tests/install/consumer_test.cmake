# Installs the build into a fresh prefix, moves it, configures and builds examples/ against the moved prefix and a
# LibTorch in another place, and runs them, predict_portrait only where demo checkpoints are. Nothing that is
# installed may name the builder's folders. Any failure is an error.
#   cmake -DBUILD_DIR= -DSOURCE_DIR= -DSCRATCH_DIR= -DCXX_COMPILER= -DTORCH_ROOT= -DREADELF= -P consumer_test.cmake
# TORCH_ROOT is empty for a build without LibTorch.
cmake_minimum_required(VERSION 3.25)
set(examples "${SOURCE_DIR}/examples")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  message("${output}")
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "status ${status}, expected 0: ${command}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# No LibTorch of whoever runs this test is to be found by chance.
set(configure "${CMAKE_COMMAND}" -E env --unset=Torch_DIR --unset=LD_LIBRARY_PATH --unset=CMAKE_PREFIX_PATH
              "${CMAKE_COMMAND}" -S "${examples}" -G Ninja "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" -Dskingauge_PYTHON=false)
set(plain "${CMAKE_COMMAND}" -E env --unset=LD_LIBRARY_PATH)

# Configuring with these arguments must fail, and the message must name what is wrong and what to set.
function(expect_refusal name pattern)
  execute_process(COMMAND ${configure} -B "${SCRATCH_DIR}/${name}" "-DCMAKE_PREFIX_PATH=${prefix}" ${ARGN}
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if(status EQUAL 0 OR NOT output MATCHES "${pattern}")
    message(FATAL_ERROR "${name}: status ${status}, expected a message with \"${pattern}\": ${output}")
  endif()
endfunction()

set(prefix "${SCRATCH_DIR}/moved/prefix")
set(build "${SCRATCH_DIR}/build")
file(REMOVE_RECURSE "${SCRATCH_DIR}")
run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${SCRATCH_DIR}/prefix")
file(MAKE_DIRECTORY "${SCRATCH_DIR}/moved")
file(RENAME "${SCRATCH_DIR}/prefix" "${prefix}")

# ---- Nothing of the builder's in it -------------------------------------------------------------------------
get_filename_component(wheels "${TORCH_ROOT}" DIRECTORY)
file(GLOB_RECURSE installed LIST_DIRECTORIES false "${prefix}/*")
file(GLOB_RECURSE libraries LIST_DIRECTORIES false "${prefix}/*/libskingauge.so")
list(GET libraries 0 library)
foreach(file IN LISTS installed)
  foreach(folder IN ITEMS "${BUILD_DIR}" "${SOURCE_DIR}/src" "${SCRATCH_DIR}" "${wheels}/")
    if(NOT folder STREQUAL "/")
      execute_process(COMMAND grep -c -a -F "${folder}" "${file}" OUTPUT_VARIABLE found)
      if(NOT found EQUAL 0)
        message(FATAL_ERROR "${file} names ${folder}, of whoever built it")
      endif()
    endif()
  endforeach()
endforeach()
foreach(file IN ITEMS "${library}" "${prefix}/bin/skingauge")
  if(EXISTS "${file}")
    execute_process(COMMAND "${READELF}" -d "${file}" OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
    if(dynamic MATCHES "R(UN)?PATH[^\n]*[:[]/")
      message(FATAL_ERROR "${file} has a run path that is not relative: ${dynamic}")
    endif()
  endif()
endforeach()

# ---- Without LibTorch, or with another one: said at once, and how it is named --------------------------------
set(torch_flag "")
if(TORCH_ROOT)
  expect_refusal(none "LibTorch [0-9.]+, with which it was built, was not found.*SKINGAUGE_TORCH_DIR.*Torch_DIR")
  set(other "${SCRATCH_DIR}/other/torch")
  file(WRITE "${other}/lib/libtorch_cpu.so" "")
  file(WRITE "${other}/include/torch/headeronly/version.h"
       "#define TORCH_VERSION_MAJOR 1\n#define TORCH_VERSION_MINOR 13\n#define TORCH_VERSION_PATCH 0\n")
  expect_refusal(old "is version \"1.13.0\", expected [0-9.]+" "-DSKINGAUGE_TORCH_DIR=${other}")
  file(MAKE_DIRECTORY "${SCRATCH_DIR}/elsewhere")
  file(CREATE_LINK "${TORCH_ROOT}" "${SCRATCH_DIR}/elsewhere/torch" SYMBOLIC)
  set(torch_flag "-DSKINGAUGE_TORCH_DIR=${SCRATCH_DIR}/elsewhere/torch")
endif()

# ---- A consumer ---------------------------------------------------------------------------------------------
run(${configure} -B "${build}" "-DCMAKE_PREFIX_PATH=${prefix}" ${torch_flag})
run("${CMAKE_COMMAND}" --build "${build}")

# Without arguments it says how it is used.
execute_process(COMMAND ${plain} "${build}/predict_portrait" RESULT_VARIABLE status ERROR_VARIABLE output)
if(NOT status EQUAL 2 OR NOT output MATCHES "usage: predict_portrait")
  message(FATAL_ERROR "predict_portrait: status ${status}, ${output}")
endif()

run(${plain} "${build}/list_signs")
foreach(expected IN ITEMS "chin_sagging" "l_cheek_pore" "r_cheek_pore")
  if(NOT output MATCHES "${expected}")
    message(FATAL_ERROR "list_signs did not print ${expected}")
  endif()
endforeach()

# With the demo's checkpoints, where scripts/demo has made them.
set(manifest "${BUILD_DIR}/demo/models/manifest.json")
if(EXISTS "${manifest}")
  run(${plain} "${build}/predict_portrait" "${manifest}" "${examples}/astronaut.jpg" "${examples}/astronaut-boxes.json")
  if(NOT output MATCHES "chin_sagging: grade [0-6]")
    message(FATAL_ERROR "predict_portrait printed no grade for chin_sagging")
  endif()
endif()

# ---- The program, and a consumer that is told of no LibTorch, through lib/skingauge/packages -----------------
get_filename_component(folder "${library}" DIRECTORY)
if(TORCH_ROOT)
  file(MAKE_DIRECTORY "${folder}/skingauge")
  file(CREATE_LINK "${wheels}" "${folder}/skingauge/packages" SYMBOLIC)
  run(${configure} -B "${SCRATCH_DIR}/linked" "-DCMAKE_PREFIX_PATH=${prefix}")
endif()
if(EXISTS "${prefix}/bin/skingauge")
  run(${plain} "${prefix}/bin/skingauge" --version)
endif()
