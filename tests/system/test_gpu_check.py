"""scripts/gpu-kit and scripts/gpu-check as far as no GPU is needed: a build folder with stand-ins in the place of ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "scripts"))

import gpu_outcomes  # noqa: E402

PROGRAM = """#!/bin/sh
case "$1 $GPU" in
  "doctor yes") echo '{"cuda": {"gpus": [{"index": 0}]}}' ;;
  "doctor ") echo '{"cuda": {"gpus": [], "problem": "no NVIDIA driver is installed"}}' ;;
  *) exit 9 ;;
esac
"""
TESTS = """
add_test(core.one "/bin/true")
set_tests_properties(core.one PROPERTIES LABELS "unit")
add_test(core.two "/bin/sh" "-c" "echo expected 3; exit $CORE_TWO")
set_tests_properties(core.two PROPERTIES LABELS "unit")
add_test(runtime.gpu "{program}" "--gtest_filter=Kernel.Copies")
set_tests_properties(runtime.gpu PROPERTIES LABELS "gpu" SKIP_REGULAR_EXPRESSION "Skipped")
add_test(runtime.gpu_too "{program}" "--gtest_filter=Kernel.Adds")
set_tests_properties(runtime.gpu_too PROPERTIES LABELS "gpu" SKIP_REGULAR_EXPRESSION "Skipped")
add_test(python "/bin/sh" "-c" "echo \\"ModuleNotFoundError: No module named 'nowhere_to_be_found'\\"; exit 1")
set_tests_properties(python PROPERTIES LABELS "system")
"""
GPU_TESTS = """#!/bin/sh
if [ "$GPU" ]; then echo "[  PASSED  ] 2 tests."; else printf 'a_test.cpp:1: Skipped\\nneeds a GPU\\n[  SKIPPED ] 1 test\\n'; fi
"""
SANITIZER = """#!/bin/sh
[ "$1" = --version ] && echo "Version 1" && exit
echo "$@" >>"$SANITIZER_CALLS"
[ "$SANITIZER_REFUSES" ] && echo "========= Error: Device not supported. Please refer to the documentation" && exit 255
while [ "${1#/}" = "$1" ]; do shift; done
"$@"
echo "========= ERROR SUMMARY: $SANITIZER_FINDS errors"
"""


@dataclass
class Checked:
    status: int
    text: str
    json: dict[str, Any]

    def step(self, part: str, name: str) -> dict[str, Any]:
        return next(step for step in self.json["parts"][part]["steps"] if step["step"] == name)


class Check:
    """gpu-check over a folder that looks like a build."""

    def __init__(self, folder: Path) -> None:
        self.build, self.out, self.calls = folder / "build", folder / "out", folder / "calls"
        self.write("bin/skingauge", PROGRAM)
        self.write("gpu_tests", GPU_TESTS)
        self.write("tools/compute-sanitizer", SANITIZER)
        (self.build / "CTestTestfile.cmake").write_text(TESTS.replace("{program}", str(self.build / "gpu_tests")))

    def write(self, name: str, text: str) -> None:
        file = self.build / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)

    def __call__(self, part: str, *arguments: str, **settings: str) -> Checked:
        path = f"{self.build}/tools{os.pathsep}{os.environ['PATH']}"
        settings = {"CORE_TWO": "0", "GPU": "", "SANITIZER_FINDS": "0"} | settings
        command = [REPOSITORY / "scripts/gpu-check", "--part", part, "--build", self.build, "--out", self.out, *arguments]
        environment = {**os.environ, "PATH": path, "SANITIZER_CALLS": str(self.calls), **settings}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        file = self.out / "gpu-check.json"
        return Checked(done.returncode, done.stdout + done.stderr, json.loads(file.read_text()) if file.exists() else {})


@pytest.fixture
def check(tmp_path: Path) -> Check:
    if not shutil.which("ctest"):
        pytest.skip("no ctest on the path")
    return Check(tmp_path)


# ---- gpu-check ---------------------------------------------------------------------------------------------------


def test_tests_are_run_by_their_labels(check: Check) -> None:
    checked = check("tests", GPU="yes")
    assert checked.status == 0, checked.text
    unit, gpu, system = (checked.step("tests", name) for name in ("unit", "gpu", "system"))
    assert (unit["outcome"], unit["passed"], gpu["outcome"], gpu["passed"]) == ("passed", 2, "passed", 2)
    assert system["outcome"] == "skipped" and "nowhere_to_be_found is missing" in system["reason"]
    assert checked.json["steps"] == {"passed": 2, "failed": 0, "skipped": 1}
    assert "2 passed, 0 failed, 1 skipped" in checked.text


def test_a_failed_test_fails_the_whole_and_stops_nothing(check: Check) -> None:
    checked = check("tests", GPU="yes", CORE_TWO="1")
    unit = checked.step("tests", "unit")
    assert checked.status == 1 and unit["outcome"] == "failed" and unit["failed"] == 1
    assert unit["failures"] == ["core.two: expected 3"]
    assert checked.step("tests", "system")["outcome"] == "skipped"


def test_without_a_gpu_its_tests_are_skipped_with_their_reason(check: Check) -> None:
    gpu = check("tests").step("tests", "gpu")
    assert gpu["outcome"] == "skipped" and gpu["skipped"] == 2 and "needs a GPU" in gpu["reason"]


def test_with_a_gpu_tests_that_all_skip_have_failed(check: Check) -> None:
    check.write("gpu_tests", GPU_TESTS.replace('[ "$GPU" ]', "false"))
    checked = check("tests", GPU="yes")
    assert checked.status == 1 and checked.step("tests", "gpu")["outcome"] == "failed"


@pytest.mark.parametrize("part", ["sanitizer", "bench"])
def test_without_a_gpu_a_part_is_skipped_and_says_why(check: Check, part: str) -> None:
    checked = check(part)
    assert checked.status == 0, checked.text
    assert checked.json["parts"][part]["outcome"] == "skipped"
    assert checked.step(part, "all")["reason"] == "no GPU: no NVIDIA driver is installed"


def test_the_sanitizer_runs_four_tools_over_the_labelled_tests(check: Check) -> None:
    checked = check("sanitizer", GPU="yes")
    assert checked.status == 0, checked.text
    tools = ["memcheck", "racecheck", "initcheck", "synccheck"]
    steps = checked.json["parts"]["sanitizer"]["steps"]
    assert [step["step"] for step in steps] == [f"{tool} gpu_tests" for tool in tools]
    assert all(step["outcome"] == "passed" and step["passed"] == 2 and step["findings"] == 0 for step in steps)
    calls = check.calls.read_text().splitlines()
    assert len(calls) == 4 and all("--gtest_filter=Kernel.Copies:Kernel.Adds" in call for call in calls)
    assert [":-*Nvjpeg*" in call for call in calls] == [tool == "initcheck" for tool in tools]


@pytest.mark.parametrize(
    ("settings", "outcome", "words"),
    [
        ({"SANITIZER_FINDS": "3"}, "failed", "3 errors"),
        ({"SANITIZER_REFUSES": "yes"}, "skipped", "Device not supported"),
    ],
)
def test_what_the_sanitizer_says_is_not_lost(check: Check, settings: dict[str, str], outcome: str, words: str) -> None:
    step = check("sanitizer", GPU="yes", **settings).step("sanitizer", "memcheck gpu_tests")
    assert step["outcome"] == outcome and words in step["reason"]


def test_parts_add_up_in_one_file_with_the_machine(check: Check) -> None:
    check("tests")
    checked = check("sanitizer")
    assert set(checked.json["parts"]) == {"tests", "sanitizer"}
    assert checked.json["format"] == 1 and checked.json["date"]
    about = checked.json["machine"]
    assert about["commit"] and about["cores"] >= 1 and about["sources"] and "torch" in about["packages"]
    assert about["doctor"]["cuda"]["gpus"] == []
    for part in checked.json["parts"].values():
        assert all(step["outcome"] != "skipped" or step["reason"] for step in part["steps"])
    assert (check.out / "gpu-check-logs.tar.gz").is_file()


def test_what_has_passed_is_kept_until_asked_again(check: Check) -> None:
    check("tests")
    check.build.joinpath("CTestTestfile.cmake").write_text("")
    assert check("tests").step("tests", "unit")["passed"] == 2
    assert check("tests", "--again").step("tests", "unit")["reason"] == "no such tests in this build"


def test_what_does_not_begin_in_time_is_skipped(check: Check) -> None:
    checked = check("tests", "--minutes", "0")
    assert checked.step("tests", "unit")["reason"] == "no time left of 0 minutes"


def test_without_a_build_it_says_so(check: Check) -> None:
    (check.build / "bin/skingauge").unlink()
    checked = check("tests")
    assert checked.status == 1 and "--part build" in checked.step("tests", "all")["reason"]


@pytest.mark.parametrize("script", ["gpu-check", "gpu-kit"])
def test_an_unknown_flag_is_a_usage_error(script: str) -> None:
    done = subprocess.run([REPOSITORY / "scripts" / script, "--nothing"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith(f"usage: scripts/{script}")


# ---- What became of a step ---------------------------------------------------------------------------------------


def test_a_step_that_was_stopped_has_failed() -> None:
    assert gpu_outcomes.command(124, 60, "")["reason"] == "stopped after 60 s: its time was up"
    assert gpu_outcomes.sanitizer(124, 60, "[  PASSED  ] 1 test.\n")["outcome"] == "failed"


def test_figures_are_kept_and_a_refusal_is_quoted() -> None:
    assert gpu_outcomes.figures(0, 1, "", '{"crops_per_s": 2}') == {"outcome": "passed", "figures": {"crops_per_s": 2}}
    refused = gpu_outcomes.figures(2, 1, "\n--precision: int8 needs ranges\nRun with --help", "")
    assert refused == {"outcome": "skipped", "reason": "refused: --precision: int8 needs ranges"}
    assert gpu_outcomes.figures(2, 1, "usage: x", "", must_run=True)["outcome"] == "failed"
    assert gpu_outcomes.figures(5, 1, "error: device lost", "")["reason"] == "status 5: error: device lost"
    assert gpu_outcomes.figures(0, 1, "", "nothing")["outcome"] == "failed"


@pytest.mark.parametrize(
    ("log", "status", "outcome"),
    [
        ("[  PASSED  ] 3 tests.\n========= RACECHECK SUMMARY: 0 hazards displayed (0 errors, 0 warnings)", 0, "passed"),
        ("[  PASSED  ] 3 tests.\n========= RACECHECK SUMMARY: 1 hazard displayed (1 error, 0 warnings)", 0, "failed"),
        ("[  PASSED  ] 3 tests.\n[  FAILED  ] 1 test, listed below:\n========= ERROR SUMMARY: 0 errors", 1, "failed"),
        ("[  PASSED  ] 3 tests.", 0, "failed"),
        ("[  PASSED  ] 0 tests.\n[  SKIPPED ] 3 tests\n========= ERROR SUMMARY: 0 errors", 0, "skipped"),
        ("========= Error: Target application terminated before first instrumented API call", 255, "skipped"),
    ],
)
def test_only_a_summary_of_nothing_over_tests_that_ran_is_a_pass(log: str, status: int, outcome: str) -> None:
    assert gpu_outcomes.sanitizer(status, 1, log)["outcome"] == outcome


# ---- gpu-kit -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def listed() -> list[str]:
    if not shutil.which("dpkg-query"):
        pytest.skip("no Debian packages here")
    done = subprocess.run([REPOSITORY / "scripts/gpu-kit", "--list"], capture_output=True, text=True, check=False)
    if "is not installed" in done.stderr:
        pytest.skip(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[1:]


def test_the_kit_holds_what_building_needs_and_what_that_loads(listed: list[str]) -> None:
    names = {Path(line.split(" ", 1)[1]).name for line in listed[:-1]}
    assert {"gtest.h", "libgtest.a", "json.hpp", "jpeglib.h", "GTestConfig.cmake"} <= names
    for start in ("libdnnl.so.", "libopencv_core.so.", "libopencv_imgproc.so.", "libtbb.so.", "libcrypto.so."):
        assert any(name.startswith(start) for name in names), start


def test_the_kit_leaves_behind_what_the_machine_has_and_what_is_too_large(listed: list[str]) -> None:
    names = {Path(line.split(" ", 1)[1]).name for line in listed[:-1]}
    for start in ("libc.so", "libstdc++", "libgcc_s", "ld-linux", "libgomp", "libopencv_imgcodecs", "libgdal"):
        assert not any(name.startswith(start) for name in names), start
    total = sum(int(line.split(" ", 1)[0]) for line in listed[:-1])
    assert listed[-1] == f"{total} bytes in {len(listed) - 1} files"
    assert total < 200 << 20
