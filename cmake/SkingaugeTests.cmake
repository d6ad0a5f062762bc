# Functions for tests/.
include(SkingaugeVenv)

# The virtual environment's Python where scripts/setup has made it; any other may lack pytest and torch.
set(SKINGAUGE_PYTHON "${SKINGAUGE_VENV}/bin/python3")
if(NOT EXISTS "${SKINGAUGE_PYTHON}")
  find_program(SKINGAUGE_ANY_PYTHON python3 REQUIRED)
  set(SKINGAUGE_PYTHON "${SKINGAUGE_ANY_PYTHON}")
endif()
set(SKINGAUGE_SHARED "${PROJECT_SOURCE_DIR}/../shared" CACHE PATH "Reference data that is not part of the project; may be missing")

# skingauge_add_tests(<layer> [LABELS <label>...] [USES <layer>...] [LEAVE_OUT <file>...] [LINK <target>...])
#
# A GoogleTest program `<layer>_tests` of all <layer>/*_test.cpp, each of its tests a ctest entry
# `<layer>.<suite>.<test>`. It links the library, or, with USES, only the objects of the named layers: then it
# starts without LibTorch, and linking it proves that the layer needs no other. LEAVE_OUT: tests of what this
# build lacks.
function(skingauge_add_tests layer)
  cmake_parse_arguments(PARSE_ARGV 1 tests "" "" "LABELS;USES;LEAVE_OUT;LINK")
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${layer}/*_test.cpp")
  list(TRANSFORM tests_LEAVE_OUT PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/${layer}/")
  list(REMOVE_ITEM sources ${tests_LEAVE_OUT})
  if(NOT sources)
    message(WARNING "tests/${layer} holds no *_test.cpp")
    return()
  endif()
  if(NOT tests_LABELS)
    set(tests_LABELS unit)
  endif()
  if(tests_USES)
    list(TRANSFORM tests_USES PREPEND skingauge_)
  else()
    set(tests_USES skingauge)
  endif()
  set(target ${layer}_tests)
  add_executable(${target} ${sources})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src"
                                               "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE ${tests_USES} ${tests_LINK} GTest::gmock_main)
  target_compile_definitions(${target} PRIVATE SKINGAUGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  skingauge_configure_target(${target})
  # Tests count with int and compare with size(); EXPECT_... after a bare if is fine.
  target_compile_options(${target} PRIVATE -Wno-sign-conversion -Wno-dangling-else)
  gtest_discover_tests(${target} TEST_PREFIX "${layer}." NO_PRETTY_VALUES DISCOVERY_TIMEOUT 120
                       PROPERTIES LABELS "${tests_LABELS}" TIMEOUT 300
                                  ENVIRONMENT "TSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/tsan.supp")
endfunction()

# skingauge_add_test_program(<name> SOURCE <file> USES <layer>... [LINK <target>...])
#
# A program in the build tree's tests/ for a Python test to run; made of the objects of the named layers.
function(skingauge_add_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 program "" "SOURCE" "USES;LINK")
  list(TRANSFORM program_USES PREPEND skingauge_)
  add_executable(${name} ${program_SOURCE})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${name} PRIVATE ${program_USES} ${program_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  skingauge_configure_target(${name})
endfunction()

# skingauge_add_pytest(<name> SOURCE <file> LABELS <label>...)
#
# One ctest entry for a file of pytest tests; skipped where all of them are. They learn from the environment:
# SKINGAUGE_PROGRAM, SKINGAUGE_BUILD, SKINGAUGE_SOURCE and SKINGAUGE_SHARED (may not exist).
function(skingauge_add_pytest name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "SOURCE" "LABELS")
  add_test(NAME ${name} COMMAND "${SKINGAUGE_PYTHON}" -m pytest -q -rs -p no:cacheprovider "${CMAKE_CURRENT_SOURCE_DIR}/${test_SOURCE}"
           WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set(environment PYTHONDONTWRITEBYTECODE=1 "PYTHONPATH=${PROJECT_SOURCE_DIR}/tests"
                  "SKINGAUGE_PROGRAM=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/skingauge" "SKINGAUGE_BUILD=${PROJECT_BINARY_DIR}"
                  "SKINGAUGE_SOURCE=${PROJECT_SOURCE_DIR}" "SKINGAUGE_SHARED=${SKINGAUGE_SHARED}")
  set_tests_properties(${name} PROPERTIES LABELS "${test_LABELS}" TIMEOUT 1800 ENVIRONMENT "${environment}"
                                          SKIP_REGULAR_EXPRESSION "(^|\n)[0-9]+ skipped in ")
endfunction()
