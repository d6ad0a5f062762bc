# A oneDNN of a version that the code is not written for is refused by name and version, before a compiler sees it.
#   cmake -DSOURCE_DIR= -DSCRATCH_DIR= -P dnnl_version_test.cmake
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${SCRATCH_DIR}")
file(READ "${SOURCE_DIR}/CMakeLists.txt" recipe)
string(REGEX MATCH "find_package\\(DnnlCpu [^\n]*" asks "${recipe}") # as the project asks for it
file(WRITE "${SCRATCH_DIR}/CMakeLists.txt"
     "cmake_minimum_required(VERSION 3.25)\nproject(probe LANGUAGES NONE)\n"
     "list(PREPEND CMAKE_MODULE_PATH \"${SOURCE_DIR}/cmake\")\n${asks}\n")

function(try_version version result output)
  set(fake "${SCRATCH_DIR}/oneDNN-${version}")
  string(REGEX MATCHALL "[0-9]+" part "${version}")
  list(TRANSFORM part PREPEND "#define DNNL_VERSION_")
  set(header "")
  foreach(name IN ITEMS MAJOR MINOR PATCH)
    list(POP_FRONT part line)
    string(REGEX REPLACE "_([0-9]+)$" "_${name} \\1\n" line "${line}")
    string(APPEND header "${line}")
  endforeach()
  file(WRITE "${fake}/oneapi/dnnl/dnnl.hpp" "")
  file(WRITE "${fake}/oneapi/dnnl/dnnl_version.h" "${header}")
  file(WRITE "${fake}/libdnnl.so" "")
  execute_process(COMMAND "${CMAKE_COMMAND}" -S "${SCRATCH_DIR}" -B "${fake}/build" "-DDnnlCpu_INCLUDE_DIR=${fake}"
                          "-DDnnlCpu_LIBRARY=${fake}/libdnnl.so"
                  RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  set(${result} "${status}" PARENT_SCOPE)
  set(${output} "${said}" PARENT_SCOPE)
endfunction()

foreach(version IN ITEMS 2.6.0 2.7.3)
  try_version(${version} status output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "oneDNN ${version} was refused: ${output}")
  endif()
endforeach()
foreach(version IN ITEMS 2.5.1 3.0.0 3.5.2)
  try_version(${version} status output)
  if(status EQUAL 0 OR NOT output MATCHES "DnnlCpu.*${version}.*2[.]6[.][.][.]<3")
    message(FATAL_ERROR "oneDNN ${version}: status ${status}, expected a refusal that names it and 2.6...<3: ${output}")
  endif()
endforeach()
