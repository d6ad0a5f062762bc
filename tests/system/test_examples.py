"""The README's program and the portrait's example, built against the library and run as a user would."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import REPOSITORY, write_models


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Looks like a clone after scripts/demo, with small models in the place of the demo's."""
    manifest = write_models(tmp_path / "build/demo/models")
    manifest.rename(manifest.with_name("manifest.json"))
    (tmp_path / "examples").symlink_to(REPOSITORY / "examples")
    return tmp_path


def build_and_run(source: Path, folder: Path, *arguments: str) -> str:
    """With AddressSanitizer in the program, so that a reference to something gone is caught."""
    library = Path(os.environ.get("SKINGAUGE_BUILD", "")) / "lib"
    if not (library / "libskingauge.so").is_file():
        pytest.skip("SKINGAUGE_BUILD holds no lib/libskingauge.so")
    program = folder / "program"
    link = [f"-I{REPOSITORY}/include", f"-L{library}", f"-Wl,-rpath,{library}", "-lskingauge"]
    flags = ["-std=c++20", "-O1", "-g1", "-Wall", "-Wextra", "-Werror", "-fsanitize=address"]
    subprocess.run(["g++", *flags, str(source), *link, "-o", str(program)], check=True)
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=1"}
    done = subprocess.run([program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_readme_program_answers_every_head(folder: Path) -> None:
    readme = (REPOSITORY / "README.md").read_text()
    source = folder / "main.cpp"
    source.write_text(re.search(r"```cpp\n(.*?)```", readme, re.DOTALL).group(1))
    out = build_and_run(source, folder)
    assert len(out.splitlines()) == 24
    assert "chin_sagging: grade" in out


def test_portrait_example_answers_every_head(folder: Path) -> None:
    files = ["build/demo/models/manifest.json", "examples/astronaut.jpg", "examples/astronaut-boxes.json"]
    out = build_and_run(REPOSITORY / "examples/predict_portrait.cpp", folder, *files)
    assert len(out.splitlines()) == 24


def test_evaluation_example_judges_a_table_and_writes_its_report(folder: Path) -> None:
    table = folder / "mine.csv"
    table.write_text("photo,key,prediction,truth\n0001_01_F,lip_dryness,1,1\n0002_01_F,lip_dryness,1,2\n")
    out = build_and_run(REPOSITORY / "examples/evaluate_predictions.cpp", folder, "mine.csv", "report")
    assert "grade: all 2 crops" in out and "within1  1.0000" in out and "warning:" in out
    assert (folder / "report/report.html").is_file() and (folder / "report/summary.json").is_file()
