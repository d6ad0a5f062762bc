"""One run of program and reference on the same data set, shared by all tests of this folder.

Environment: SKINGAUGE_PROGRAM, the program (without it the parity tests are skipped); SKINGAUGE_DEMO_MODELS, a folder
or manifest of demo checkpoints (without it they are made, quickly); SKINGAUGE_PARITY_DEVICE and SKINGAUGE_PARITY_ENGINE,
what the program runs networks with (default cpu, auto).
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import awkward
import program_output
import pytest
import reference
from program_output import Case
from reference_data import list_photos
from reference_networks import read_manifest

REPOSITORY = Path(__file__).resolve().parents[2]
DRAWN = ["--subjects", "3", "--photos-per-subject", "10", "--seed", "20231"]
MEASURED = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def program() -> Path:
    named = os.environ.get("SKINGAUGE_PROGRAM")
    if not named or not Path(named).is_file():
        pytest.skip("SKINGAUGE_PROGRAM names no program")
    return Path(named)


@pytest.fixture(scope="session")
def manifest_file(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    named = os.environ.get("SKINGAUGE_DEMO_MODELS")
    folder = Path(named) if named else tmp_path_factory.mktemp("models")
    if not named:
        script = REPOSITORY / "models" / "make_demo_checkpoints.py"
        program_output.run(Path(sys.executable), script, "--program", program, "--out", folder, "--quick")
    manifests = [folder] if folder.is_file() else sorted(folder.glob("*.json"))
    assert len(manifests) == 1, f"{folder}: expected one manifest, found {[file.name for file in manifests]}"
    yield manifests[0]
    if not named:
        shutil.rmtree(folder)  # a gigabyte that pytest would keep


@pytest.fixture(scope="session")
def case(program: Path, manifest_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    root = tmp_path_factory.mktemp("data") / "set"
    program_output.run(program, "dataset", "synthesize", root, *DRAWN)
    awkward.put_into(root, list_photos(root))
    photos = list_photos(root)
    manifest = read_manifest(manifest_file)
    crops = list(reference.crops_of(photos, manifest.min_box_side))
    outcomes = reference.outcomes_of(crops, manifest)
    yield Case(program, root, manifest_file, manifest, photos, crops, outcomes)
    shutil.rmtree(root)


@pytest.fixture(scope="session")
def tiles(case: Case, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], program_output.TileLine]:
    out = tmp_path_factory.mktemp("tiles")
    arguments = ["dataset", "tiles", case.root, "--models", case.manifest_file, "--out", out]
    program_output.run(case.program, *arguments, status=(0, 1))
    return program_output.read_tiles(out)


@pytest.fixture(scope="session")
def validated(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `validate` wrote for all photos, both modes."""
    out = tmp_path_factory.mktemp("validated")
    arguments = ["validate", case.root, "--models", case.manifest_file, "--mode", "both", "--split", "all"]
    program_output.run(case.program, *arguments, "--out", out, "--logits", *program_output.device(), status=(1,))
    return out


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> list[str]:
    """Lines that are printed after the tests: how close both sides came."""
    return request.config.stash.setdefault(MEASURED, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(MEASURED, []):
        terminalreporter.write_line(f"parity: {line}")
