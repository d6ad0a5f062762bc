"""`skingauge bench`: one JSON object on standard output with the fields others rely on, and its exit status.

No figure is compared with a time: only what must hold between the figures of one run.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from conftest import write_models

ARGUMENTS = ("--format", "json", "--device", "cpu")
SHORT = ("--seconds", 0.1, "--rounds", 1)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared: a test that breaks it takes a copy."""
    return write_models(tmp_path_factory.mktemp("models"))


# What counts in a precision, by the names of the CPU's features.
INSTRUCTIONS = {"bf16": ("amx_bf16", "avx512_bf16"), "int8": ("amx_int8", "avx512_vnni", "avx_vnni")}


def assert_spread(found: dict, *names: str) -> None:
    for name in names:
        assert 0 < found[name + "_min"] <= found[name] <= found[name + "_max"], name


def figures(done) -> dict:
    assert done.status == 0, done.err
    found = json.loads(done.out)  # one object and nothing else
    assert found["format"] == 2
    assert found["machine"]["cores"] == len(os.sched_getaffinity(0))
    assert found["versions"].keys() >= {"skingauge", "libtorch"}
    return found


def assert_positive(found: dict, *names: str) -> None:
    for name in names:
        assert isinstance(found[name], int | float), name
        assert found[name] > 0, name


def test_limits_say_what_the_machine_can_do(run) -> None:
    found = figures(run("bench", "limits", "--format", "json", *SHORT))
    assert found["bench"] == "limits"
    assert found["multiply_add_limit_gflops"]["fp32"] > 0
    features = found["machine"]["features"]
    for precision, instructions in INSTRUCTIONS.items():  # the fastest first
        known = [name for name in instructions if name in features]
        assert found["multiply_add_instructions"][precision] == (known[0] if known else None)
        assert (found["multiply_add_limit_gflops"][precision] is not None) == bool(known)
    for figure in ("multiply_add_limit_gflops", "multiply_add_limit_gflops_one_thread"):
        for precision, rate in found[figure].items():
            assert rate is None or found[figure + "_min"][precision] <= rate <= found[figure + "_max"][precision]
    assert_positive(found, "decode_mp_per_s", "decode_core_s_per_mp", "decoded_photos")
    assert [photo["photo"] for photo in found["photos"]] == ["drawn face"]


def test_limits_decode_the_photographs_that_are_named(run, drawn: Path) -> None:
    photos = sorted(drawn.glob("img/*/*/*.jpg"))
    found = figures(run("bench", "limits", *photos, "--format", "json", "--threads", 1, *SHORT))
    assert [photo["photo"] for photo in found["photos"]] == [str(photo) for photo in photos]
    assert found["decoded_photos"] >= len(photos)


@pytest.mark.parametrize(
    ("mode", "engine", "models"),
    [("class", "fused", 6), ("regression", "torchscript", 5), ("both", "fused", 11)],
)
def test_networks_count_full_batches_of_a_modes_models(run, manifest: Path, mode: str, engine: str, models: int) -> None:
    done = run("bench", "networks", "--models", manifest, "--mode", mode, "--engine", engine, "--batch", 4, *ARGUMENTS, *SHORT)
    found = figures(done)
    assert (found["bench"], found["engine"], found["precision"], found["batch"]) == ("networks", engine, "fp32", 4)
    assert (found["models_measured"], found["models_skipped"]) == (models, 11 - models)
    assert len(found["models"]) == models
    assert all(model["crops"] >= 4 and model["crops"] % 4 == 0 for model in found["models"])
    assert found["crops"] == sum(model["crops"] for model in found["models"])
    assert_positive(found, "crops_per_s", "core_s_per_crop", "multiply_add_limit_gflops", "peak_memory_gib")
    assert found["device_memory_gib"] is None
    if engine == "torchscript":  # it does not know its layers
        assert found["multiply_adds_per_crop"] is found["share_of_limit"] is None
        return
    assert_spread(found, "share_of_limit", "crops_per_s")
    assert ("share_of_limit_note" in found) == (found["share_of_limit"] > 1)
    reached = 2e-9 * found["multiply_adds_per_crop"] * found["crops_per_s"]
    assert found["multiply_add_gflops"] == pytest.approx(reached)
    assert found["share_of_limit"] == pytest.approx(reached / found["multiply_add_limit_gflops"])


def test_networks_know_the_multiply_adds_of_their_layers(run, manifest: Path) -> None:
    found = figures(run("bench", "networks", "--models", manifest, "--mode", "class", "--batch", 1, *ARGUMENTS, *SHORT))
    widths = {"grade/forehead": 15, "grade/glabella": 7, "grade/lips": 5}
    adds = {model["id"]: model["multiply_adds_per_crop"] for model in found["models"]}
    for model, width in widths.items():
        assert adds[model] == 32 * 32 * 8 * 3 * 3 * 3 + 8 * width  # conftest.SmallNetwork


def test_networks_of_bf16_have_the_limit_of_bf16(run, manifest: Path) -> None:
    found = figures(run("bench", "networks", "--models", manifest, "--mode", "class", "--precision", "bf16", *ARGUMENTS, *SHORT))
    assert found["precision"] == "bf16"
    known = [name for name in INSTRUCTIONS["bf16"] if name in found["machine"]["features"]]
    assert found["multiply_add_instructions"] == (known[0] if known else None)
    assert (found["share_of_limit"] is not None) == bool(known)


def test_pipeline_compares_itself_with_its_parts_alone(run, drawn: Path, manifest: Path) -> None:
    found = figures(run("bench", "pipeline", drawn, "--models", manifest, "--batch", 8, *ARGUMENTS, *SHORT))
    assert (found["bench"], found["photos"], found["photos_skipped"]) == ("pipeline", 2, 0)
    assert_positive(
        found, "photos_per_s", "crops_per_s", "decode_core_s_per_photo", "cut_core_s_per_photo", "network_core_s_per_photo",
        "network_core_s_per_crop", "decode_core_s_per_photo_in_pipeline", "network_core_s_per_crop_in_pipeline",
        "limit_photos_per_s", "efficiency", "peak_memory_gib",
    )  # fmt: skip
    cores = min(found["threads"], found["machine"]["cores"])
    cost = found["decode_core_s_per_photo"] + found["network_core_s_per_photo"]
    assert found["limit_photos_per_s"] == pytest.approx(cores / cost)
    assert_spread(found, "photos_per_s", "limit_photos_per_s", "efficiency", "efficiency_at_mean_batch")
    for which in ("", "_at_mean_batch"):
        assert (f"efficiency{which}_note" in found) == (found["efficiency" + which] > 1)
        assert found["efficiency" + which] == pytest.approx(found["photos_per_s"] / found["limit_photos_per_s" + which])
    assert found["crops_per_s"] == pytest.approx(found["photos_per_s"] * found["crops_per_photo"])
    assert found["network_core_s_per_photo"] == pytest.approx(found["network_core_s_per_crop"] * found["crops_per_photo"])
    assert all(found["core_share"][stage] > 0 for stage in ("decode", "cut", "network"))


def test_pipeline_measures_each_round_beside_its_own_parts(run, drawn: Path, manifest: Path) -> None:
    rounds = ("--seconds", 0.05, "--rounds", 3)
    found = figures(run("bench", "pipeline", drawn, "--models", manifest, "--batch", 8, *ARGUMENTS, *rounds))
    rates = found["photos_per_s_by_round"]
    assert len(rates) == 3
    assert (found["photos_per_s_min"], found["photos_per_s_max"]) == (min(rates), max(rates))
    assert found["photos_per_s"] == sorted(rates)[1]
    assert_spread(found, "limit_photos_per_s", "efficiency", "limit_photos_per_s_at_mean_batch", "efficiency_at_mean_batch")


def test_pipeline_leaves_a_bad_photograph_out_and_says_so(run, drawn: Path, manifest: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(drawn, tmp_path / "data"))
    next(data.glob("img/*/*/*.jpg")).write_text("no picture")
    done = run("bench", "pipeline", data, "--models", manifest, *ARGUMENTS, *SHORT)
    assert done.status == 1
    found = json.loads(done.out)
    assert (found["photos"], found["photos_skipped"]) == (1, 1)
    assert "1 photographs left out" in done.err


def test_precision_tells_of_every_head_a_grade_and_a_measurement_of_one_key_apart(run, drawn: Path, manifest: Path) -> None:
    found = figures(run("bench", "precision", drawn, "--models", manifest, "--precisions", "bf16", *ARGUMENTS))
    heads = {head["head"]: head for head in found["heads"]}
    assert len(found["heads"]) == len(heads) == 24
    for task in ("grade", "measurement"):
        head = heads[f"{task}/l_cheek_pore"]
        assert (head["precision"], head["task"], head["not_compared"]) == ("bf16", task, 0)
        assert 0 < head["crops"] <= found["photos"]
        assert (head["answers_changed"] is None) == (task == "measurement")


def test_precision_shows_the_means_of_items_that_validate_shows(run, drawn: Path, manifest: Path, tmp_path: Path) -> None:
    found = figures(run("bench", "precision", drawn, "--models", manifest, "--precisions", "bf16", *ARGUMENTS))
    run("validate", drawn, "--models", manifest, "--device", "cpu", "--out", tmp_path, "--rounds", 0)
    modes = json.loads((tmp_path / "summary.json").read_text())["modes"]
    grades, measurements = (modes[mode]["mean_of_items"] for mode in ("class", "regression"))
    full = found["rows"][0]
    assert (full["precision"], found["aggregation"]) == ("fp32", "mean_of_items")
    assert full["top3"] == pytest.approx(100 * grades["top3"])
    assert full["within_one"] == pytest.approx(100 * grades["within1"])
    assert full["mae"] == pytest.approx(measurements["mae"])
    pooled = modes["class"]["pooled"]
    assert (pooled["top3"], pooled["within1"]) != (grades["top3"], grades["within1"])  # or this would show nothing


def test_latency_orders_its_percentiles(run, drawn: Path, manifest: Path) -> None:
    found = figures(run("bench", "latency", drawn, "--models", manifest, "--rounds", 3, "--warm-up", 2, *ARGUMENTS))
    assert (found["bench"], found["count"], found["warm_up"], found["skipped"]) == ("latency", 6, 2, 0)
    assert 0 < found["min_ms"] <= found["p50_ms"] <= found["p95_ms"] <= found["p99_ms"] <= found["max_ms"]
    assert sum(found["core_share"].values()) == pytest.approx(1)
    assert found["core_share"].keys() == {"decode", "cut", "network"}


def test_latency_of_no_photograph_is_an_error(run, drawn: Path, manifest: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(drawn, tmp_path / "data"))
    for photo in data.glob("img/*/*/*.jpg"):
        photo.write_text("no picture")
    for command in ("latency", "pipeline"):
        done = run("bench", command, data, "--models", manifest, "--rounds", 1, *ARGUMENTS)
        assert (done.status, done.out) == (3, "")
        assert "[image-format]" in done.err


def test_startup_measures_fresh_processes(run, manifest: Path) -> None:
    found = figures(run("bench", "startup", "--models", manifest, "--mode", "class", "--processes", 3, *ARGUMENTS))
    assert (found["bench"], found["processes"], found["mode"]) == ("startup", 3, "class")
    assert found["crops"] == 8
    assert_positive(found, "load_s", "first_prediction_s", "peak_memory_gib")
    assert found["process_to_first_prediction_s"] >= found["load_s"]


def test_startup_hands_on_why_a_process_failed(run, manifest: Path, tmp_path: Path) -> None:
    spoilt = Path(shutil.copytree(manifest.parent, tmp_path / "models"))
    (spoilt / "grade/7.pt").write_bytes(b"something else")
    done = run("bench", "startup", "--models", spoilt / manifest.name, "--processes", 1, *ARGUMENTS)
    assert (done.status, done.out) == (4, "")
    assert "[model-hash]" in done.err


@pytest.mark.parametrize("arguments", [("networks",), ("pipeline",), ("latency",)])
def test_text_is_for_people(run, drawn: Path, manifest: Path, arguments: tuple[str, ...]) -> None:
    root = () if arguments == ("networks",) else (drawn,)
    seconds = () if arguments == ("latency",) else ("--seconds", 0.1)
    done = run("bench", *arguments, *root, "--models", manifest, "--rounds", 1, *seconds)
    assert done.status == 0, done.err
    assert "machine.cpu" in done.out
    assert "{" not in done.out


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("bench",), 2),
        (("bench", "networks"), 2),
        (("bench", "networks", "--models", "none.json"), 4),
        (("bench", "networks", "--models", "none.json", "--rounds", "0"), 2),
        (("bench", "pipeline", "nowhere", "--models", "none.json"), 4),
        (("bench", "latency", "nowhere", "--models", "none.json"), 3),
        (("bench", "limits", "none.jpg"), 3),
        (("bench", "decode"), 2),
        (("bench", "decode", "none.jpg"), 3),
        (("bench", "decode", "none.jpg", "--models", "none.json"), 4),
    ],
)
def test_wrong_use_says_why(run, arguments: tuple[str, ...], status: int) -> None:
    done = run(*arguments)
    assert (done.status, done.out) == (status, "")
    assert done.err


def rates_by_part(found: dict) -> dict[tuple[str, int], dict]:
    return {(rate["part"], rate["threads"]): rate for rate in found["rates"] if rate["decoder"] == "libjpeg-turbo"}


def test_decode_measures_the_cpu_alone_where_no_gpu_is_asked_for(run, drawn: Path) -> None:
    found = figures(run("bench", "decode", drawn, "--threads", 2, *ARGUMENTS, *SHORT))
    assert (found["bench"], found["photos"], found["photos_skipped"]) == ("decode", 2, 0)
    assert found["gpu"] == "no GPU: --device cpu"
    assert found["differences_from_libjpeg_turbo"] == {}
    rates = rates_by_part(found)
    assert rates.keys() == {(part, threads) for part in ("picture", "tiles") for threads in (1, 2)}
    assert len(rates) == len(found["rates"])
    for rate in rates.values():
        assert_positive(rate, "photos_per_s", "mp_per_s", "core_s_per_photo")
        assert rate["photos"] >= 2
        assert (rate["gpu_decoders"], rate["gpu_share"], rate["refused"]) == (0, None, None)


def test_decode_of_photographs_without_boxes_cuts_no_tiles(run, drawn: Path) -> None:
    photos = sorted(drawn.glob("img/*/*/*.jpg"))
    found = figures(run("bench", "decode", *photos, "--threads", 1, *ARGUMENTS, *SHORT))
    assert found["boxes"] == "none: no tiles are cut"
    assert rates_by_part(found).keys() == {("picture", 1)}
    assert found["bytes_per_photo"] == pytest.approx(sum(photo.stat().st_size for photo in photos) / len(photos))


def test_decode_takes_the_crops_of_a_manifest(run, drawn: Path, manifest: Path) -> None:
    found = figures(run("bench", "decode", drawn, "--models", manifest, "--photos", 1, *ARGUMENTS, *SHORT))
    assert (found["manifest"], found["photos"]) == ("small", 1)


def test_decode_leaves_a_bad_photograph_out_and_says_so(run, drawn: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(drawn, tmp_path / "data"))
    photo = next(data.glob("img/*/*/*.jpg"))
    photo.write_bytes(photo.read_bytes()[:5000])
    done = run("bench", "decode", data, *ARGUMENTS, *SHORT)
    assert done.status == 1
    found = json.loads(done.out)
    assert (found["photos"], found["photos_skipped"]) == (1, 1)
    assert "1 photographs left out" in done.err


def test_precision_of_a_gpu_is_refused_on_the_cpu(run, manifest: Path) -> None:
    done = run("bench", "networks", "--models", manifest, "--precision", "fp16", *ARGUMENTS, *SHORT)
    assert done.status == 2
    assert "fp16" in done.err
