"""What became of a step of scripts/gpu-check: passed, failed or skipped, from its status and what it has written.

Skipped always has a reason and is never good news. A step that was stopped because its time was up has failed: nothing is
known of it.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
STOPPED = (124, 137)  # what `timeout` answers
USAGE = 2  # the program's status for what it does not offer
MOST_REASONS = 20

Step = dict[str, Any]


def command(status: int, seconds: float, log: str) -> Step:
    if status == 0:
        return {"outcome": "passed"}
    if status in STOPPED:
        return {"outcome": "failed", "reason": f"stopped after {seconds:.0f} s: its time was up"}
    return {"outcome": "failed", "reason": f"status {status}: {last_line(log)}"}


def figures(status: int, seconds: float, log: str, printed: str, must_run: bool = False) -> Step:
    """A command that prints JSON. What the program does not offer is skipped, in its own words, unless it must run."""
    if status == USAGE and not must_run:
        return {"outcome": "skipped", "reason": f"refused: {first_line(log)}"}
    found = command(status, seconds, log)
    if found["outcome"] == "passed":
        try:
            found["figures"] = json.loads(printed)
        except json.JSONDecodeError as error:
            found |= {"outcome": "failed", "reason": f"printed no JSON: {error}"}
    return found


def tests(status: int, seconds: float, log: str, junit: Path, must_run: bool) -> Step:
    """A run of ctest or pytest. must_run: that all tests are skipped is a failure, not a skip."""
    try:
        cases = list(ElementTree.parse(junit).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return command(status or 1, seconds, log)
    groups: dict[str, list[tuple[str, str]]] = {"passed": [], "failed": [], "skipped": []}
    for case in cases:
        outcome, reason = outcome_of(case)
        groups[outcome].append((case.get("name", "?"), reason))
    found: Step = {name: len(group) for name, group in groups.items()}
    found["failures"] = [f"{name}: {reason}" for name, reason in groups["failed"]][:MOST_REASONS]
    found["measured"] = re.findall(r"^parity: (.*)$", log, re.MULTILINE)
    found["skips"] = [f"{name}: {reason}" for name, reason in groups["skipped"]][:MOST_REASONS]
    return found | verdict(found, status, seconds, must_run)


def verdict(found: Step, status: int, seconds: float, must_run: bool) -> Step:
    if status in STOPPED:
        return {"outcome": "failed", "reason": f"stopped after {seconds:.0f} s: its time was up"}
    if found["failed"]:
        return {"outcome": "failed", "reason": found["failures"][0]}
    if found["passed"]:
        return {"outcome": "passed"}
    if not found["skips"]:
        return {"outcome": "skipped", "reason": "no such tests in this build"}
    return {"outcome": "failed" if must_run else "skipped", "reason": f"all skipped: {found['skips'][0]}"}


def outcome_of(case: ElementTree.Element) -> tuple[str, str]:
    """A test that fails for want of a Python package of others is skipped: this machine may lack it."""
    # ctest's words stand in system-out, pytest's in the message; other CMakes write a message that says nothing.
    text = "\n".join(filter(None, [*(part.get("message") for part in case), *(part.text for part in case)]))
    if case.find("skipped") is not None or case.get("status") in ("disabled", "notrun"):
        return "skipped", skip_reason(text)
    if case.find("failure") is None and case.find("error") is None and case.get("status", "run") == "run":
        return "passed", ""
    missing = re.search(r"ModuleNotFoundError: No module named '(\w+)", text)
    if missing and not any(REPOSITORY.glob(f"*/**/{missing[1]}.py")):
        return "skipped", f"Python package {missing[1]} is missing"
    return "failed", first_line(text) if case.get("status") is None else last_line(text)


def skip_reason(text: str) -> str:
    pytest_words = re.search(r"^SKIPPED \[\d+\] [^ ]+ (.*)$", text, re.MULTILINE)
    if pytest_words:
        return pytest_words[1]
    lines = [line.strip() for line in text.splitlines()]
    words = [line for line in lines if line and not re.match(r"(\[|Note: |Running main|SKIP_|.*: Skipped$)", line)]
    return words[0] if words else "no reason given"


def sanitizer(status: int, seconds: float, log: str) -> Step:
    """A test program under compute-sanitizer. Only a summary of no findings, over tests that ran, is a pass."""
    summary = re.search(r"(?:ERROR|RACECHECK) SUMMARY: (\d+) .*", log)
    counts = {name.lower(): number_before(log, name) for name in ("PASSED", "SKIPPED", "FAILED")}
    found: Step = {name: count for name, count in counts.items() if count}
    if status in STOPPED:
        return found | command(status, seconds, log)
    if "Device not supported" in log:
        return found | {"outcome": "skipped", "reason": "compute-sanitizer refuses this device: Device not supported"}
    if not counts["passed"] and not counts["failed"]:
        return found | {"outcome": "skipped", "reason": "no test ran: " + skip_reason(log)}
    if not summary:
        return found | {"outcome": "failed", "reason": "no summary: " + last_line(log)}
    found["findings"] = int(summary[1])
    if found["findings"]:
        return found | {"outcome": "failed", "reason": summary[0]}
    if status:
        return found | {"outcome": "failed", "reason": f"no findings, but the tests ended with {status}"}
    return found | {"outcome": "passed"}


def number_before(log: str, word: str) -> int:
    """Of GoogleTest's `[  PASSED  ] 12 tests.`"""
    match = re.search(rf"\[ +{word} +\] (\d+) tests?", log)
    return int(match[1]) if match else 0


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "said nothing")[:300]


def last_line(text: str) -> str:
    return first_line("\n".join(reversed(text.splitlines())))
