# Compiles every public header alone, with nothing but include/ visible: it must need no other header first
# and no library's headers.
file(GLOB public_headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/include/skingauge/*.hpp")
set(header_checks "")
foreach(header IN LISTS public_headers)
  string(MAKE_C_IDENTIFIER "${header}" stem)
  set(check "${PROJECT_BINARY_DIR}/header_check/${stem}.cpp")
  file(CONFIGURE OUTPUT "${check}" CONTENT "#include \"@header@\"  // alone\n#include \"@header@\"  // twice\n" @ONLY)
  list(APPEND header_checks "${check}")
endforeach()
add_library(skingauge_header_check OBJECT ${header_checks})
target_include_directories(skingauge_header_check PRIVATE "${PROJECT_SOURCE_DIR}/include")
skingauge_configure_target(skingauge_header_check)
