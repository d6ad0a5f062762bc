# skingauge_add_layer(<name> SOURCES <file>... [LINK <target>...])
#
# One layer of design, or the part of a layer that alone may see a heavy library: an object library
# `skingauge_<name>` whose objects become part of `skingauge`. Only LINK's include folders are visible to it.
# With STANDALONE the objects stay out of `skingauge` (the program's own code).
function(skingauge_add_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "STANDALONE" "" "SOURCES;LINK")
  add_library(skingauge_${name} OBJECT ${layer_SOURCES})
  target_include_directories(skingauge_${name} PRIVATE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(skingauge_${name} PRIVATE ${layer_LINK} Threads::Threads)
  skingauge_configure_target(skingauge_${name})
  if(NOT layer_STANDALONE)
    target_link_libraries(skingauge PRIVATE skingauge_${name})
  endif()
endfunction()
