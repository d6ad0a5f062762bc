"""The program against the reference: tiles, answers, reasons, logs and figures of one data set."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path
from typing import Any

import awkward
import numpy as np
import program_output
import pytest
import tolerances
from program_output import Case, HeadKey, TileLine, head_key
from reference_data import Photo, Skip, published_split
from reference_evaluation import MODES, Outcome, mode_figures
from reference_log import differences, log_lines

LEAST_CROPS = 200


@pytest.fixture(scope="module")
def predictions(validated: Path) -> dict[HeadKey, dict[str, Any]]:
    return program_output.read_predictions(validated)


@pytest.fixture(scope="module")
def settled(case: Case, predictions: dict[HeadKey, dict[str, Any]]) -> list[Outcome]:
    """The reference's outcomes, with grades that it cannot tell apart in the program's order."""
    return [settle(outcome, predictions[head_key(outcome)]) for outcome in case.outcomes]


def settle(outcome: Outcome, line: dict[str, Any]) -> Outcome:
    """`outcome` with its ranking as in `line` where both differ by near ties alone; else as it is."""
    if outcome.skipped is not None or outcome.task != "grade" or "top3" not in line:
        return outcome
    theirs = [*line["top3"], *(grade for grade in outcome.ranking if grade not in line["top3"])]
    pairs = zip(theirs, outcome.ranking, strict=True)
    if any(abs(outcome.logits[a] - outcome.logits[b]) >= tolerances.TIE for a, b in pairs):
        return outcome
    adopted = copy.copy(outcome)
    adopted.ranking = tuple(theirs)
    return adopted


# Tiles


def test_tiles_are_equal_byte_for_byte(case: Case, tiles: dict[tuple[str, int], TileLine], measured: list[str]) -> None:
    expected = {(c.photo.id, c.facepart): c.tiles for c in case.crops if not isinstance(c.tiles, Skip)}
    size_differs = case.photos[awkward.RESIZED_PHOTO].id  # `dataset tiles` cuts it; `validate` refuses it
    assert {key for key in tiles if key[0] != size_differs} == set(expected)
    assert len(expected) >= LEAST_CROPS
    for key, crop in expected.items():
        assert len(tiles[key].tiles) == len(crop), key
        different = int((tiles[key].tiles != np.stack(crop)).sum())
        assert different <= tolerances.TILE_BYTES, f"{key}: {different} bytes differ"
    thin = sum(len(crop) == 2 for crop in expected.values())
    measured.append(f"{len(expected)} crops ({thin} thin), all tiles equal byte for byte")


def test_truths_beside_the_tiles(case: Case, tiles: dict[tuple[str, int], TileLine]) -> None:
    judged = [outcome for outcome in case.outcomes if outcome.skipped is None]
    for outcome in judged:
        line = tiles[outcome.photo, outcome.facepart]
        truths = line.grades if outcome.task == "grade" else line.measurements
        assert truths[outcome.key] == pytest.approx(outcome.truth, abs=1e-12), head_key(outcome)
    of_photos = {outcome.photo for outcome in judged}
    beside = [line for key, line in tiles.items() if key[0] in of_photos]
    assert sum(len(line.grades) + len(line.measurements) for line in beside) == len(judged)


# Answers


def test_every_head_has_one_line(case: Case, predictions: dict[HeadKey, dict[str, Any]]) -> None:
    assert set(predictions) == {head_key(outcome) for outcome in case.outcomes}


def test_skipped_heads_have_the_reason_of_the_reference(
    case: Case, predictions: dict[HeadKey, dict[str, Any]], measured: list[str]
) -> None:
    found = {head_key(outcome): predictions[head_key(outcome)].get("skipped") for outcome in case.outcomes}
    expected = {head_key(outcome): outcome.skipped for outcome in case.outcomes}
    assert {k: (found[k], expected[k]) for k in found if found[k] != expected[k]} == {}
    reasons = Counter(reason for reason in expected.values() if reason)
    measured.append("reasons: " + ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items())))


@pytest.mark.parametrize("planned", awkward.CASES, ids=lambda c: f"{c.photo}-{c.facepart}-{c.grade}-{c.measurement}")
def test_awkward_case_ends_as_planned(
    case: Case, predictions: dict[HeadKey, dict[str, Any]], planned: awkward.Case
) -> None:
    photo = case.photos[planned.photo].id
    lines = [line for key, line in predictions.items() if key[:2] == (photo, planned.facepart)]
    assert lines
    for line in lines:
        assert line.get("skipped") == (planned.grade if line["task"] == "grade" else planned.measurement), line


def test_photos_that_cannot_be_used(case: Case, predictions: dict[HeadKey, dict[str, Any]]) -> None:
    for index in (awkward.UNREADABLE_PHOTO, awkward.RESIZED_PHOTO):
        lines = [line for key, line in predictions.items() if key[0] == case.photos[index].id]
        assert {line.get("skipped") for line in lines} == {"photo-error"}


def test_grades_agree(case: Case, predictions: dict[HeadKey, dict[str, Any]], measured: list[str]) -> None:
    judged = [o for o in case.outcomes if o.skipped is None and o.task == "grade"]
    furthest = {"logits": 0.0, "probabilities": 0.0}
    ties = 0
    for outcome in judged:
        line = predictions[head_key(outcome)]
        for name in furthest:
            distance = np.abs(np.subtract(line[name], getattr(outcome, name))).max()
            furthest[name] = max(furthest[name], float(distance))
        ours = settle(outcome, line)
        assert (line["grade"], line["top3"]) == (ours.grade, list(ours.ranking[:3])), head_key(outcome)
        assert line["truth"] == outcome.truth, head_key(outcome)
        ties += ours.ranking != outcome.ranking
    assert furthest["logits"] <= tolerances.LOGIT
    assert furthest["probabilities"] <= tolerances.PROBABILITY
    measured.append(
        f"{len(judged)} grades: logits within {furthest['logits']:.1e}, "
        f"probabilities {furthest['probabilities']:.1e}, {ties} near ties settled"
    )


def test_measurements_agree(case: Case, predictions: dict[HeadKey, dict[str, Any]], measured: list[str]) -> None:
    judged = [o for o in case.outcomes if o.skipped is None and o.task == "measurement"]
    furthest = 0.0
    for outcome in judged:
        line = predictions[head_key(outcome)]
        furthest = max(furthest, abs(line["value"] - outcome.value))
        assert line["units"] == pytest.approx(line["value"] * outcome.scale, rel=1e-6), head_key(outcome)
        assert line["truth"] == pytest.approx(outcome.truth, abs=1e-12), head_key(outcome)
    assert furthest <= tolerances.MEASUREMENT
    measured.append(f"{len(judged)} measurements: outputs within {furthest:.1e}")


# Logs


@pytest.mark.parametrize("mode", MODES)
def test_log_is_what_the_reference_prints(
    case: Case, settled: list[Outcome], validated: Path, mode: str, measured: list[str]
) -> None:
    lines = list(log_lines(case.photos, settled, mode))
    printed = program_output.read_log(validated, mode)
    assert differences(lines, printed) == []
    last_digits = sum(line.text != text for line, text in zip(lines, printed, strict=True))
    measured.append(f"{mode}_test.txt: {len(printed)} lines, {last_digits} with another last digit at a border")


@pytest.mark.parametrize("mode", MODES)
def test_log_is_exact_for_the_programs_own_answers(
    case: Case, predictions: dict[HeadKey, dict[str, Any]], validated: Path, mode: str
) -> None:
    own = [with_answers_of(outcome, predictions[head_key(outcome)]) for outcome in case.outcomes]
    lines = log_lines(case.photos, own, mode)
    assert [line.text for line in lines] == program_output.read_log(validated, mode)


def with_answers_of(outcome: Outcome, line: dict[str, Any]) -> Outcome:
    own = copy.copy(outcome)
    if outcome.skipped is None:
        own.ranking = tuple(line.get("top3", ()))
        own.value = float(np.float32(line.get("value", 0)))  # the file has the shortest digits of a float32
    return own


@pytest.mark.parametrize(("part", "criterion"), [("test", "within1"), ("val", "exact")])
def test_log_of_a_part_by_another_criterion(
    case: Case, settled: list[Outcome], tmp_path: Path, part: str, criterion: str
) -> None:
    arguments = ["validate", case.root, "--models", case.manifest_file, "--mode", "class", *program_output.device()]
    arguments += ["--split", part, "--criterion", criterion, "--out", tmp_path]
    program_output.run(case.program, *arguments, status=(0, 1))
    photos = published_split(case.photos)[part]
    lines = list(log_lines(photos, of_photos(settled, photos), "class", criterion))
    assert differences(lines, program_output.read_log(tmp_path, "class")) == []


def of_photos(outcomes: list[Outcome], photos: list[Photo]) -> list[Outcome]:
    ids = {photo.id for photo in photos}
    return [outcome for outcome in outcomes if outcome.photo in ids]


# Figures and splits


@pytest.mark.parametrize("mode", MODES)
def test_summary_has_the_figures_of_the_reference(settled: list[Outcome], validated: Path, mode: str) -> None:
    summary = json.loads((validated / "summary.json").read_text(encoding="utf-8"))
    assert summary["format"] == 1
    expected = mode_figures(settled, mode)
    scales = {o.key: o.scale for o in settled if o.task == MODES[mode]}
    scales |= {o.item: o.scale for o in settled if o.task == MODES[mode]}
    found = summary["modes"][mode]
    assert found["skipped"] == expected["skipped"]
    for group in ("items", "heads"):
        assert set(found[group]) == set(expected[group])
        for name, figures in expected[group].items():
            compare_figures(found[group][name], figures, f"{group}.{name}", scales[name])
    for name in ("mean_of_items", "pooled"):
        figures = {key: value for key, value in expected[name].items() if key != "mae_units"}
        compare_figures(found[name], figures, name)


def compare_figures(found: dict[str, Any], expected: dict[str, Any], where: str, scale: float = 1) -> None:
    """Every expected figure; further fields are the program's own."""
    for name, value in expected.items():
        allowed = {"mae": tolerances.SUMMARY_ERROR, "mae_units": tolerances.SUMMARY_ERROR * scale}
        absolute = allowed.get(name, tolerances.SUMMARY_ACCURACY)
        assert found[name] == (None if value is None else pytest.approx(value, rel=0, abs=absolute)), (where, name)


def test_published_split_is_the_references(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "split.json"
    program_output.run(case.program, "dataset", "split", case.root, "--kind", "published", "--out", file)
    found = json.loads(file.read_text(encoding="utf-8"))
    assert (found["format"], found["kind"], found["seed"]) == (1, "published", 523)
    expected = {part: [photo.id for photo in photos] for part, photos in published_split(case.photos).items()}
    assert found["parts"] == expected
