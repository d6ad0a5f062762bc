"""The sections of docs/performance.md, each made from result files; None where there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from figures import by_batch, markdown_table, number
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


def rows_of(results: Sequence[Result], device: str, part: str) -> list[dict[str, Any]]:
    """All rows of a part of the newest comparisons with peers."""
    return [row for result in newest(results, "peers", device) for row in result.data.get(part) or []]


def networks(results: Sequence[Result], device: str) -> str | None:
    parts = [_peers_networks(results, device) or _documented_way(results, device)]
    found = newest(results, "networks", device)
    if found:
        names = [("engine", "engine"), ("precision", "precision"), ("batch", "batch"), ("mode", "mode")]
        names += [("crops/s", "crops_per_s"), ("core-s a crop", "core_s_per_crop"), ("GFLOP/s", "multiply_add_gflops")]
        names += [("limit", "multiply_add_limit_gflops"), ("share", "share_of_limit"), ("peak GiB", "peak_memory_gib")]
        parts.append("`skingauge bench networks`:\n\n" + with_sources(columns([r.data for r in found], names), found))
    return "\n\n".join(part for part in parts if part) or None


def _peers_networks(results: Sequence[Result], device: str) -> str | None:
    """A run after the other: figures of different runs do not compare."""
    runs = [result for result in newest(results, "peers", device) if result.data.get("networks")]
    return "\n\n".join(_one_peers_run(result) for result in runs) or None


def _one_peers_run(result: Result) -> str:
    rows = result.data["networks"]
    text = "Crops of one tile a second, medians:\n\n" + markdown_table(*by_batch(rows))
    text += "\n\nThe program's best engine over each:\n\n" + markdown_table(*by_batch(rows, "skingauge_ratio"))
    checks = []
    for row in rows:
        if not any((row["peer"], row["precision"]) == (seen["peer"], seen["precision"]) for seen in checks):
            same = [one for one in rows if (one["peer"], one["precision"]) == (row["peer"], row["precision"])]
            figures = {name: max((one.get(name) or 0) for one in same) for name in ("largest_difference", "rms_difference")}
            checks.append({"peer": row["peer"], "precision": row["precision"], "models": row.get("models")} | figures)
    names = [("engine", "peer"), ("precision", "precision"), ("models", "models")]
    names += [("largest difference", "largest_difference"), ("relative RMS difference", "rms_difference")]
    text += "\n\nOutputs beside eager PyTorch's (of the program: its answers, probabilities and normalised values):\n\n"
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
    alone = newest(results, "limits", device)
    compared = [result for result in newest(results, "peers", device) if result.data.get("limits")]
    found = compared or alone
    lines = []
    for result in found:
        data = result.data["limits"] if compared else result.data
        gflop = result.data.get("gflop_per_crop")
        for precision, rate in data.get("multiply_add_limit_gflops", {}).items():
            crops = number(rate / gflop) if rate and gflop else "-"
            lines.append([f"multiply-adds, {precision}", f"{number(rate)} GFLOP/s", crops])
        lines.append(["decoding", f"{number(data.get('decode_mp_per_s'))} MP/s", "-"])
    return with_sources(markdown_table(["limit", "rate", "crops/s"], lines), found) if found else None


def pipeline(results: Sequence[Result], device: str) -> str | None:
    parts = []
    if found := newest(results, "pipeline", device):
        names = [("engine", "engine"), ("precision", "precision"), ("batch", "batch"), ("photos", "photos")]
        names += [("in flight", "in_flight"), ("tiles a batch", "tiles_per_batch")]
        names += [("photos/s", "photos_per_s"), ("crops/s", "crops_per_s"), ("tiles/s", "tiles_per_s")]
        names += [("limit photos/s", "limit_photos_per_s"), ("efficiency", "efficiency")]
        names += [("at mean batch", "efficiency_at_mean_batch")]
        names += [("decode core-s a photo", "decode_core_s_per_photo"), ("network core-s a crop", "network_core_s_per_crop")]
        names += [("peak GiB", "peak_memory_gib")]
        parts.append(with_sources(columns([result.data for result in found], names), found))
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
