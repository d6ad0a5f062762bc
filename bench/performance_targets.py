"""What the project set out to reach on the CPU, beside what the result files show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from figures import Row, is_own, markdown_table, number, ratio, select
from performance_tables import has_right_limits, has_rounds_of_parts, why_above_1
from results_folder import Result, newest

PRECISIONS = ("fp32", "bf16", "int8")


@dataclass(frozen=True)
class Target:
    what: str
    wanted: str
    found: float | None  # None: not measured
    met: bool | None
    more_is_better: bool = True
    note: str = ""  # what must be read beside the figure
    where: str = ""  # the CPU it was found on

    @property
    def verdict(self) -> str:
        return "not measured" if self.met is None else "met" if self.met else "**not met**"


def at_least(what: str, wanted: float, found: float | None, unit: str = "x", note: str = "") -> Target:
    return Target(what, f"≥ {wanted:g}{unit}", found, None if found is None else found >= wanted, note=note)


def at_most(what: str, wanted: float, found: float | None, unit: str = "") -> Target:
    return Target(what, f"< {wanted:g}{unit}", found, None if found is None else found < wanted, more_is_better=False)


def targets(results: Sequence[Result]) -> list[Target]:
    compared = newest(results, "peers", "cpu")
    batches = sorted({row["batch"] for run in compared for row in run.data.get("networks") or []}) or [1]
    return [
        *_worst(compared, lambda run: _best_peer(run.get("networks") or [], batches)),
        *_share_of_limit(results),
        *_worst(newest(results, "precision", "cpu"), _accuracy),
        *_worst(_whole_runs(results), _whole),
        *_worst(compared, lambda run: _latency(run.get("latency") or [])),
        *_growth(results),
        *_startup(results),
    ]


def table(results: Sequence[Result]) -> str:
    lines = [[one.what, one.wanted, number(one.found), one.verdict, one.note, one.where] for one in targets(results)]
    return markdown_table(["target", "wanted", "found", "", "beside it", "on"], lines)


def _worst(runs: Sequence[Result], judge: Callable[[dict[str, Any]], Iterator[Target]]) -> Iterator[Target]:
    """Each target by the run that reaches least of it: figures of different runs do not compare."""
    judged = [[replace(one, where=run.where if one.found is not None else "") for one in judge(run.data)] for run in runs]
    for same in zip(*(judged or [list(judge({}))]), strict=True):
        measured = [target for target in same if target.found is not None]
        yield min(measured, key=lambda one: one.found if one.more_is_better else -one.found, default=same[0])


def _best_peer(rows: Sequence[Row], batches: Sequence[int]) -> Iterator[Target]:
    """By precision: at each batch size, and each at its best one."""
    for precision in PRECISIONS:
        wanted = 1.05 if precision == "fp32" else 1.0
        for batch in (*batches, None):
            ours, peers = (select(rows, own=own, precision=precision, batch=batch) for own in (True, False))
            at = "each at its best batch" if batch is None else f"batch {batch}"
            yield at_least(f"{precision} networks over the best peer, {at}", wanted, ratio(ours, peers))


def _share_of_limit(results: Sequence[Result]) -> Iterator[Target]:
    """Of the program's own runs, where limit and networks take turns: the best setting of each precision."""
    runs = [run for run in newest(results, "networks", "cpu") if has_right_limits(run.data)]
    for precision in PRECISIONS:
        shares = [run for run in runs if run.data.get("precision") == precision and run.data.get("share_of_limit")]
        best_run = max(shares, key=lambda run: run.data["share_of_limit"], default=None)
        data = best_run.data if best_run else {}
        note = "; ".join(part for part in (_spread(data, "share_of_limit"), why_above_1(data, "share_of_limit")) if part)
        target = at_least(f"{precision} networks over the multiply-add limit", 0.95, data.get("share_of_limit"), note=note)
        yield replace(target, where=best_run.where if best_run else "")


def _spread(data: dict[str, Any], name: str) -> str:
    ends = [data.get(f"{name}_{end}") for end in ("min", "max")]
    return "" if None in ends else f"{number(ends[0])} to {number(ends[1])} in the rounds"


def _accuracy(run: dict[str, Any]) -> Iterator[Target]:
    """`rows` of the precision result: precision, top3 and within_one in percent, mae; null where an item has no crop."""
    rows = {row.get("precision"): row for row in run.get("rows", [])}
    full, small = rows.get("fp32", {}), rows.get("int8", {})
    for name in ("within_one", "top3"):
        known = full.get(name) is not None and small.get(name) is not None
        lost = full[name] - small[name] if known else None
        yield Target(f"int8 {name}: points lost", "≤ 0.5", lost, None if lost is None else lost <= 0.5, more_is_better=False)
    grown = small["mae"] / full["mae"] - 1 if full.get("mae") and small.get("mae") is not None else None
    yield Target("int8 MAE: growth", "≤ 0.02", grown, None if grown is None else grown <= 0.02, more_is_better=False)


def _whole_runs(results: Sequence[Result]) -> list[Result]:
    return [run for run in newest(results, "pipeline", "cpu") if has_rounds_of_parts(run)]


def _whole(run: dict[str, Any]) -> Iterator[Target]:
    note = "; ".join(part for part in (_spread(run, "efficiency"), why_above_1(run, "efficiency")) if part)
    yield at_least("pipeline over its limit, in the worst run", 0.93, run.get("efficiency"), note=note)


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
    runs = [result for result in results if (result.kind, result.device) == ("pipeline", "cpu")]
    last = next((run for run in reversed(runs) if run.data.get("photos", 0) >= 2000), None)
    many = last.data if last else None

    def beside(run: Result) -> bool:
        same = last and all(run.data.get(name) == last.data.get(name) for name in ("engine", "precision", "batch"))
        return bool(same) and run.where == last.where and run.data.get("photos") == 200

    few = next((run.data for run in reversed(runs) if beside(run)), None)
    for what, field, allowed in (("photos/s", "photos_per_s", 0.05), ("peak memory", "peak_memory_gib", 0.1)):
        apart = abs(many[field] / few[field] - 1) if many and few and field in many and field in few else None
        name = f"{what} on 2,000 photos beside 200: difference"
        met = None if apart is None else apart <= allowed
        yield Target(name, f"≤ {allowed:g}", apart, met, where=last.where if last and apart is not None else "")


def _startup(results: Sequence[Result]) -> Iterator[Target]:
    runs = [result for result in newest(results, "startup", "cpu") if result.data.get("mode") == "class"]
    for what, cached, wanted in (("warm file cache", False, 3), ("prepared cache", True, 1)):
        same = [run for run in runs if bool(run.data.get("cache")) == cached]
        quickest = min(same, key=lambda run: run.data["process_to_first_prediction_s"], default=None)
        found = quickest.data["process_to_first_prediction_s"] if quickest else None
        target = at_most(f"cold start to first prediction, six models, {what}", wanted, found, " s")
        yield replace(target, where=quickest.where if quickest else "")

