# Writes OUT, a file that sets skingauge_NEEDS to what LIBRARY says that it needs of others; the compiler's own
# libraries are everywhere. Run at installation.
#   cmake -DREADELF= -DLIBRARY= -DOUT= -P write_needs.cmake
execute_process(COMMAND "${READELF}" -d "${LIBRARY}" OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "[][]" "'" dynamic "${dynamic}") # brackets mean something to lists
string(REGEX MATCHALL "[(]NEEDED[)][^\n]*" lines "${dynamic}")
list(TRANSFORM lines REPLACE ".*'(.*)'.*" "\\1")
list(FILTER lines EXCLUDE REGEX "^(ld-linux.*|lib(c|m|gcc_s|stdc[+][+]|gomp|pthread|dl|rt)[.]so.*)$")
list(JOIN lines " " lines)
file(WRITE "${OUT}" "set(skingauge_NEEDS ${lines})\n")
