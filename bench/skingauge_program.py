"""The program under measurement, called as its users call it; its `--format json` objects are passed on."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from protocol import head_id

DONE, SOME_FAILED = 0, 1  # exit status


class ProgramFailed(Exception):
    """The program did not do what it was asked; holds its status and its last words."""


def call(program: Path, *arguments: object) -> dict[str, Any]:
    """The JSON object on the program's standard output."""
    command = [str(program), *map(str, arguments), "--format", "json", "--quiet"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise ProgramFailed(f"{program}: {error.strerror}") from error
    name = " ".join(word for word in command[1:3] if word.isalpha())
    if done.returncode not in (DONE, SOME_FAILED):
        words = done.stderr.strip().splitlines() or ["says nothing"]
        raise ProgramFailed(f"`{name}` ended with {done.returncode}: {words[0]}"[:300])
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise ProgramFailed(f"`{name}` answered no JSON: {error}") from error


def version(program: Path) -> str:
    return subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout.strip()


def predictions(program: Path, files: Sequence[Path], *arguments: object) -> list[dict[str, float | list[float]]]:
    """For each photograph probabilities of each grade and value of each measurement, by head (`grade/l_cheek_pore`)."""
    answer = call(program, "predict", *files, *arguments)
    return [_by_head(photo["predictions"]) for photo in answer["photos"]]


def _by_head(heads: Sequence[dict[str, Any]]) -> dict[str, float | list[float]]:
    answered = [head for head in heads if "skipped" not in head]
    found = {head_id(head["task"], head["key"]): head.get("probabilities", head.get("value")) for head in answered}
    if len(found) != len(answered):
        raise ProgramFailed(f"`predict` answered {len(answered)} heads, of which {len(found)} differ in task or key")
    return found
