#!/usr/bin/env python3
"""Time and memory of `skingauge evaluate` on made-up predictions by the million, report and bootstrap included.

    bench/evaluate_millions.py [--predictions 1500000] [--rounds 1000] [--program build/bin/skingauge] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

import machine

ANGLES = {1: ("F", "Ft", "Fb", "L15", "L30", "R15", "R30"), 2: ("F", "L", "R"), 3: ("F", "L", "R")}
GRADES = {
    "forehead_pigmentation": 6, "forehead_wrinkle": 9, "glabellus_wrinkle": 7, "l_perocular_wrinkle": 7,
    "r_perocular_wrinkle": 7, "l_cheek_pore": 6, "l_cheek_pigmentation": 6, "r_cheek_pore": 6,
    "r_cheek_pigmentation": 6, "lip_dryness": 5, "chin_sagging": 7,
}  # fmt: skip
MEASUREMENTS = (
    "pigmentation_count", "forehead_moisture", "forehead_elasticity_R2", "l_perocular_wrinkle_Ra", "r_perocular_wrinkle_Ra",
    "l_cheek_moisture", "l_cheek_elasticity_R2", "l_cheek_pore", "r_cheek_moisture", "r_cheek_elasticity_R2", "r_cheek_pore",
    "chin_moisture", "chin_elasticity_R2",
)  # fmt: skip


def graded(rng: random.Random, photo: str, key: str, width: int) -> dict:
    truth = rng.randrange(width)
    scores = [rng.random() + (0.5 if grade == truth else 0) for grade in range(width)]
    probabilities = [round(score / sum(scores), 8) for score in scores]
    ranking = sorted(range(width), key=lambda grade: -probabilities[grade])
    line = {"photo": photo, "key": key, "task": "grade", "grade": ranking[0], "top3": ranking[:3]}
    return line | {"probabilities": probabilities, "truth": truth}


def measured(rng: random.Random, photo: str, key: str) -> dict:
    truth = rng.random()
    return {"photo": photo, "key": key, "task": "measurement", "value": round(truth + rng.gauss(0, 0.2), 7), "truth": truth}


def write_predictions(folder: Path, wanted: int) -> int:
    """predictions.jsonl and photos.csv of people with 13 photographs each; answers how many people."""
    rng = random.Random(1)
    written = people = 0
    with (folder / "predictions.jsonl").open("w") as lines, (folder / "photos.csv").open("w") as photos:
        photos.write("photo,subject,gender,age,skin_type,sensitive\n")
        while written < wanted:
            people += 1
            person = f"{rng.choice('FM')},{rng.randint(18, 70)},{rng.randint(0, 5)},{rng.randint(0, 1)}"
            for device, angles in ANGLES.items():
                for angle in angles:
                    photo = f"{people:05d}_{device:02d}_{angle}"
                    photos.write(f"{photo},{people:05d},{person}\n")
                    heads = [graded(rng, photo, key, width) for key, width in GRADES.items()]
                    heads += [measured(rng, photo, key) for key in MEASUREMENTS]
                    for head in heads[: wanted - written]:
                        lines.write(json.dumps(head, separators=(",", ":")) + "\n")
                    written += min(len(heads), wanted - written)
    return people


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--predictions", type=int, default=1_500_000)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--program", type=Path, default=Path(__file__).resolve().parents[1] / "build/bin/skingauge")
    parser.add_argument("--json", type=Path, help="where the figures go; default standard output")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        people = write_predictions(Path(folder), arguments.predictions)
        command = [arguments.program, "evaluate", f"{folder}/predictions.jsonl", "--out", f"{folder}/out"]
        start = time.monotonic()
        process = subprocess.Popen([*command, "--rounds", str(arguments.rounds)], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
    if status != 0:
        raise SystemExit(f"evaluate ended with {os.waitstatus_to_exitcode(status)}")
    figures = {
        "format": 1,
        "bench": "evaluate-millions",
        "date": date.today().isoformat(),
        "machine": machine.describe(),
        "commit": machine.commit(),
        "version": subprocess.run([arguments.program, "--version"], capture_output=True, text=True, check=True).stdout.strip(),
        "predictions": arguments.predictions,
        "people": people,
        "rounds": arguments.rounds,
        "seconds": round(seconds, 2),
        "core_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024, 1),
    }
    text = json.dumps(figures, indent=2) + "\n"
    if arguments.json:
        arguments.json.write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
