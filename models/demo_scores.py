"""How good the demo networks are: the evaluation's items, beside the best constant answer."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from demo_crops import OUTPUTS, Crops
from nia_2023 import Head

ITEM_OF = {
    "forehead_pigmentation": "pigmentation", "cheek_pigmentation": "pigmentation", "forehead_wrinkle": "wrinkle",
    "glabellus_wrinkle": "wrinkle", "perocular_wrinkle": "wrinkle", "chin_sagging": "sagging", "cheek_pore": "pore",
    "lip_dryness": "dryness", "pigmentation_count": "count", "perocular_wrinkle_Ra": "wrinkle",
}  # fmt: skip
ITEMS = {
    "grade": ["pigmentation", "wrinkle", "sagging", "pore", "dryness"],
    "measurement": ["count", "moisture", "wrinkle", "elasticity", "pore"],
}


def item_of(head: Head) -> str:
    """The item of the evaluation that a head belongs to."""
    if head.sign in ITEM_OF:
        return ITEM_OF[head.sign]
    return "moisture" if head.sign.endswith("_moisture") else "elasticity"


@dataclass
class Score:
    """One item: judged crops, and the networks' figures beside those of the best constant answer."""

    judged: int = 0
    top3: float = 0.0
    within1: float = 0.0
    exact: float = 0.0
    error: float = 0.0
    constant: float = 0.0  # grades: Top-3 hits; measurements: absolute error


def add_grades(score: Score, answers: torch.Tensor, truth: torch.Tensor) -> None:
    best = answers.argsort(dim=1, descending=True, stable=True)
    score.top3 += float((best[:, :3] == truth[:, None]).any(dim=1).sum())
    score.within1 += float(((best[:, 0] - truth).abs() < 2).sum())
    score.exact += float((best[:, 0] == truth).sum())
    score.constant += float(torch.bincount(truth, minlength=answers.shape[1]).sort(descending=True).values[:3].sum())


def evaluate(outputs: torch.Tensor, crops: Crops) -> dict[tuple[str, str], Score]:
    """(task, item) -> score. A constant is chosen per label key, with hindsight: the three most frequent grades, the
    median."""
    scores = {(task, item): Score() for task, items in ITEMS.items() for item in items}
    for column, output in enumerate(OUTPUTS):
        for facepart in output.model.faceparts:
            known = ~torch.isnan(crops.truth[:, column]) & (crops.facepart == facepart)
            score = scores[output.head.task, item_of(output.head)]
            truth = crops.truth[known, column]
            score.judged += len(truth)
            if output.head.task == "grade":
                add_grades(score, outputs[known, output.columns], truth.long())
            elif len(truth):
                score.error += float((outputs[known, output.offset] - truth).abs().sum())
                score.constant += float((truth - truth.median()).abs().sum())
    return scores


def print_scores(scores: dict[tuple[str, str], Score], subjects: int) -> None:
    """The table on standard output."""
    print(f"DEMO checkpoints on {subjects} held-out synthetic people (best constant answer in brackets)")
    print(f"{'grades':<14}{'judged':>8}{'top-3':>9}{'(const)':>10}{'within 1':>10}{'exact':>8}")
    for item in ITEMS["grade"]:
        score = scores["grade", item]
        n = max(score.judged, 1)
        print(f"{item:<14}{score.judged:>8}{score.top3 / n:>9.3f}{f'({score.constant / n:.3f})':>10}"
              f"{score.within1 / n:>10.3f}{score.exact / n:>8.3f}")  # fmt: skip
    print(f"{'measurements':<14}{'judged':>8}{'MAE':>9}{'(const)':>10}")
    for item in ITEMS["measurement"]:
        score = scores["measurement", item]
        n = max(score.judged, 1)
        print(f"{item:<14}{score.judged:>8}{score.error / n:>9.4f}{f'({score.constant / n:.4f})':>10}")
