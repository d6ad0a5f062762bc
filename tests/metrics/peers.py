"""The same figures by other hands: scikit-learn, scipy, or the definition written plainly in numpy."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from scipy import stats
from sklearn import metrics

Array = np.ndarray
Value = float | None


def correlation(function: Callable[[Array, Array], object], a: Array, b: Array) -> Value:
    return None if len(a) < 2 else float(function(a, b).statistic)  # nan where a side is constant


# ---- Grades ------------------------------------------------------------------------------------------------


def within(n: int) -> Callable[[Array, Array], Value]:
    return lambda truths, answers: float(np.mean(np.abs(answers - truths) <= n))


def weighted_kappa(classes: int) -> Callable[[Array, Array], Value]:
    if classes == 1:  # one class: scikit-learn wants two labels; chance agrees fully
        return lambda truths, answers: None
    return lambda truths, answers: metrics.cohen_kappa_score(
        truths, answers, weights="quadratic", labels=range(classes)
    )


def grade_figures(classes: int) -> dict[str, Callable[[Array, Array], Value]]:
    return {
        **{f"within{n}": within(n) for n in range(classes)},
        "exact": metrics.accuracy_score,
        "weighted_average_recall": lambda t, a: metrics.recall_score(t, a, average="weighted", zero_division=0),
        "balanced_accuracy": metrics.balanced_accuracy_score,
        "macro_f1": lambda t, a: metrics.f1_score(t, a, average="macro", zero_division=0),
        "weighted_kappa": weighted_kappa(classes),
        "pearson": lambda t, a: correlation(stats.pearsonr, t, a),
        "spearman": lambda t, a: correlation(stats.spearmanr, t, a),
    }


def best(values: Iterable[Value]) -> Value:
    """The highest of those that are defined."""
    defined = [value for value in values if value is not None and not np.isnan(value)]
    return max(defined, default=None)


def best_constant_grade(figure: Callable[[Array, Array], Value], truths: Array, classes: int) -> Value:
    return best(figure(truths, np.full(len(truths), answer)) for answer in range(classes))


def ranks(scores: Array, truths: Array) -> Array:
    """Place of the true class among the scores: stable, so that a tie goes to the lower class."""
    order = np.argsort(-scores, axis=1, kind="stable")
    return np.argmax(order == truths[:, None], axis=1)


def top_k(scores: Array, truths: Array, k: int) -> Value:
    return float(np.mean(ranks(scores, truths) < k)) if len(truths) else None


def top_k_of_scikit_learn(scores: Array, truths: Array, k: int) -> float:
    """Three classes or more. Its ties go to the higher class, so it is given the classes in reverse."""
    classes = scores.shape[1]
    return metrics.top_k_accuracy_score(classes - 1 - truths, scores[:, ::-1], k=k, labels=range(classes))


def best_constant_top_k(truths: Array, classes: int, k: int) -> Value:
    counts = np.sort(np.bincount(truths, minlength=classes))[::-1]
    return float(counts[:k].sum() / len(truths)) if len(truths) else None


# ---- Calibration ---------------------------------------------------------------------------------------------


def calibration_bins(bins: int, confidences: Array) -> Array:
    """[low, high), the last one closed."""
    return np.minimum(np.searchsorted(np.arange(bins + 1) / bins, confidences, side="right") - 1, bins - 1)


def calibration_error(bins: int, confidences: Array, hits: Array) -> Value:
    if not len(hits):
        return None
    bin_of = calibration_bins(bins, confidences)
    members = [bin_of == i for i in range(bins) if np.any(bin_of == i)]
    return float(sum(m.mean() * abs(hits[m].mean() - confidences[m].mean()) for m in members))


# ---- Measurements --------------------------------------------------------------------------------------------


def measurement_figures(truths: Array, answers: Array) -> dict[str, Value]:
    if not len(truths):
        return dict.fromkeys(["mae", "rmse", "bias", "error_deviation", "pearson", "spearman"])
    return {
        "mae": metrics.mean_absolute_error(truths, answers),
        "rmse": metrics.root_mean_squared_error(truths, answers),
        "bias": float(np.mean(answers - truths)),
        "error_deviation": float(np.std(answers - truths, ddof=1)) if len(truths) > 1 else None,
        "pearson": correlation(stats.pearsonr, truths, answers),
        "spearman": correlation(stats.spearmanr, truths, answers),
    }


def best_constant_measurement(truths: Array) -> dict[str, Value]:
    if not len(truths):
        return {"mae": None, "rmse": None, "bias": None, "pearson": None, "spearman": None}
    return {
        "mae": metrics.mean_absolute_error(truths, np.full(len(truths), np.median(truths))),
        "rmse": metrics.root_mean_squared_error(truths, np.full(len(truths), np.mean(truths))),
        "bias": 0.0,
        "pearson": None,
        "spearman": None,
    }


# ---- Gaze ----------------------------------------------------------------------------------------------------


def unit_vectors(directions: Array) -> Array:
    pitch, yaw = directions.T
    return np.column_stack([np.cos(pitch) * np.sin(yaw), np.sin(pitch), np.cos(pitch) * np.cos(yaw)])


def angles(truths: Array, answers: Array) -> Array:
    """Degrees. The arc tangent of cross and dot product is good at every angle."""
    a, b = unit_vectors(truths), unit_vectors(answers)
    across = np.linalg.norm(np.cross(a, b), axis=1)
    return np.degrees(np.arctan2(across, np.sum(a * b, axis=1)))


# ---- Segmentation --------------------------------------------------------------------------------------------


def pooled(masks: list[Array]) -> Array:
    return np.concatenate([np.zeros(0, int), *masks])


def iou_figures(classes: int, ignored: int | None, truths: list[Array], answers: list[Array]) -> dict[str, Value]:
    truth, answer = pooled(truths), pooled(answers)
    kept = truth != ignored if ignored is not None else np.ones(len(truth), bool)
    truth, answer = truth[kept], answer[kept]
    counted = [c for c in np.union1d(truth, answer) if c != ignored]
    figures: dict[str, Value] = {f"iou_{c}": None for c in range(classes)}
    if not counted:
        return figures | {"mean_iou": None}
    each = metrics.jaccard_score(truth, answer, average=None, labels=counted)
    figures |= {f"iou_{c}": value for c, value in zip(counted, each, strict=True)}
    return figures | {"mean_iou": metrics.jaccard_score(truth, answer, average="macro", labels=counted)}


def best_constant_iou(classes: int, ignored: int | None, truths: list[Array]) -> dict[str, Value]:
    tried = [iou_figures(classes, ignored, truths, [np.full(len(t), c) for t in truths]) for c in range(classes)]
    return {name: best(figures[name] for figures in tried) for name in tried[0]}


# ---- Several labels ------------------------------------------------------------------------------------------


def set_figures(truths: Array, answered: Array) -> dict[str, Value]:
    """Precision and recall of answered sets; samples x labels, 0 or 1."""
    if not len(truths):
        return dict.fromkeys(["op", "or", "of1", "cp", "cr", "cf1"])
    occurring = list(np.flatnonzero(truths.any(axis=0)))
    # scikit-learn takes one column for one label of two values: a second one, never true nor answered, changes nothing.
    truths, answered = (np.column_stack([values, np.zeros(len(values), int)]) for values in (truths, answered))

    score = metrics.precision_recall_fscore_support
    op, recall, of1, _ = score(truths, answered, average="micro", zero_division=np.nan)
    cp, cr, cf1 = None, None, None
    if occurring:
        cp, cr, _, _ = score(truths, answered, average="macro", labels=occurring, zero_division=0)
        cf1 = float(stats.hmean([cp, cr]))
    return {"op": op, "or": recall, "of1": of1, "cp": cp, "cr": cr, "cf1": cf1}


def top_labels(scores: Array, top: int, threshold: float | None) -> Array:
    """1 for a sample's highest labels that reach the threshold; ties to the lower label."""
    places = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1)
    return ((places < top) & (True if threshold is None else scores >= threshold)).astype(int)


def average_precisions(scores: Array, truths: Array) -> list[Value]:
    return [
        metrics.average_precision_score(truth, score) if truth.any() else None
        for score, truth in zip(scores.T, truths.T, strict=True)
    ]


def mean_of_defined(values: list[Value]) -> Value:
    defined = [value for value in values if value is not None]
    return float(np.mean(defined)) if defined else None


def label_figures(
    scores: Array, truths: Array, threshold: float = 0.5, top: int = 3, top_needs_threshold: bool = True
) -> dict[str, Value]:
    highest = top_labels(scores, top, threshold if top_needs_threshold else None)
    of_top = {f"{name}_top{top}": value for name, value in set_figures(truths, highest).items()}
    overall = set_figures(truths, (scores >= threshold).astype(int))
    return {"map": mean_of_defined(average_precisions(scores, truths)), **overall, **of_top}
