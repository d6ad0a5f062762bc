"""docs/performance.md: what the result files give, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import write_performance
from performance_tables import SECTIONS
from performance_targets import targets
from results_folder import newest, read_results
from write_performance import NO_GPU, NOTHING, TEMPLATE, page

MACHINE = {"cpu": "Some CPU", "cores": 2}


def network(peer: str, precision: str, batch: int, rate: float) -> dict[str, Any]:
    return {"peer": peer, "precision": precision, "batch": batch, "crops_per_s": rate, "skingauge_ratio": 1.0, "models": 11}


def peers(**parts: Any) -> dict[str, Any]:
    whole = {"networks": [], "latency": [], "end_to_end": [], "limits": None, "skipped": [], "gflop_per_crop": 2.0}
    return {"format": 2, "bench": "peers", "machine": MACHINE, "commit": "0123456789abcdef"} | whole | parts


def pipeline(photos: int, rate: float, **more: Any) -> dict[str, Any]:
    run = {"format": 2, "bench": "pipeline", "machine": MACHINE, "photos": photos}
    run |= {"engine": "fused", "precision": "fp32", "batch": 16}
    shares = {"efficiency": 0.95, "efficiency_min": 0.9, "efficiency_max": 0.97}
    return run | {"photos_per_s": rate, "peak_memory_gib": 2.0} | shares | more


def networks(precision: str, share: float | None, **more: Any) -> dict[str, Any]:
    run = {"format": 2, "bench": "networks", "machine": MACHINE, "engine": "fused", "precision": precision, "batch": 8}
    return run | {"crops_per_s": 100.0, "multiply_add_limit_gflops": 444.0, "share_of_limit": share} | more


@pytest.fixture
def write(tmp_path: Path):
    def write_results(**files: dict[str, Any]):
        for name, data in files.items():
            day, _, rest = name.partition("_")
            (tmp_path / f"2026-01-{day[1:]}-{rest.replace('_', '-')}.json").write_text(json.dumps(data))
        return read_results(tmp_path)

    return write_results


def verdicts(results: list) -> dict[str, tuple[float | None, bool | None]]:
    return {target.what: (target.found, target.met) for target in targets(results)}


# ---- Choosing ------------------------------------------------------------------------------------------------


def test_the_newest_day_of_a_kind_and_device_counts(write) -> None:
    results = write(
        d01_cpu_pipeline=pipeline(40, 1.0),
        d02_cpu_pipeline_few=pipeline(200, 2.0),
        d02_cpu_pipeline_many=pipeline(2000, 3.0),
        d03_cuda_pipeline=pipeline(40, 9.0),
        d04_cpu_latency={"bench": "latency", "p50_ms": 1.0},
    )
    assert [result.data["photos_per_s"] for result in newest(results, "pipeline", "cpu")] == [2.0, 3.0]
    assert [result.name for result in newest(results, "pipeline", "cuda")] == ["2026-01-03-cuda-pipeline.json"]
    assert newest(results, "startup", "cpu") == []


def test_a_file_without_kind_has_that_of_its_name(write) -> None:
    results = write(d01_cpu_evaluate_millions={"predictions": 7}, d01_cpu_old={"bench": "documented_way"})
    assert [result.kind for result in results] == ["evaluate-millions", "documented-way"]


@pytest.mark.parametrize(
    ("name", "text"), [("pipeline.json", "{}"), ("2026-01-01-tpu-x.json", "{}"), ("2026-01-01-cpu-x.json", "[]")]
)
def test_a_file_named_or_written_otherwise_is_an_error(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=name):
        read_results(tmp_path)


# ---- The page ------------------------------------------------------------------------------------------------


def test_without_results_every_section_says_so() -> None:
    text = page(TEMPLATE.read_text(encoding="utf-8"), [])
    assert text.count(NOTHING) == len(SECTIONS)
    assert text.rstrip().endswith(NO_GPU)
    assert "{{" not in text
    assert {target.met for target in targets([])} == {None}


def test_a_mark_that_stands_for_nothing_is_an_error() -> None:
    with pytest.raises(KeyError):
        page("{{cpu.no.such}}", [])


def test_the_page_shows_figures_with_their_source(write) -> None:
    results = write(d01_cpu_pipeline=pipeline(40, 1.0), d02_cpu_pipeline=pipeline(40, 7.77))
    text = page("{{cpu.pipeline}}", results)
    assert "7.77" in text and "1.00" not in text
    assert "Some CPU, 2 cores, on 2026-01-02, `bench/results/2026-01-02-cpu-pipeline.json`." in text


def test_what_was_left_out_is_named_with_its_reason(write) -> None:
    left = [{"what": "onnxruntime fp32", "reason": "onnxruntime not installed"}]
    results = write(d01_cpu_peers=peers(skipped=left))
    assert page("{{cpu.skipped}}", results) == "- onnxruntime fp32: onnxruntime not installed"
    assert page("{{cpu.skipped}}", write(d02_cpu_peers=peers())) == "Nothing."


def test_a_gpu_file_brings_the_gpu_sections(write) -> None:
    text = page("{{gpu}}", write(d01_cuda_pipeline=pipeline(40, 777.0)))
    assert text.startswith("### Pipeline\n") and "777" in text and NO_GPU not in text


def test_old_shapes_stay_readable(write) -> None:
    old = {"bench": "documented_way", "eager_batch_1_crops_per_s": 37.44, "frozen_crops_per_s_by_batch": {"8": 76.4}}
    results = write(d01_cpu_documented_way=old, d01_cpu_evaluate_millions={"predictions": 1500, "seconds": 17.58})
    assert "| eager PyTorch, the documented way | 1 | 37.4 |" in page("{{cpu.networks}}", results)
    assert "| 1500 | 17.6 |" in page("{{cpu.evaluation}}", results)


def test_rows_of_the_precision_result_become_tables(write) -> None:
    rows = [{"precision": "int8", "top3": 80.5, "heads": {"a": 1}}, {"precision": "fp32", "top3": 81.0}]
    text = page("{{cpu.precision}}", write(d01_cpu_precision={"format": 2, "bench": "precision", "rows": rows}))
    assert "| precision | top3 |" in text and "| int8 | 80.5 |" in text and "heads" not in text


def test_a_precision_result_that_merged_two_heads_is_not_shown(write) -> None:
    heads = [{"precision": "int8", "key": "l_cheek_pore", "task": "measurement", "crops": 310}]
    old = {"format": 1, "bench": "precision", "rows": [{"precision": "int8", "top3": 1.0}], "heads": heads}
    results = write(d01_cpu_precision=old)
    assert page("{{cpu.precision}}", results) == NOTHING
    assert verdicts(results)["int8 top3: points lost"] == (None, None)
    new = old | {"format": 2, "heads": [{"precision": "int8", "head": "grade/l_cheek_pore", "task": "grade", "crops": 155}]}
    text = page("{{cpu.precision}}", write(d02_cpu_precision=new))
    assert "| int8 | grade/l_cheek_pore | grade | 155 |" in text and "310" not in text


@pytest.mark.parametrize(("form", "features", "shown"), [(1, ["amx_bf16"], False), (2, ["amx_bf16"], True), (1, ["fma"], True)])
def test_limits_without_the_matrix_tiles_of_the_cpu_are_not_shown(write, form: int, features: list, shown: bool) -> None:
    old = {"format": form, "machine": MACHINE | {"features": features}}
    limits = old | {"bench": "limits", "multiply_add_limit_gflops": {"bf16": 777.0}, "decode_mp_per_s": 99.0}
    results = write(d01_cpu_limits=limits, d01_cpu_networks=networks("bf16", 3.3) | old)
    assert ("777" in page("{{cpu.limits}}", results)) == shown
    text = page("{{cpu.networks}}", results)
    assert "| bf16 | 8 | 100 |" in text and ("3.30" in text) == ("444" in text) == shown
    assert verdicts(results)["bf16 networks over the multiply-add limit"] == ((3.3, True) if shown else (None, None))


def test_limits_name_their_instructions_and_spread(write) -> None:
    rates = {"multiply_add_limit_gflops": {"bf16": 777.0, "int8": None}}
    rates |= {"multiply_add_instructions": {"bf16": "amx_bf16", "int8": None}}
    spread = {"multiply_add_limit_gflops_min": {"bf16": 700.0}, "multiply_add_limit_gflops_max": {"bf16": 800.0}}
    new = {"format": 2, "bench": "limits", "machine": MACHINE, "decode_mp_per_s": 99.0} | rates | spread
    text = page("{{cpu.limits}}", write(d01_cpu_limits=new))
    assert "| multiply-adds, bf16 | amx_bf16 | 777 GFLOP/s | 700 | 800 | - |" in text
    assert "| multiply-adds, int8 | - | - GFLOP/s | - | - | - |" in text


def test_the_newest_limits_are_shown_whoever_measured_them(write) -> None:
    limits = {"format": 2, "multiply_add_limit_gflops": {"fp32": 400.0}, "decode_mp_per_s": 99.0}
    alone = limits | {"bench": "limits", "machine": MACHINE, "decode_mp_per_s": 77.0}
    text = page("{{cpu.limits}}", write(d01_cpu_peers=peers(limits=limits), d02_cpu_limits=alone))
    assert "77.0 MP/s" in text and "99.0 MP/s" not in text
    assert "200" in page("{{cpu.limits}}", write(d03_cpu_peers=peers(limits=limits)))  # crops a second: 400 / 2 GFLOP


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (networks("fp32", 1.17, format=1), "above 1 by Winograd's products"),
        (networks("fp32", 1.17, share_of_limit_note="above 1 by magic"), "above 1 by magic"),
        (networks("bf16", 1.02, share_of_limit_note="above 1, and so on"), "above 1, and so on"),
        (networks("bf16", 0.92), None),
    ],
)
def test_a_share_above_1_stands_beside_its_reason(write, run: dict[str, Any], reason: str | None) -> None:
    results = write(d01_cpu_networks=run)
    for text in (page("{{cpu.networks}}", results), page("{{targets}}", results)):
        assert (reason in text) if reason else ("above 1" not in text)


def test_the_pipeline_shows_how_far_its_rounds_lie_apart(write) -> None:
    above = pipeline(40, 1.0, efficiency=1.02, efficiency_note="above 1 within it")
    text = page("{{cpu.pipeline}}", write(d01_cpu_pipeline=above))
    assert "| efficiency | least | most |" in text and "| 1.02 | 0.90 | 0.97 |" in text
    assert "`efficiency`: above 1 within it." in text


def test_of_a_pipeline_without_rounds_of_its_parts_only_the_rates_are_shown(write) -> None:
    results = write(d01_cpu_pipeline=pipeline(40, 7.77, format=1, efficiency=1.16, limit_photos_per_s=6.7))
    text = page("{{cpu.pipeline}}", results)
    assert "7.77" in text and "1.16" not in text and "6.70" not in text and "| efficiency" not in text
    assert verdicts(results)["pipeline over its limit, in the worst run"] == (None, None)


def test_answers_that_were_compared_alone_are_shown_beside_an_older_comparison(write) -> None:
    row = {"peer": "skingauge-fused", "precision": "bf16", "photos": 5, "heads_compared": 24, "rms_difference": 0.0123}
    alone = peers(outputs=[row | {"largest_difference": 0.5}]) | {"bench": "outputs"}
    older = peers(networks=[network("onnxruntime", "fp32", 1, 777.0)])
    text = page("{{cpu.networks}}", write(d01_cpu_peers=older, d02_cpu_outputs=alone))
    assert "| skingauge-fused | bf16 | 5 | 24 | 0.50 | 0.012 |" in text and "777" in text


def test_the_programs_outputs_are_not_shown_where_heads_were_left_unchecked(write) -> None:
    rows = [network("skingauge-fused", "fp32", 1, 110.0), network("onnxruntime", "fp32", 1, 100.0)]
    rows = [row | {"largest_difference": 1e-5, "rms_difference": 0.0123 if "skin" in row["peer"] else 0.0456} for row in rows]
    old = page("{{cpu.networks}}", write(d01_cpu_peers=peers(networks=rows, format=1)))
    assert "0.046" in old and "0.012" not in old and "the program's are left out" in old
    assert "| skingauge-fused | fp32 | 110 |" in old
    new = page("{{cpu.networks}}", write(d02_cpu_peers=peers(networks=rows)))
    assert "0.046" in new and "0.012" in new and "head by head" in new


# ---- The targets ---------------------------------------------------------------------------------------------


def test_networks_are_judged_against_the_best_peer_by_precision_and_batch(write) -> None:
    rows = [network("skingauge-fused", "fp32", 1, 110.0), network("skingauge-fused", "fp32", 8, 150.0)]
    rows += [network("onnxruntime", "fp32", 1, 100.0), network("openvino-latency", "fp32", 8, 160.0)]
    rows += [network("pytorch-eager", "fp32", 1, 40.0), network("skingauge-fused", "bf16", 8, 200.0)]
    rows += [network("openvino-throughput", "bf16", 8, 250.0), network("onnxruntime", "bf16", 8, 100.0)]
    found = verdicts(write(d01_cpu_peers=peers(networks=rows)))
    assert found["fp32 networks over the best peer, batch 1"] == (pytest.approx(1.1), True)
    assert found["fp32 networks over the best peer, batch 8"] == (150 / 160, False)
    assert found["fp32 networks over the best peer, each at its best batch"] == (150 / 160, False)
    assert found["bf16 networks over the best peer, batch 1"] == (None, None)
    assert found["bf16 networks over the best peer, batch 8"] == (0.8, False)
    assert found["int8 networks over the best peer, batch 8"] == (None, None)


def test_no_target_compares_the_program_with_itself_or_with_a_multiple_of_the_documented_way(write) -> None:
    names = verdicts(write(d01_cpu_peers=peers()))
    assert not [name for name in names if "our" in name.split() or "documented" in name]


def test_the_share_of_the_limit_is_that_of_the_best_setting(write) -> None:
    runs = {"one": networks("bf16", 0.4), "two": networks("bf16", 0.97, share_of_limit_min=0.93, share_of_limit_max=0.98)}
    results = write(**{f"d01_cpu_networks_{name}": run for name, run in runs.items()})
    assert verdicts(results)["bf16 networks over the multiply-add limit"] == (0.97, True)
    assert verdicts(results)["int8 networks over the multiply-add limit"] == (None, None)
    line = "| bf16 networks over the multiply-add limit | ≥ 0.95x | 0.97 | met | 0.93 to 0.98 in the rounds | Some CPU |"
    assert line in page("{{targets}}", results)


def test_two_runs_are_judged_each_for_itself_and_the_worse_counts(write) -> None:
    slow = [network("skingauge-fused", "fp32", 8, 50.0), network("onnxruntime", "fp32", 8, 40.0)]
    fast = [network("skingauge-fused", "fp32", 8, 150.0), network("openvino-latency", "fp32", 8, 100.0)]
    found = verdicts(write(d01_cpu_peers_one=peers(networks=slow), d01_cpu_peers_two=peers(networks=fast)))
    assert found["fp32 networks over the best peer, each at its best batch"] == (1.25, True)
    text = page("{{cpu.networks}}", write(d01_cpu_peers_one=peers(networks=slow), d01_cpu_peers_two=peers(networks=fast)))
    assert "| skingauge-fused | fp32 | 50.0 |" in text and "| skingauge-fused | fp32 | 150 |" in text


def test_latency_is_judged_by_precision_and_overall(write) -> None:
    names = [("skingauge-fused", "fp32", 90.0), ("onnxruntime", "fp32", 100.0), ("openvino-latency", "int8", 40.0)]
    rows = [{"peer": peer, "precision": precision, "p50_ms": time} for peer, precision, time in names]
    found = verdicts(write(d01_cpu_peers=peers(latency=rows)))
    assert found["fp32 latency of one photo over the best peer's"] == (0.9, True)
    assert found["int8 latency of one photo over the best peer's"] == (None, None)
    assert found["latency of one photo over every peer's, whatever the precision"] == (2.25, False)


def test_growth_compares_runs_of_the_same_settings(write) -> None:
    few, many = pipeline(200, 10.0), pipeline(2000, 9.0, peak_memory_gib=2.1)
    other = pipeline(200, 9.0, precision="bf16")
    elsewhere = pipeline(200, 99.0, machine={"cpu": "Another CPU", "cores": 2})
    files = {"d01_cpu_pipeline_few": few, "d01_cpu_pipeline_many": many, "d01_cpu_pipeline_other": other}
    found = verdicts(write(**files, d02_cpu_pipeline=elsewhere))
    assert found["photos/s on 2,000 photos beside 200: difference"] == (pytest.approx(0.1), False)
    assert found["peak memory on 2,000 photos beside 200: difference"] == (pytest.approx(0.05), True)


def test_the_worst_pipeline_counts(write) -> None:
    good, bad = pipeline(40, 1.0, efficiency=0.99), pipeline(40, 1.0, efficiency=0.9)
    results = write(d01_cpu_pipeline_one=good, d01_cpu_pipeline_two=bad)
    assert verdicts(results)["pipeline over its limit, in the worst run"] == (0.9, False)


def test_starts_with_and_without_cache_are_told_apart(write) -> None:
    start = {"bench": "startup", "mode": "class"}
    warm, cached = start | {"process_to_first_prediction_s": 2.5}, start | {"cache": True, "process_to_first_prediction_s": 1.5}
    found = verdicts(write(d01_cpu_startup=warm, d01_cpu_startup_cached=cached))
    assert found["cold start to first prediction, six models, warm file cache"] == (2.5, True)
    assert found["cold start to first prediction, six models, prepared cache"] == (1.5, False)


def test_int8_accuracy_is_judged_in_points_and_growth(write) -> None:
    rows = [{"precision": "fp32", "top3": 90.0, "within_one": 80.0, "mae": 0.2}]
    rows.append({"precision": "int8", "top3": 89.8, "within_one": 79.0, "mae": 0.202})
    found = verdicts(write(d01_cpu_precision={"format": 2, "bench": "precision", "rows": rows}))
    assert found["int8 top3: points lost"] == (pytest.approx(0.2), True)
    assert found["int8 within_one: points lost"] == (pytest.approx(1.0), False)
    assert found["int8 MAE: growth"] == (pytest.approx(0.01), True)


def test_accuracy_of_an_item_without_a_crop_is_not_judged(write) -> None:
    rows = [{"precision": precision, "top3": None, "within_one": None, "mae": None} for precision in ("fp32", "int8")]
    results = write(d01_cpu_precision={"format": 2, "bench": "precision", "rows": rows})
    found = verdicts(results)
    assert {found[f"int8 {what}"] for what in ("top3: points lost", "within_one: points lost", "MAE: growth")} == {(None, None)}
    assert page("{{cpu.precision}}", results) != NOTHING


def test_int8_accuracy_is_that_of_the_worse_run(write) -> None:
    full = {"precision": "fp32", "top3": 90.0, "within_one": 80.0, "mae": 0.2}
    runs = {name: [full, full | {"precision": "int8", "mae": mae}] for name, mae in (("one", 0.21), ("two", 0.2))}
    files = {f"d01_cpu_{name}": {"format": 2, "bench": "precision", "rows": rows} for name, rows in runs.items()}
    found = verdicts(write(**files))
    assert found["int8 MAE: growth"] == (pytest.approx(0.05), False)


# ---- The page of this repository -----------------------------------------------------------------------------


def test_check_fails_for_a_page_that_somebody_edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "performance.md"
    arguments = ["write_performance.py", "--page", str(file)]
    monkeypatch.setattr("sys.argv", arguments)
    assert write_performance.main() == 0
    monkeypatch.setattr("sys.argv", [*arguments, "--check"])
    assert write_performance.main() == 0
    file.write_text(file.read_text() + "and faster\n")
    assert write_performance.main() == 1
    file.unlink()
    assert write_performance.main() == 1


def test_docs_performance_is_what_the_results_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["write_performance.py", "--check"])
    assert write_performance.main() == 0
