# shellcheck shell=bash
# What the scripts share: paths, numbered steps, and a failure that names its step and log. Sourced, not run.

SOURCE_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
BUILD_DIR="$SOURCE_DIR/build"
LOG_DIR="$BUILD_DIR/logs"
CACHE_DIR="${SKINGAUGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/skingauge}"
# One environment for each set of pins; the same rule stands in cmake/SkingaugeVenv.cmake.
# shellcheck disable=SC2034
VENV_DIR="$CACHE_DIR/venv-$(sha256sum "$SOURCE_DIR/scripts/requirements.txt" | cut -c1-12)"
export PYTHONDONTWRITEBYTECODE=1
# Clones share what the compiler cache holds, wherever they lie.
export CCACHE_BASEDIR="$SOURCE_DIR" CCACHE_NOHASHDIR=1

STEP=0
STEPS="${STEPS:-1}"
STEP_TITLE=""

FAILURE_SAID=""

# say_failure: no step ends the script without its name.
say_failure() {
  local status=$?
  [[ $status -eq 0 || $STEP -eq 0 || -n $FAILURE_SAID ]] ||
    echo "failed: ${STEP_PREFIX:-}step [$STEP/$STEPS] $STEP_TITLE: status $status, see the message above" >&2
}
trap say_failure EXIT

# step TITLE: announces the next step.
step() {
  STEP=$((STEP + 1))
  STEP_TITLE="$1"
  echo "${STEP_PREFIX:-}[$STEP/$STEPS] $STEP_TITLE"
}

# fail MESSAGE [LOG]: one line that names the step, then the end of the script.
fail() {
  FAILURE_SAID=yes
  echo "failed: ${STEP_PREFIX:-}step [$STEP/$STEPS] $STEP_TITLE: $1${2:+ (log: $2)}" >&2
  exit 1
}

# logged NAME COMMAND...: runs a command, shows what it prints and keeps that in a log; fails with its name.
logged() {
  local log="$LOG_DIR/$1.log"
  shift
  mkdir -p "$LOG_DIR"
  local status=0
  "$@" 2>&1 | tee "$log" || status="${PIPESTATUS[0]}"
  [[ $status -eq 0 ]] || fail "\"$(basename "$1")\" ended with status $status" "$log"
}

# setup ARGUMENTS...: scripts/setup as a part of another script; it says itself what failed.
# shellcheck disable=SC2120
setup() {
  STEP_PREFIX="  setup " "$SOURCE_DIR/scripts/setup" "$@" && return
  FAILURE_SAID=yes
  exit 1
}

# jobs_that_fit: how many compilers fit; a source that includes LibTorch takes 2 GB.
jobs_that_fit() {
  local cores memory
  cores="$(nproc)"
  memory="$(awk '/MemAvailable/ {print int($2 / 2097152)}' /proc/meminfo)"
  [[ $memory -ge 1 ]] || memory=1
  echo $((cores < memory ? cores : memory))
}

# build PRESET FOLDER [TARGET]: configures where that was not done yet, and builds. CMake repeats what has changed.
build() {
  local preset="$1" folder="$2" target="${3:-all}"
  if [[ ! -f "$folder/build.ninja" ]]; then
    logged "configure-$preset" cmake -S "$SOURCE_DIR" --preset "$preset"
  fi
  NINJA_STATUS="  [%f/%t, %es] " logged "build-$preset" cmake --build "$folder" --target "$target" -j "$(jobs_that_fit)"
}
