# SKINGAUGE_PLOTLY_JS: plotly.min.js, which reports hold for their plots; taken from the plotly wheel in the
# virtual environment. Where it is not found, reports are made without plots.
include(SkingaugeVenv)
file(GLOB plotly_folders "${SKINGAUGE_VENV}/lib/python3*/site-packages/plotly/package_data")
if(SKINGAUGE_PLOTLY_JS AND NOT EXISTS "${SKINGAUGE_PLOTLY_JS}")
  unset(SKINGAUGE_PLOTLY_JS CACHE) # of an environment that is gone
endif()
find_file(SKINGAUGE_PLOTLY_JS plotly.min.js PATHS ${plotly_folders} NO_DEFAULT_PATH
          DOC "plotly.min.js, for the plots of reports")
mark_as_advanced(SKINGAUGE_PLOTLY_JS)

# skingauge_embed(<source> <macro> <file>)
#
# Names a file to a source that embeds it by the assembler's .incbin, and compiles that source anew whenever the
# file changes.
function(skingauge_embed source macro file)
  set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS "${macro}=\"${file}\"")
  set_property(SOURCE ${source} APPEND PROPERTY OBJECT_DEPENDS "${file}")
endfunction()
