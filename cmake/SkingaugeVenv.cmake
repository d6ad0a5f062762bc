# SKINGAUGE_VENV: the private virtual environment of scripts/setup, named after the pins it was made from.
# The same rule stands in scripts/common.sh.
if(NOT SKINGAUGE_VENV)
  file(SHA256 "${PROJECT_SOURCE_DIR}/scripts/requirements.txt" pins)
  string(SUBSTRING "${pins}" 0 12 pins)
  if(DEFINED ENV{SKINGAUGE_CACHE})
    set(cache "$ENV{SKINGAUGE_CACHE}")
  elseif(DEFINED ENV{XDG_CACHE_HOME})
    set(cache "$ENV{XDG_CACHE_HOME}/skingauge")
  else()
    set(cache "$ENV{HOME}/.cache/skingauge")
  endif()
  set(SKINGAUGE_VENV "${cache}/venv-${pins}")
endif()
