"""What scripts/gpu-check has found: one file a step, gathered into one JSON and a table.

usage: gpu_results.py keep-times FOLDER SOURCE...   gives sources that have not changed the times they had before
       gpu_results.py programs BUILD                PROGRAM<tab>FILTER of the C++ tests labelled gpu
       gpu_results.py add FOLDER PART STEP ...      what became of a step; prints its line
       gpu_results.py passed FOLDER PART STEP ...   exit status 0 where that step has passed with these sources
       gpu_results.py machine FOLDER ...            where it runs
       gpu_results.py gather FOLDER OUT             OUT from all steps; prints the table; exit status 1 if one failed
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "bench"))

import gpu_outcomes  # noqa: E402
import machine  # noqa: E402
from figures import number  # noqa: E402
from gpu_outcomes import Step  # noqa: E402

PARTS = ("build", "tests", "sanitizer", "parity", "bench")
HEADLINES = ("crops_per_s", "photos_per_s", "p50_ms", "process_to_first_prediction_s", "decode_mp_per_s")


def step_file(folder: Path, part: str, name: str) -> Path:
    return folder / "steps" / f"{part}.{re.sub(r'[^A-Za-z0-9.-]+', '-', name)}.json"


def add(arguments: argparse.Namespace) -> None:
    log = arguments.log.read_text(errors="replace") if arguments.log else ""
    status, seconds = arguments.status, arguments.seconds
    if arguments.skipped:
        found: Step = {"outcome": "skipped", "reason": arguments.skipped}
    elif arguments.failed:
        found = {"outcome": "failed", "reason": arguments.failed}
    elif arguments.figures:
        found = gpu_outcomes.figures(status, seconds, log, arguments.figures.read_text(errors="replace"), arguments.must_run)
    elif arguments.junit:
        found = gpu_outcomes.tests(status, seconds, log, arguments.junit, arguments.must_run)
    elif arguments.sanitizer:
        found = gpu_outcomes.sanitizer(status, seconds, log)
    else:
        found = gpu_outcomes.command(status, seconds, log)
    head = {"part": arguments.part, "step": arguments.step, "sources": arguments.sources, "seconds": round(seconds, 1)}
    record = head | {"log": arguments.log.name if arguments.log else None, "at": time.time()} | found
    file = step_file(arguments.folder, arguments.part, arguments.step)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"  {line_of(record)}")


def passed(arguments: argparse.Namespace) -> int:
    try:
        found = json.loads(step_file(arguments.folder, arguments.part, arguments.step).read_text())
    except (OSError, json.JSONDecodeError):
        return 1
    if (found.get("outcome"), found.get("sources")) != ("passed", arguments.sources):
        return 1
    print(f"  {line_of(found)} (from before)")
    return 0


def programs(arguments: argparse.Namespace) -> None:
    shown = subprocess.run(
        ["ctest", "--test-dir", arguments.build, "--show-only=json-v1", "-L", "^gpu$"], capture_output=True, check=True
    )
    filters: dict[str, list[str]] = {}
    for test in json.loads(shown.stdout)["tests"]:
        program, *rest = test.get("command", [""])
        names = [word.split("=", 1)[1] for word in rest if word.startswith("--gtest_filter=")]
        if names:
            filters.setdefault(program, []).extend(names)
    for program, names in filters.items():
        print(f"{program}\t{':'.join(names)}")


def keep_times(arguments: argparse.Namespace) -> None:
    """Copying a whole tree anew gives every file a new time, and a build would start from nothing. Prints a hash of all."""
    record = arguments.folder / "times.json"
    before = json.loads(record.read_text()) if record.exists() else {}
    files = [file for root in arguments.source for file in sorted([root, *root.rglob("*")]) if file.is_file()]
    now = {str(file): [sha256(file), file.stat().st_mtime_ns] for file in files if "__pycache__" not in file.parts}
    if not any(before.get(file, ["", 0])[1] == found[1] for file, found in now.items()):
        for file, found in now.items():
            if before.get(file, [""])[0] == found[0]:
                found[1] = before[file][1]
                os.utime(file, ns=(found[1], found[1]))
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(now))
    whole = "\n".join(f"{Path(file).relative_to(REPOSITORY)} {found[0]}" for file, found in sorted(now.items()))
    print(hashlib.sha256(whole.encode()).hexdigest()[:16])


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def describe_machine(arguments: argparse.Namespace) -> None:
    commit, kit = machine.commit(), arguments.kit
    of_kit = re.search(r"^commit (\w+)", kit.read_text(), re.MULTILINE) if kit and kit.exists() else None
    found = {
        "commit": of_kit[1] if commit == "unknown" and of_kit else commit,
        "commit_from": "the kit" if commit == "unknown" and of_kit else "git",
        "sources": arguments.sources,
        **machine.describe(),
        "gpus": gpus(),
        "nvcc": version_of("nvcc"),
        "compute_sanitizer": version_of("compute-sanitizer"),
        "python": sys.version.split()[0],
        "packages": {name: machine.version(name) for name in ("torch", "torchvision", "triton", "nvidia-cudnn-cu13", "numpy")},
        "doctor": json.loads(output_of(arguments.program, "doctor", "--format", "json", "--quiet") or "null"),
    }
    (arguments.folder / "machine.json").write_text(json.dumps(found, indent=2) + "\n")


def gpus() -> list[dict[str, str]]:
    names = ("name", "driver_version", "memory.total", "compute_cap", "clocks.max.sm", "power.limit")
    answer = output_of("nvidia-smi", f"--query-gpu={','.join(names)}", "--format=csv,noheader")
    return [dict(zip(names, map(str.strip, line.split(",")), strict=False)) for line in answer.splitlines() if "," in line]


def version_of(program: str) -> str | None:
    found = re.search(r"(?:release |Version )([0-9.]+)", output_of(program, "--version"))
    return found[1] if found else None


def output_of(*command: object) -> str:
    try:
        return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def gather(arguments: argparse.Namespace) -> int:
    steps = [json.loads(file.read_text()) for file in (arguments.folder / "steps").glob("*.json")]
    steps.sort(key=lambda step: (PARTS.index(step["part"]), step["at"]))
    counts = {name: sum(step["outcome"] == name for step in steps) for name in ("passed", "failed", "skipped")}
    about = arguments.folder / "machine.json"
    result = {
        "format": 1,
        "bench": "gpu-check",
        "date": date.today().isoformat(),
        "machine": json.loads(about.read_text()) if about.exists() else None,
        "steps": counts,
        "parts": {
            part: {"outcome": worst(mine), "steps": mine}
            for part in PARTS
            if (mine := [step for step in steps if step["part"] == part])
        },
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for step in steps:
        print(f"{step['part']:10} {line_of(step)}")
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    return 1 if counts["failed"] else 0


def worst(steps: list[Step]) -> str:
    """failed if one is; passed if one is; else skipped."""
    outcomes = {step["outcome"] for step in steps}
    return next(name for name in ("failed", "passed", "skipped") if name in outcomes)


def line_of(step: Step) -> str:
    words = []
    if "passed" in step or "failures" in step:
        words.append(", ".join(f"{step[name]} {name}" for name in ("passed", "failed", "skipped") if step.get(name)))
    found = step.get("figures", {})
    words += [f"{name} {number(found[name])}" for name in HEADLINES if isinstance(found.get(name), (int, float))]
    if found.get("bench") == "gpu-peers":
        words += [f"{row['precision']} {row['batch']}: {number(row['crops_per_s'])}" for row in found["networks"]]
        words += [f"left out: {entry['what']}" for entry in found["skipped"]]
    words += [step["reason"][:150]] if step.get("reason") else []
    return f"{step['step']:34} {step['outcome']:8} {step['seconds']:6.0f} s  {'; '.join(filter(None, words))}".rstrip()


def arguments_of(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    parts: dict[str, argparse.ArgumentParser] = {}
    for name, function in COMMANDS.items():
        parts[name] = commands.add_parser(name)
        parts[name].set_defaults(function=function)
        parts[name].add_argument("build" if name == "programs" else "folder", type=Path)
    parts["keep-times"].add_argument("source", type=Path, nargs="+")
    parts["gather"].add_argument("out", type=Path)
    parts["machine"].add_argument("--program", type=Path, required=True)
    parts["machine"].add_argument("--kit", type=Path, help="contents.txt of the kit")
    for name in ("add", "passed"):
        parts[name].add_argument("part", choices=PARTS)
        parts[name].add_argument("step")
    for name in ("add", "passed", "machine"):
        parts[name].add_argument("--sources", default="")
    parts["add"].add_argument("--status", type=int, default=0)
    parts["add"].add_argument("--seconds", type=float, default=0)
    parts["add"].add_argument("--must-run", action="store_true")
    parts["add"].add_argument("--sanitizer", action="store_true")
    for name in ("--log", "--junit", "--figures"):
        parts["add"].add_argument(name, type=Path)
    for name in ("--skipped", "--failed"):
        parts["add"].add_argument(name, metavar="REASON")
    return parser.parse_args(argv)


COMMANDS = {
    "keep-times": keep_times,
    "programs": programs,
    "add": add,
    "passed": passed,
    "machine": describe_machine,
    "gather": gather,
}

if __name__ == "__main__":
    given = arguments_of(sys.argv[1:])
    sys.exit(given.function(given) or 0)
