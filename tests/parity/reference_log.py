"""The log of the published program (protocol, section 7), with Python's own rounding, and its comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import tolerances
from reference_data import Photo
from reference_evaluation import MODES, Outcome
from reference_networks import ITEMS

RULE = "=" * 180


@dataclass(frozen=True)
class Number:
    """A printed number that remembers what it was before rounding."""

    value: float
    digits: int
    fixed: bool  # 0.500 or 0.5
    border: float  # the last digit may differ where the value lies this close to the rounding border

    def print(self, shift: float = 0) -> str:
        value = self.value + shift
        return f"{value:.{self.digits}f}" if self.fixed else str(round(value, self.digits))

    def allows(self, printed: str) -> bool:
        return printed in (self.print(), self.print(-self.border), self.print(self.border))


@dataclass(frozen=True)
class Line:
    """One line without its timestamp. A total is computed from the items of the line before it."""

    pieces: tuple[str | Number, ...]
    total_format: str = ""

    @property
    def text(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.print() for piece in self.pieces)

    def allows(self, printed: str) -> bool:
        """Whether `printed` is this line, but for last digits near a rounding border."""
        pattern = "".join(re.escape(p) if isinstance(p, str) else r"(-?\d+\.\d+)" for p in self.pieces)
        found = re.fullmatch(pattern, printed)
        numbers = [piece for piece in self.pieces if isinstance(piece, Number)]
        return found is not None and all(n.allows(text) for n, text in zip(numbers, found.groups(), strict=True))


@dataclass
class Running:
    """One item over all photos so far."""

    judged: int = 0
    hits: int = 0
    error: float = 0

    def add(self, outcome: Outcome, criterion: str) -> None:
        self.judged += 1
        self.hits += outcome.task == "grade" and outcome.hit(criterion)
        self.error += outcome.error

    @property
    def percent(self) -> float | int:
        return round(self.hits / self.judged * 100, 2) if self.judged else 0


def log_lines(photos: list[Photo], outcomes: list[Outcome], mode: str, criterion: str = "top3") -> Iterator[Line]:
    """The whole log of a mode for these photos, in their order."""
    by_photo: dict[str, list[Outcome]] = {photo.id: [] for photo in photos}
    for outcome in outcomes:
        if outcome.task == MODES[mode] and outcome.skipped is None:
            by_photo[outcome.photo].append(outcome)
    so_far = {item: Running() for item in ITEMS[MODES[mode]]}
    for i, photo in enumerate(photos):
        for outcome in by_photo[photo.id]:
            so_far[outcome.item].add(outcome, criterion)
            yield head_line(photo, outcome, criterion)
        yield from running_lines(so_far, mode, f"[{i} / {len(photos)}]")
    yield Line(("Finish!",))


def head_line(photo: Photo, outcome: Outcome, criterion: str) -> Line:
    start = f"Sub_{photo.subject}_Equ_{photo.device:02}_Angle_{photo.angle}_Area_{outcome.facepart}({outcome.item})==> "
    if outcome.task == "grade":
        right = outcome.hit(criterion)
        return Line((f"{start}Pred: {outcome.grade}  /  Gt: {int(outcome.truth)}  ==> {right} ",))
    value, truth, error = (
        Number(number, 3, True, tolerances.LOG_HEAD) for number in (outcome.value, outcome.truth, outcome.error)
    )
    return Line((f"{start}Pred: ", value, f"  /  Gt: {truth.print()}  ==> MAE: ", error))


def running_lines(so_far: dict[str, Running], mode: str, count: str) -> Iterator[Line]:
    """Figures over all photos so far. An item with nothing judged prints a whole 0 and counts as 0."""
    if mode == "class":
        parts = [f"{i}: {r.percent}%(T: {r.hits} / F: {r.judged - r.hits})" for i, r in so_far.items()]
        yield Line((" // ".join(parts),))
        yield Line((f"{count}Total Average Acc => {sum(r.percent for r in so_far.values()) / 5:.2f}%",))
    else:
        pieces: list[str | Number] = []
        for item, r in so_far.items():
            pieces.append(f"{' // ' if pieces else ''}{item}: ")
            pieces.append(Number(r.error / r.judged, 4, False, tolerances.LOG_RUNNING) if r.judged else "0")
        running = Line(tuple(pieces))
        yield running
        total = f"{count} Total Average MAE => {{:.3f}}"
        yield Line((total.format(total_of(running.text)),), total)
    yield Line((RULE,))


def differences(lines: list[Line], printed: list[str]) -> list[str]:
    """What in a printed log (timestamps already off) is not what the reference prints; empty where it agrees."""
    found = [] if len(lines) == len(printed) else [f"{len(printed)} lines, expected {len(lines)}"]
    before = ""
    for number, (line, text) in enumerate(zip(lines, printed), 1):
        # A total is exact for the items as printed, whatever their last digits.
        exact = line.total_format.format(total_of(before)) if line.total_format else ""
        if text != exact if exact else not line.allows(text):
            found.append(f"line {number}: found {text!r}, expected {exact or line.text!r}")
        before = text
    return found


def total_of(running: str) -> float:
    """The mean of the five items of a running line, added in the order they stand there."""
    return sum(float(item) for item in re.findall(r": (\d+(?:\.\d+)?)", running)) / 5


def without_timestamp(line: str) -> str:
    """A log line without `YYYY-mm-dd HH:MM:SS,mmm `; ValueError where there is none."""
    found = re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (.*)", line)
    if not found:
        raise ValueError(f"no timestamp: {line!r}")
    return found[1]
