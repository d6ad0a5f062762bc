#!/usr/bin/env python3
"""Writes docs/performance.md from the files of bench/results alone; the words come from performance.md.in beside this.

    bench/write_performance.py [--check]      --check: writes nothing, fails where the page is not what the results give

Of each kind and device the newest day counts. In the template `{{cpu.NAME}}` and `{{cuda.NAME}}` stand for the section
NAME of performance_tables.py, `{{targets}}` for the targets, `{{gpu}}` for all sections of the GPU.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import performance_targets
from machine import REPOSITORY
from performance_tables import SECTIONS
from results_folder import Result, read_results

TEMPLATE = Path(__file__).resolve().parent / "performance.md.in"
NOTHING = "Not measured."
NO_GPU = "Not yet run on a GPU."


def page(template: str, results: Sequence[Result]) -> str:
    """The template with its marks replaced. KeyError for a mark that stands for nothing."""
    return re.sub(r"\{\{([a-z.]+)\}\}", lambda mark: _section(mark[1], results), template)


def _section(name: str, results: Sequence[Result]) -> str:
    if name == "targets":
        return performance_targets.table(results)
    if name == "gpu":
        return _gpu(results)
    device, _, section = name.partition(".")
    return SECTIONS[section](results, device) or NOTHING


def _gpu(results: Sequence[Result]) -> str:
    parts = {name: section(results, "cuda") for name, section in SECTIONS.items()}
    return "\n\n".join(f"### {name.capitalize()}\n{text}" for name, text in parts.items() if text) or NO_GPU


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--results", type=Path, default=REPOSITORY / "bench/results")
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs/performance.md")
    arguments = parser.parse_args()
    text = page(TEMPLATE.read_text(encoding="utf-8"), read_results(arguments.results))
    if not arguments.check:
        arguments.page.write_text(text, encoding="utf-8")
    elif not arguments.page.exists() or arguments.page.read_text(encoding="utf-8") != text:
        print(f"{arguments.page}: not what {arguments.results} gives; run bench/write_performance.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
