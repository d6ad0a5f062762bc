"""The sections of docs/performance.md, each made from result files; None where there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from figures import by_batch, is_own, markdown_table, number
from results_folder import Result, newest

Section = Callable[[Sequence[Result], str], str | None]


def source(result: Result) -> str:
    """Where and when: one sentence under each table."""
    data = result.data
    machine = data.get("machine", {})
    cores = machine.get("cores", machine.get("threads", data.get("threads")))
    where = [machine.get("cpu"), f"{cores} cores" if cores else None, *machine.get("gpus", []), f"on {result.date}"]
    commit = f"commit {data['commit'][:12]}" if data.get("commit") else None
    parts = [part for part in (*where, commit, f"`bench/results/{result.name}`") if part]
    return ", ".join(parts) + "."


def with_sources(table: str, results: Sequence[Result]) -> str:
    return table + "\n\n" + "\n".join(source(result) for result in results)


def columns(rows: Sequence[dict[str, Any]], names: Sequence[tuple[str, str]]) -> str:
    """A table with a line a row; `names` are (heading, field). Columns that no row has are left out."""
    used = [(heading, field) for heading, field in names if any(row.get(field) is not None for row in rows)]
    return markdown_table([heading for heading, _ in used], [[number(row.get(field)) for _, field in used] for row in rows])


# Limits that leave out what the CPU multiplies best with are none: those of format 1 on a CPU with matrix tiles.
LIMITS = ("multiply_add_limit_gflops", "multiply_add_limit_gflops_one_thread", "share_of_limit")
# Shares of a limit of the pipeline's whole that was measured once, not round by round beside its parts, say nothing.
PIPELINE_SHARES = ("limit_photos_per_s", "efficiency", "limit_photos_per_s_at_mean_batch", "efficiency_at_mean_batch")

WINOGRAD = "Winograd's products: 3 x 3 convolutions of stride 1 take fewer multiply-adds than are counted"


def has_right_limits(data: Mapping[str, Any]) -> bool:
    """Of what `bench limits` or `networks` says."""
    features = data.get("machine", {}).get("features", [])
    return data.get("format", 1) >= 2 or not any(feature.startswith("amx") for feature in features)


def has_rounds_of_parts(result: Result) -> bool:
    return result.format >= 2


def without(data: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def without_wrong_limits(data: Mapping[str, Any]) -> dict[str, Any]:
    return dict(data) if has_right_limits(data) else without(data, LIMITS)


def why_above_1(data: Mapping[str, Any], share: str) -> str | None:
    """Why a run passes its limit; None where it does not. Runs of format 1 say nothing themselves."""
    if (data.get(share) or 0) <= 1:
        return None
    winograd = share == "share_of_limit" and data.get("precision") == "fp32"
    return data.get(f"{share}_note", f"above 1 by {WINOGRAD}" if winograd else "above 1, unexplained")


def shares_above_1(results: Sequence[Result], *shares: str) -> str:
    """Lines under a table, one a reason."""
    reasons = [(share, why_above_1(result.data, share)) for result in results for share in shares]
    lines = dict.fromkeys(f"`{share}`: {why}." for share, why in reasons if why)
    return "".join(f"\n\n{line}" for line in lines)


def rows_of(results: Sequence[Result], device: str, part: str) -> list[dict[str, Any]]:
    """All rows of a part of the newest comparisons with peers."""
    return [row for result in newest(results, "peers", device) for row in result.data.get(part) or []]


def networks(results: Sequence[Result], device: str) -> str | None:
    parts = [_peers_networks(results, device) or _documented_way(results, device)]
    parts.append(_outputs(results, device))
    found = newest(results, "networks", device)
    if found:
        names = [("engine", "engine"), ("precision", "precision"), ("batch", "batch"), ("mode", "mode")]
        names += [("crops/s", "crops_per_s"), ("core-s a crop", "core_s_per_crop"), ("GFLOP/s", "multiply_add_gflops")]
        names += [("limit", "multiply_add_limit_gflops"), ("by", "multiply_add_instructions"), ("share", "share_of_limit")]
        names += [("least", "share_of_limit_min"), ("most", "share_of_limit_max"), ("peak GiB", "peak_memory_gib")]
        table = columns([without_wrong_limits(r.data) for r in found], names) + shares_above_1(found, "share_of_limit")
        parts.append("`skingauge bench networks`:\n\n" + with_sources(table, found))
    return "\n\n".join(part for part in parts if part) or None


def _outputs(results: Sequence[Result], device: str) -> str | None:
    """Of runs that compared nothing else, else of the comparisons with peers."""
    runs = newest(results, "outputs", device) or newest(results, "peers", device)
    runs = [run for run in runs if run.data.get("outputs")]
    names = [("engine", "peer"), ("precision", "precision"), ("photos", "photos"), ("heads", "heads_compared")]
    names += [("largest difference", "largest_difference"), ("relative RMS difference", "rms_difference")]
    tables = [with_sources(columns(run.data["outputs"], names), [run]) for run in runs]
    words = "The program's answers beside eager PyTorch's, head by head (probabilities and normalised values):"
    return "\n\n".join([words, *tables]) if tables else None


def _peers_networks(results: Sequence[Result], device: str) -> str | None:
    """A run after the other: figures of different runs do not compare."""
    runs = [result for result in newest(results, "peers", device) if result.data.get("networks")]
    return "\n\n".join(_one_peers_run(result) for result in runs) or None


PARTLY_COMPARED = "the program's are left out: of heads with one key, as cheek pores, only one was compared in this run"


def _one_peers_run(result: Result) -> str:
    rows = result.data["networks"]
    text = "Crops of one tile a second, medians:\n\n" + markdown_table(*by_batch(rows))
    text += "\n\nThe program's best engine over each:\n\n" + markdown_table(*by_batch(rows, "skingauge_ratio"))
    checks = []
    for row in rows if result.format >= 2 else [row for row in rows if not is_own(row)]:
        if not any((row["peer"], row["precision"]) == (seen["peer"], seen["precision"]) for seen in checks):
            same = [one for one in rows if (one["peer"], one["precision"]) == (row["peer"], row["precision"])]
            figures = {name: max((one.get(name) or 0) for one in same) for name in ("largest_difference", "rms_difference")}
            checks.append({"peer": row["peer"], "precision": row["precision"], "models": row.get("models")} | figures)
    names = [("engine", "peer"), ("precision", "precision"), ("models", "models")]
    names += [("largest difference", "largest_difference"), ("relative RMS difference", "rms_difference")]
    own = "of the program its probabilities and normalised values, head by head" if result.format >= 2 else PARTLY_COMPARED
    text += f"\n\nOutputs beside eager PyTorch's ({own}):\n\n"
    return with_sources(text + columns(checks, names), [result])


def _documented_way(results: Sequence[Result], device: str) -> str | None:
    """Of the time before the comparison with peers."""
    found = newest(results, "documented-way", device)
    lines = []
    for result in found:
        lines.append(["eager PyTorch, the documented way", "1", number(result.data["eager_batch_1_crops_per_s"])])
        rates = result.data["frozen_crops_per_s_by_batch"]
        lines += [["frozen TorchScript, Python", batch, number(rate)] for batch, rate in rates.items()]
    return with_sources(markdown_table(["engine", "batch", "crops/s"], lines), found) if found else None


def limits(results: Sequence[Result], device: str) -> str | None:
    """Of `bench limits` and of the comparisons with peers, what is newest."""
    alone = [(result, result.data) for result in newest(results, "limits", device)]
    compared = [(result, result.data.get("limits") or {}) for result in newest(results, "peers", device)]
    found = [(result, data) for result, data in (*alone, *compared) if data and has_right_limits(data)]
    last = max((result.date for result, _ in found), default="")
    found = [(result, data) for result, data in found if result.date == last]
    lines = []
    for result, data in found:
        gflop = result.data.get("gflop_per_crop")
        used = data.get("multiply_add_instructions", {})
        for precision, rate in data.get("multiply_add_limit_gflops", {}).items():
            spread = [data.get(f"multiply_add_limit_gflops_{end}", {}).get(precision) for end in ("min", "max")]
            crops = number(rate / gflop) if rate and gflop else "-"
            lines.append([f"multiply-adds, {precision}", number(used.get(precision)), f"{number(rate)} GFLOP/s"])
            lines[-1] += [*map(number, spread), crops]
        lines.append(["decoding", "-", f"{number(data.get('decode_mp_per_s'))} MP/s", "-", "-", "-"])
    heading = ["limit", "instructions", "rate", "least", "most", "crops/s"]
    return with_sources(markdown_table(heading, lines), [result for result, _ in found]) if found else None


def pipeline(results: Sequence[Result], device: str) -> str | None:
    parts = []
    if found := newest(results, "pipeline", device):
        names = [("engine", "engine"), ("precision", "precision"), ("batch", "batch"), ("photos", "photos")]
        names += [("in flight", "in_flight"), ("tiles a batch", "tiles_per_batch")]
        names += [("photos/s", "photos_per_s"), ("crops/s", "crops_per_s"), ("tiles/s", "tiles_per_s")]
        names += [("limit photos/s", "limit_photos_per_s"), ("efficiency", "efficiency"), ("least", "efficiency_min")]
        names += [("most", "efficiency_max"), ("at mean batch", "efficiency_at_mean_batch")]
        names += [("least", "efficiency_at_mean_batch_min"), ("most", "efficiency_at_mean_batch_max")]
        names += [("decode core-s a photo", "decode_core_s_per_photo"), ("network core-s a crop", "network_core_s_per_crop")]
        names += [("peak GiB", "peak_memory_gib")]
        rows = [result.data if has_rounds_of_parts(result) else without(result.data, PIPELINE_SHARES) for result in found]
        notes = shares_above_1([r for r in found if has_rounds_of_parts(r)], "efficiency", "efficiency_at_mean_batch")
        parts.append(with_sources(columns(rows, names) + notes, found))
    if rows := rows_of(results, device, "end_to_end"):
        names = [("what", "peer"), ("precision", "precision"), ("photos", "photos"), ("photos/s", "photos_per_s")]
        table = columns(rows, [*names, ("least", "photos_per_s_min"), ("most", "photos_per_s_max")])
        parts.append("Beside the documented way, in one run:\n\n" + with_sources(table, newest(results, "peers", device)))
    return "\n\n".join(parts) or None


def latency(results: Sequence[Result], device: str) -> str | None:
    names = [("precision", "precision"), ("p50 ms", "p50_ms"), ("p95 ms", "p95_ms"), ("p99 ms", "p99_ms"), ("count", "count")]
    parts = []
    if rows := rows_of(results, device, "latency"):
        table = columns(sorted(rows, key=lambda row: row["p50_ms"]), [("engine", "peer"), *names])
        parts.append(with_sources(table, newest(results, "peers", device)))
    if found := newest(results, "latency", device):
        table = columns([result.data for result in found], [("engine", "engine"), *names])
        parts.append("`skingauge bench latency`:\n\n" + with_sources(table, found))
    return "\n\n".join(parts) or None


def startup(results: Sequence[Result], device: str) -> str | None:
    found = newest(results, "startup", device)
    names = [("engine", "engine"), ("precision", "precision"), ("mode", "mode"), ("cache", "cache")]
    names += [("file cache", "file_cache"), ("load s", "load_s"), ("first prediction s", "first_prediction_s")]
    names += [("process to first prediction s", "process_to_first_prediction_s"), ("peak GiB", "peak_memory_gib")]
    return with_sources(columns([result.data for result in found], names), found) if found else None


def precision(results: Sequence[Result], device: str) -> str | None:
    """Every list of rows in the result becomes a table, whatever is measured."""
    found = newest(results, "precision", device)
    parts = []
    for result in found:
        for name, rows in result.data.items():
            if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
                plain = [{key: value for key, value in row.items() if not isinstance(value, (dict, list))} for row in rows]
                fields = list(dict.fromkeys(key for row in plain for key in row))
                heading = name.replace("_", " ")
                parts.append(f"{heading[:1].upper()}{heading[1:]}:\n\n" + columns(plain, [(key, key) for key in fields]))
        parts.append(source(result))
    return "\n\n".join(parts) or None


def evaluation(results: Sequence[Result], device: str) -> str | None:
    found = newest(results, "evaluate-millions", device)
    names = [("predictions", "predictions"), ("people", "people"), ("bootstrap rounds", "rounds"), ("seconds", "seconds")]
    names += [("core-seconds", "core_seconds"), ("peak MB", "peak_mb")]
    return with_sources(columns([result.data for result in found], names), found) if found else None


def skipped(results: Sequence[Result], device: str) -> str | None:
    """What a comparison could not measure, with its reason."""
    if not newest(results, "peers", device):
        return None
    return "\n".join(f"- {row['what']}: {row['reason']}" for row in rows_of(results, device, "skipped")) or "Nothing."


SECTIONS: dict[str, Section] = {
    "networks": networks,
    "limits": limits,
    "skipped": skipped,
    "pipeline": pipeline,
    "latency": latency,
    "startup": startup,
    "precision": precision,
    "evaluation": evaluation,
}
