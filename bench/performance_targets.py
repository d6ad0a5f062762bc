"""What the project set out to reach on the CPU, beside what the result files show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from figures import Row, best, is_own, markdown_table, number, ratio, select
from results_folder import Result, newest

OPENVINO = "openvino"
DOCUMENTED = "pytorch-eager"


@dataclass(frozen=True)
class Target:
    what: str
    wanted: str
    found: float | None  # None: not measured
    met: bool | None
    more_is_better: bool = True

    @property
    def verdict(self) -> str:
        return "not measured" if self.met is None else "met" if self.met else "**not met**"


def at_least(what: str, wanted: float, found: float | None, unit: str = "x") -> Target:
    return Target(what, f"≥ {wanted:g}{unit}", found, None if found is None else found >= wanted)


def at_most(what: str, wanted: float, found: float | None, unit: str = "") -> Target:
    return Target(what, f"< {wanted:g}{unit}", found, None if found is None else found < wanted, more_is_better=False)


def targets(results: Sequence[Result]) -> list[Target]:
    compared = [result.data for result in newest(results, "peers", "cpu")]
    return [
        *_worst(compared, lambda run: _fp32(run.get("networks") or [])),
        *_share_of_limit(results, compared),
        *_worst(compared, lambda run: _low_precision(run.get("networks") or [])),
        *_worst(compared, lambda run: _documented(run.get("networks") or [])),
        *_worst([result.data for result in newest(results, "precision", "cpu")], _accuracy),
        *_whole(results),
        *_worst(compared, lambda run: _latency(run.get("latency") or [])),
        *_growth(results),
        *_startup(results),
    ]


def table(results: Sequence[Result]) -> str:
    lines = [[target.what, target.wanted, number(target.found), target.verdict] for target in targets(results)]
    return markdown_table(["target", "wanted", "found", ""], lines)


def _worst(runs: Sequence[dict[str, Any]], judge: Callable[[dict[str, Any]], Iterator[Target]]) -> Iterator[Target]:
    """Each target by the run that reaches least of it: figures of different runs do not compare."""
    for same in zip(*[judge(run) for run in runs or [{}]], strict=True):
        measured = [target for target in same if target.found is not None]
        yield min(measured, key=lambda one: one.found if one.more_is_better else -one.found, default=same[0])


def _own(rows: Sequence[Row], precision: str) -> list[Row]:
    return select(rows, own=True, precision=precision)


def _named(rows: Sequence[Row], precision: str, start: str) -> list[Row]:
    return [row for row in select(rows, own=False, precision=precision) if row["peer"].startswith(start)]


def _fp32(rows: Sequence[Row]) -> Iterator[Target]:
    one = [select(rows, own=own, precision="fp32", batch=1) for own in (True, False)]
    yield at_least("fp32 networks over the best peer, batch 1", 1.05, ratio(*one))
    peers = select(rows, own=False, precision="fp32")
    yield at_least("fp32 networks over the best peer, each at its best batch", 1.05, ratio(_own(rows, "fp32"), peers))


def _share_of_limit(results: Sequence[Result], compared: Sequence[dict[str, Any]]) -> Iterator[Target]:
    """Of a comparison with peers that has the limit beside it; else of the program's own runs."""
    shares = []
    for run in compared:
        ours = best(_own(run.get("networks") or [], "fp32"))
        limit = ((run.get("limits") or {}).get("multiply_add_limit_gflops") or {}).get("fp32")
        if ours and limit and run.get("gflop_per_crop"):
            shares.append(ours["crops_per_s"] * run["gflop_per_crop"] / limit)
    if not shares:
        runs = [result.data for result in newest(results, "networks", "cpu")]
        shares = [run["share_of_limit"] for run in runs if run.get("precision") == "fp32" and run.get("share_of_limit")]
    yield at_least("fp32 networks over the multiply-add limit", 0.95, max(shares, default=None))


def _low_precision(rows: Sequence[Row]) -> Iterator[Target]:
    for precision, gain in (("bf16", 1.9), ("int8", 3.8)):
        ours = _own(rows, precision)
        yield at_least(f"{precision} networks over OpenVINO's", 1.0, ratio(ours, _named(rows, precision, OPENVINO)))
        yield at_least(f"{precision} networks over our fp32", gain, ratio(ours, _own(rows, "fp32")))


def _documented(rows: Sequence[Row]) -> Iterator[Target]:
    documented = [row for row in _named(rows, "fp32", DOCUMENTED) if row["batch"] == 1]
    for precision, wanted in (("fp32", 3), ("bf16", 6), ("int8", 12)):
        yield at_least(f"{precision} networks over the documented way", wanted, ratio(_own(rows, precision), documented))


def _accuracy(run: dict[str, Any]) -> Iterator[Target]:
    """`rows` of the precision result: precision, top3 and within_one in percent, mae."""
    rows = {row.get("precision"): row for row in run.get("rows", [])}
    full, small = rows.get("fp32", {}), rows.get("int8", {})
    for name in ("within_one", "top3"):
        lost = full[name] - small[name] if name in full and name in small else None
        yield Target(f"int8 {name}: points lost", "≤ 0.5", lost, None if lost is None else lost <= 0.5, more_is_better=False)
    grown = small["mae"] / full["mae"] - 1 if full.get("mae") and "mae" in small else None
    yield Target("int8 MAE: growth", "≤ 0.02", grown, None if grown is None else grown <= 0.02, more_is_better=False)


def _whole(results: Sequence[Result]) -> Iterator[Target]:
    rates = [result.data["efficiency"] for result in newest(results, "pipeline", "cpu") if "efficiency" in result.data]
    yield at_least("pipeline over its limit, in the worst run", 0.93, min(rates, default=None))


def _latency(rows: Sequence[Row]) -> Iterator[Target]:
    """Every engine and precision of the program counts, and so does every one of the peers."""
    times = {own: min((row["p50_ms"] for row in rows if is_own(row) == own), default=None) for own in (True, False)}
    for precision in ("fp32", "bf16", "int8"):
        pairs = [[row["p50_ms"] for row in select(rows, own=own, precision=precision)] for own in (True, False)]
        found = min(pairs[0]) / min(pairs[1]) if all(pairs) else None
        yield at_most(f"{precision} latency of one photo over the best peer's", 1, found, "x")
    found = times[True] / times[False] if times[True] and times[False] else None
    yield at_most("latency of one photo over every peer's, whatever the precision", 1, found, "x")


def _growth(results: Sequence[Result]) -> Iterator[Target]:
    """The newest run of 2,000 photographs or more, beside the newest of 200 with the same settings."""
    runs = [result.data for result in results if (result.kind, result.device) == ("pipeline", "cpu")]
    many = next((run for run in reversed(runs) if run.get("photos", 0) >= 2000), None)

    def beside(run: dict[str, Any]) -> bool:
        same = many and all(run.get(name) == many.get(name) for name in ("engine", "precision", "batch"))
        return bool(same) and run.get("photos") == 200

    few = next((run for run in reversed(runs) if beside(run)), None)
    for what, field, allowed in (("photos/s", "photos_per_s", 0.05), ("peak memory", "peak_memory_gib", 0.1)):
        apart = abs(many[field] / few[field] - 1) if many and few and field in many and field in few else None
        name = f"{what} on 2,000 photos beside 200: difference"
        yield Target(name, f"≤ {allowed:g}", apart, None if apart is None else apart <= allowed)


def _startup(results: Sequence[Result]) -> Iterator[Target]:
    runs = [result.data for result in newest(results, "startup", "cpu") if result.data.get("mode") == "class"]
    for what, cached, wanted in (("warm file cache", False, 3), ("prepared cache", True, 1)):
        times = [run["process_to_first_prediction_s"] for run in runs if bool(run.get("cache")) == cached]
        yield at_most(f"cold start to first prediction, six models, {what}", wanted, min(times, default=None), " s")

