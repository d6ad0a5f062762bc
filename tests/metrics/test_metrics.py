"""Every figure against another implementation, to 1e-9, on seeded random and on degenerate data.

| figure | peer |
|---|---|
| exact, weighted_average_recall, balanced_accuracy, macro_f1, weighted_kappa | scikit-learn |
| within-n | numpy: mean of abs(answer - truth) <= n |
| top-k | scikit-learn (its ties reversed, see peers.py) from three classes on; numpy |
| ece, reliability curve | torchmetrics' computation in float64; scikit-learn's calibration_curve; numpy where a confidence is on an edge |
| overconfidence, bias, error_deviation | numpy |
| mae, rmse | scikit-learn |
| pearson, spearman, mid-ranks | scipy |
| histogram | numpy |
| angular_error | numpy by unit vectors; scikit-learn's haversine_distances below 179 degrees |
| mean_iou, iou_c | scikit-learn's jaccard_score; torchmetrics to float32 |
| map | scikit-learn's average_precision_score; torchmetrics to float32 where every label occurs |
| op, or, of1, cp, cr | scikit-learn; cf1: scipy's harmonic mean of them |
| best constants | the same peer on every constant answer, the best of them |

Where a peer gives nan, raises for want of data, or warns that a figure is undefined, ours is null.
"""

from __future__ import annotations

import cases
import numpy as np
import peers
import pytest
import torch
from probe import EXACT, FLOAT32, ask, expect, expect_constants, expect_values
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics.pairwise import haversine_distances
from torchmetrics.functional.classification import multiclass_calibration_error, multiclass_jaccard_index
from torchmetrics.functional.classification import multilabel_average_precision
from torchmetrics.functional.classification.calibration_error import _ce_compute

# Peers warn of what the degenerate cases are made of: absent classes, constants, nothing to divide by.
pytestmark = pytest.mark.filterwarnings("ignore")


# ---- Grades ------------------------------------------------------------------------------------------------


def ask_grades(given: list[tuple]) -> list:
    return ask(
        [
            {"metric": "confusion", "classes": classes, "truth": truths.tolist(), "answer": answers.tolist()}
            for _, classes, truths, answers in given
        ]
    )


def test_grades() -> None:
    given = list(cases.grades())
    for (name, classes, truths, answers), found in zip(given, ask_grades(given), strict=True):
        for figure, peer in peers.grade_figures(classes).items():
            expect(found[figure]["value"], peer(truths, answers) if len(truths) else None, f"{name}: {figure}")


def test_best_constant_grades() -> None:
    given = [case for case in cases.grades() if 3 <= len(case[2]) <= 100]
    for (name, classes, truths, _), found in zip(given, ask_grades(given), strict=True):
        for figure, peer in peers.grade_figures(classes).items():
            if figure == "weighted_average_recall":
                continue  # reported with exact's
            best = peers.best_constant_grade(peer, truths, classes)
            if figure in {"pearson", "spearman"}:
                assert best is None, "a constant has no correlation"
            if figure == "weighted_kappa" and len(np.unique(truths)) == 1:
                best = None  # a wrong constant would have 0; the right one, which is better, has no kappa
            expect(found[figure]["best_constant"], best, f"{name}: best constant of {figure}")


def test_weights_are_sample_weights() -> None:
    random = np.random.default_rng(10)
    for classes in (2, 5, 9):
        truths, answers = random.integers(0, classes, (2, 400))
        weights = random.exponential(1, 400)
        case = {"metric": "confusion", "classes": classes, "weights": weights.tolist()}
        (found,) = ask([case | {"truth": truths.tolist(), "answer": answers.tolist()}])
        weighted = {"sample_weight": weights}
        expect_values(
            found,
            {
                "exact": peers.metrics.accuracy_score(truths, answers, **weighted),
                "balanced_accuracy": peers.metrics.balanced_accuracy_score(truths, answers, **weighted),
                "macro_f1": peers.metrics.f1_score(truths, answers, average="macro", **weighted),
                "weighted_kappa": peers.metrics.cohen_kappa_score(truths, answers, weights="quadratic", **weighted),
                "pearson": weighted_pearson(truths, answers, weights),
            },
            f"weighted, {classes} classes",
        )


def weighted_pearson(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> float:
    covariance = np.cov(a, b, aweights=weights)
    return covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])


def test_whole_weights_are_repeated_samples() -> None:
    random = np.random.default_rng(11)
    truths, answers = random.integers(0, 6, (2, 200))
    weights = random.integers(0, 4, 200)
    case = {"metric": "confusion", "classes": 6}
    weighted, repeated = ask(
        [
            case | {"truth": truths.tolist(), "answer": answers.tolist(), "weights": weights.tolist()},
            case | {"truth": np.repeat(truths, weights).tolist(), "answer": np.repeat(answers, weights).tolist()},
        ]
    )
    expect_values(weighted, {name: figure["value"] for name, figure in repeated.items()}, "repeated")


def test_top_k() -> None:
    given = list(cases.scores())
    asked = [
        {"metric": "top_k", "classes": scores.shape[1], "scores": scores.tolist(), "truth": truths.tolist()}
        for _, scores, truths in given
    ]
    for (name, scores, truths), found in zip(given, ask(asked), strict=True):
        classes = scores.shape[1]
        for k in range(1, classes + 2):
            expect_values(found, {f"top{k}": peers.top_k(scores, truths, k)}, name)
            expect_constants(found, {f"top{k}": peers.best_constant_top_k(truths, classes, k)}, name)
            if classes > 2 and len(truths):
                expect_values(found, {f"top{k}": peers.top_k_of_scikit_learn(scores, truths, k)}, name)


# ---- Calibration ---------------------------------------------------------------------------------------------


def ask_calibration(given: list[tuple]) -> list:
    return ask(
        [
            {"metric": "calibration", "bins": bins, "confidence": confidences.tolist(), "hit": hits.tolist()}
            for _, bins, confidences, hits in given
        ]
    )


def test_calibration() -> None:
    given = [*cases.confidences(), *cases.confidences_on_edges()]
    for (name, bins, confidences, hits), found in zip(given, ask_calibration(given), strict=True):
        gap = float(confidences.mean() - hits.mean()) if len(hits) else None
        expect_values(found, {"ece": peers.calibration_error(bins, confidences, hits), "overconfidence": gap}, name)
        nothing = None if not len(hits) else 0.0
        expect_constants(found, {"ece": nothing, "overconfidence": nothing}, name)
        counts = np.bincount(peers.calibration_bins(bins, confidences), minlength=bins)
        assert [row[2] for row in found["curve"]] == counts.tolist(), name
        assert [row[0] for row in found["curve"]] == [i / bins for i in range(bins)], name


def test_calibration_error_is_that_of_torchmetrics() -> None:
    given = list(cases.confidences())
    for (name, bins, confidences, hits), found in zip(given, ask_calibration(given), strict=True):
        theirs = _ce_compute(torch.from_numpy(confidences), torch.from_numpy(hits).double(), bins, norm="l1")
        expect_values(found, {"ece": theirs.item()}, name)


def test_calibration_error_is_that_of_torchmetrics_from_probabilities() -> None:
    random = np.random.default_rng(12)
    probabilities = random.dirichlet(np.full(6, 0.4), 500)
    truths = random.integers(0, 6, 500)
    hits = probabilities.argmax(axis=1) == truths
    (found,) = ask_calibration([("", 15, probabilities.max(axis=1), hits)])
    theirs = multiclass_calibration_error(torch.from_numpy(probabilities), torch.from_numpy(truths), 6, n_bins=15)
    expect(found["ece"]["value"], theirs.item(), "public function", FLOAT32)


def test_torchmetrics_gives_certainty_a_bin_of_its_own() -> None:
    """Its bin after the last holds what is exactly 1; ours is the last bin, closed. The figures differ there."""
    confidences = np.array([1.0, 1.0, 0.95, 0.95])
    hits = np.array([True, True, False, False])
    (found,) = ask_calibration([("", 10, confidences, hits)])
    theirs = _ce_compute(torch.from_numpy(confidences), torch.from_numpy(hits).double(), 10, norm="l1").item()
    expect(theirs, 0.5 * 0 + 0.5 * 0.95, "theirs: two bins")
    expect_values(found, {"ece": abs(0.5 - 0.975)}, "ours: one bin")


def test_reliability_curve_is_that_of_scikit_learn() -> None:
    given = [case for case in cases.confidences() if 0 < case[3].sum() < len(case[3])]
    for (name, bins, confidences, hits), found in zip(given, ask_calibration(given), strict=True):
        accuracies, means = calibration_curve(hits, confidences, n_bins=bins)
        filled = [row for row in found["curve"] if row[2] > 0]
        assert len(filled) == len(means), name
        for row, mean, accuracy in zip(filled, means, accuracies, strict=True):
            expect(row[3], mean, f"{name}: confidence")
            expect(row[4], accuracy, f"{name}: accuracy")
        assert all(row[3] is None and row[4] is None for row in found["curve"] if row[2] == 0), name


# ---- Measurements, ranks, histograms ---------------------------------------------------------------------------


def test_measurements() -> None:
    given = list(cases.measurements())
    asked = [{"metric": "measurement", "truth": t.tolist(), "answer": a.tolist()} for _, t, a in given]
    for (name, truths, answers), found in zip(given, ask(asked), strict=True):
        expect_values(found, peers.measurement_figures(truths, answers), name)
        expect_constants(found, peers.best_constant_measurement(truths), name)


def test_no_constant_is_better_than_the_best() -> None:
    truths = np.random.default_rng(13).gamma(2, 3, 40)
    (found,) = ask([{"metric": "measurement", "truth": truths.tolist(), "answer": truths.tolist()}])
    for constant in np.linspace(0, 20, 500):
        errors = truths - constant
        assert found["mae"]["best_constant"] <= np.abs(errors).mean() + EXACT
        assert found["rmse"]["best_constant"] <= np.sqrt(np.mean(errors**2)) + EXACT


def test_mid_ranks() -> None:
    random = np.random.default_rng(14)
    given = [[], [3.5], [2, 2, 2], random.random(1000), random.integers(0, 7, 100_000), -np.arange(50.0)]
    asked = [{"metric": "ranks", "values": np.asarray(values, float).tolist()} for values in given]
    for values, found in zip(given, ask(asked), strict=True):
        assert found == (stats.rankdata(values).tolist() if len(values) else [])


def test_histogram() -> None:
    random = np.random.default_rng(15)
    asked = [
        {"metric": "histogram", "low": low, "high": high, "bins": bins, "values": values.tolist()}
        for low, high, bins in ((0, 1, 1), (0, 1, 64), (-2.5, 3.5, 7), (0, 100, 30), (1e6, 1e6 + 1, 16))
        for values in (
            np.zeros(0),
            random.normal((low + high) / 2, (high - low) / 2, 5000),
            np.linspace(low, high, 8 * bins + 1)[: 8 * bins + (bins & (bins - 1) == 0)],
        )
    ]
    for case, found in zip(asked, ask(asked), strict=True):
        values = np.array(case["values"])
        counts, _ = np.histogram(values, case["bins"], (case["low"], case["high"]))
        assert found["bins"] == counts.tolist(), case["bins"]
        assert (found["below"], found["above"]) == (np.sum(values < case["low"]), np.sum(values > case["high"]))


# ---- Other protocols -------------------------------------------------------------------------------------------


def test_angular_error() -> None:
    given = list(cases.directions())
    asked = [{"metric": "angular_error", "truth": t.tolist(), "answer": a.tolist()} for _, t, a in given]
    for (name, truths, answers), found in zip(given, ask(asked), strict=True):
        angles = peers.angles(truths, answers)
        mean = float(angles.mean()) if len(angles) else None
        assert found["angular_error"]["best_constant"] is None
        expect_values(found, {"angular_error": mean}, name)
        if 0 < len(angles) <= 100 and angles.max() < 179:
            theirs = np.degrees(np.diag(haversine_distances(truths, answers)))
            expect_values(found, {"angular_error": float(theirs.mean())}, f"{name}: haversine")


def ask_masks(given: list[tuple]) -> list:
    return ask(
        [
            {
                "metric": "mean_iou",
                "classes": classes,
                "ignored": ignored,
                "truth": [mask.tolist() for mask in truths],
                "answer": [mask.tolist() for mask in answers],
            }
            for _, classes, ignored, truths, answers in given
        ]
    )


def test_mean_iou() -> None:
    given = list(cases.masks())
    for (name, classes, ignored, truths, answers), found in zip(given, ask_masks(given), strict=True):
        expect_values(found, peers.iou_figures(classes, ignored, truths, answers), name)
        if classes <= 4:
            expect_constants(found, peers.best_constant_iou(classes, ignored, truths), name)


def test_mean_iou_is_that_of_torchmetrics() -> None:
    given = [case for case in cases.masks() if case[1] > 1 and len(case[3]) > 0]
    compared = 0
    for (name, classes, ignored, truths, answers), found in zip(given, ask_masks(given), strict=True):
        if found["mean_iou"]["value"] is None:
            continue
        truth, answer = (torch.from_numpy(peers.pooled(masks)) for masks in (truths, answers))
        theirs = multiclass_jaccard_index(answer, truth, classes, average="macro", ignore_index=ignored)
        expect(found["mean_iou"]["value"], theirs.item(), name, FLOAT32)
        compared += 1
    assert compared > 30


def ask_labels(given: list[tuple], **options: object) -> list:
    return ask(
        [
            {"metric": "multi_label", "labels": truths.shape[1], "scores": scores.tolist(), "truth": truths.tolist()} | options
            for _, scores, truths in given
        ]
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"threshold": 0.3, "top": 1},
        {"top": 2, "top_needs_threshold": False},
        {"threshold": 0.6, "top": 30, "top_needs_threshold": False},
    ],
)
def test_multi_label(options: dict) -> None:
    given = [case for case in cases.labels() if len(case[2]) <= 50 or not options]
    for (name, scores, truths), found in zip(given, ask_labels(given, **options), strict=True):
        expect_values(found, peers.label_figures(scores, truths, **options), f"{name}, {options}")
        each = peers.average_precisions(scores, truths)
        expect_values(found, {f"ap_{label}": value for label, value in enumerate(each)}, name)


def test_mean_average_precision_is_that_of_torchmetrics() -> None:
    given = [case for case in cases.labels() if case[2].shape[1] > 1 and len(case[2]) and case[2].any(axis=0).all()]
    assert len(given) > 8
    for (name, scores, truths), found in zip(given, ask_labels(given), strict=True):
        theirs = multilabel_average_precision(torch.from_numpy(scores), torch.from_numpy(truths), truths.shape[1])
        expect(found["map"]["value"], theirs.item(), name, FLOAT32)


@pytest.mark.parametrize("options", [{"top": 2}, {"top": 2, "top_needs_threshold": False}])
def test_best_constant_labels(options: dict) -> None:
    given = [case for case in cases.labels() if case[2].shape[1] in {2, 4} and len(case[2]) in {5, 40}]
    for (name, _, truths), found in zip(given, ask_labels(given, **options), strict=True):
        count = truths.shape[1]
        subsets = np.array([[float(subset >> label & 1) for label in range(count)] for subset in range(1, 2**count)])
        tried = [peers.label_figures(np.tile(one, (len(truths), 1)), truths, **options) for one in subsets]
        expect_constants(found, {key: peers.best(figures[key] for figures in tried) for key in tried[0]}, name)


# ---- By a protocol's name ----------------------------------------------------------------------------------------


def ask_protocol(protocol: str, given: list[tuple], **options: object) -> list:
    """`given` is of (prediction, truth), samples by row."""
    same = {"metric": "protocol", "protocol": protocol} | options
    return ask([same | {"prediction": prediction.tolist(), "truth": truth.tolist()} for prediction, truth in given])


def classified(classes: int) -> list[tuple]:
    return [(scores, truths) for _, scores, truths in cases.scores() if scores.shape[1] == classes and len(truths) <= 100]


@pytest.mark.parametrize("classes", [2, 5, 9])
def test_protocol_average_recall(classes: int) -> None:
    given = [(scores, truths[:, None]) for scores, truths in classified(classes)]
    for (scores, truth), found in zip(given, ask_protocol("average-recall", given, classes=classes), strict=True):
        both = truth[:, 0], scores.argmax(axis=1)
        weighted = peers.metrics.recall_score(*both, average="weighted", zero_division=0)
        unweighted = peers.metrics.recall_score(*both, average="macro", labels=np.unique(truth), zero_division=0)
        assert len(found) == 2
        expect_values(found, {"weighted_average_recall": weighted, "unweighted_average_recall": unweighted}, len(truth))


@pytest.mark.parametrize("classes", [2, 5, 9])
def test_protocol_of_grades(classes: int) -> None:
    given = [(scores, truths[:, None]) for scores, truths in classified(classes)]
    for (scores, truth), found in zip(given, ask_protocol("nia-2023", given, classes=classes), strict=True):
        figures = peers.grade_figures(classes)
        expected = {name: figures[name](truth[:, 0], scores.argmax(axis=1)) for name in figures.keys() & found.keys()}
        expected |= {f"top{k}": peers.top_k(scores, truth[:, 0], k) for k in (1, 2, 3)}
        assert found.keys() == expected.keys()
        expect_values(found, expected, len(truth))


def test_other_protocols() -> None:
    random = np.random.default_rng(16)
    answers, truths = np.clip(random.normal(0, 1, (2, 50, 2)), -1.5, 1.5)
    (found,) = ask_protocol("nia-2023", [(answers[:, :1], truths[:, :1])])
    expected = peers.measurement_figures(truths[:, 0], answers[:, 0])
    expect_values(found, {name: expected[name] for name in found}, "nia-2023")
    (found,) = ask_protocol("gaze", [(answers, truths)])
    expect_values(found, {"angular_error": peers.angles(truths, answers).mean()}, "gaze")

    answers, truths = random.integers(0, 3, (2, 4, 60))
    (found,) = ask_protocol("segmentation", [(answers, truths)], classes=3, ignored=2)
    expect_values(found, peers.iou_figures(3, 2, list(truths), list(answers)), "segmentation")

    scores = random.random((50, 5))
    occurring = (random.random((50, 5)) < 0.4).astype(int)
    (found,) = ask_protocol("multi-label", [(scores, occurring)], classes=5)
    expect_values(found, peers.label_figures(scores, occurring), "multi-label")

    truths = random.integers(0, 5, 50)
    (found,) = ask_protocol("top-k", [(scores, truths[:, None])], classes=5)
    expect_values(found, {f"top{k}": peers.top_k(scores, truths, k) for k in (1, 2, 3)}, "top-k")


@pytest.mark.parametrize("protocol", ["nia-2023", "gaze", "segmentation", "average-recall", "multi-label", "top-k"])
def test_nothing_given_is_not_defined(protocol: str) -> None:
    nothing = np.zeros((0, 3))
    (found,) = ask_protocol(protocol, [(nothing, nothing)], classes=3)
    assert found
    assert all(figure == {"value": None, "best_constant": None} for figure in found.values())
