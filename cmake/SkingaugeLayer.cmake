# skingauge_add_layer(<name> SOURCES <file>... [LINK <target>...])
#
# One layer of design, or the part of a layer that alone may see a heavy library: an object library
# `skingauge_<name>` whose objects become part of `skingauge`. Only LINK's include folders are visible to it.
# With STANDALONE the objects stay out of `skingauge` (the program's own code).
function(skingauge_add_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "STANDALONE" "" "SOURCES;LINK")
  # While the sources are being written: leave out those that do not exist yet.
  set(sources "")
  foreach(source IN LISTS layer_SOURCES)
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${source}")
      list(APPEND sources "${source}")
    else()
      message(STATUS "not there yet: ${name}/${source}")
    endif()
  endforeach()
  if(NOT sources)
    return()
  endif()
  add_library(skingauge_${name} OBJECT ${sources})
  target_include_directories(skingauge_${name} PRIVATE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(skingauge_${name} PRIVATE ${layer_LINK} Threads::Threads)
  skingauge_configure_target(skingauge_${name})
  if(NOT layer_STANDALONE)
    target_link_libraries(skingauge PRIVATE skingauge_${name})
  endif()
endfunction()
