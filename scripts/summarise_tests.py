"""Adds up what scripts/test has run and prints the counts, one line a part and the sum as the last line.

usage: summarise_tests.py FOLDER PART...

A part is FOLDER/PART.xml (ctest's JUnit file) or FOLDER/PART.outcome (the word passed or failed). A part that
left no result counts as failed. Exit status 1 where anything failed.
"""
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple


class Counts(NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def count_junit(file: Path) -> Counts:
    passed = failed = skipped = 0
    for case in ElementTree.parse(file).getroot().iter("testcase"):
        status = case.get("status")
        if case.find("skipped") is not None or status == "disabled":
            skipped += 1
        elif status == "run" and case.find("failure") is None:
            passed += 1
        else:
            failed += 1
    return Counts(passed, failed, skipped)


def count(folder: Path, part: str) -> Counts:
    junit, outcome = folder / f"{part}.xml", folder / f"{part}.outcome"
    try:
        if junit.exists():
            return count_junit(junit)
        if outcome.exists() and outcome.read_text(encoding="utf-8").strip() == "passed":
            return Counts(passed=1)
    except ElementTree.ParseError as error:
        print(f"{junit}: {error}")
    return Counts(failed=1)


def main(arguments: list[str]) -> int:
    if len(arguments) < 2:
        print("usage: summarise_tests.py FOLDER PART...", file=sys.stderr)
        return 2
    folder, parts = Path(arguments[0]), arguments[1:]
    counts = [count(folder, part) for part in parts]
    for part, part_counts in zip(parts, counts, strict=True):
        print(f"  {part:8} {part_counts}")
    total = Counts(*(sum(column) for column in zip(*counts, strict=True)))
    print(total)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
