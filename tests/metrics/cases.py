"""Seeded random and degenerate data. Each generator yields (name, data...)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

Array = np.ndarray
SIZES = [1, 2, 3, 10, 100, 3000]


def grades() -> Iterator[tuple[str, int, Array, Array]]:
    """(name, classes, truths, answers)"""
    random = np.random.default_rng(1)
    for classes in (1, 2, 3, 5, 6, 9):
        for size in SIZES:
            # Skewed, as grades are: some classes are rare or absent.
            shares = random.dirichlet(np.full(classes, 0.5))
            truths = random.choice(classes, size, p=shares)
            near = np.clip(truths + random.integers(-1, 2, size), 0, classes - 1)
            answers = np.where(random.random(size) < 0.6, near, random.integers(0, classes, size))
            yield f"{size} random of {classes}", classes, truths, answers
    truths = random.integers(0, 5, 40)
    yield "empty", 4, np.zeros(0, int), np.zeros(0, int)
    yield "one class alone", 4, np.full(7, 2), np.full(7, 2)
    yield "one class, another answered", 4, np.full(7, 2), np.full(7, 1)
    yield "constant answers", 5, truths, np.full(40, 3)
    yield "constant answer that is never true", 6, truths, np.full(40, 5)
    yield "constant truths", 5, np.full(40, 1), truths
    yield "all right", 5, truths, truths
    yield "reversed", 5, truths, 4 - truths
    yield "disjoint", 6, truths % 3, truths % 3 + 3
    yield "absent classes in between", 9, (truths % 3) * 4, (truths % 2) * 8


def scores() -> Iterator[tuple[str, Array, Array]]:
    """(name, scores samples x classes, truths); scores are exact in float32."""
    random = np.random.default_rng(2)
    for classes in (1, 2, 3, 5, 7, 9):
        for size in SIZES:
            truths = random.integers(0, classes, size)
            given = random.standard_normal((size, classes)) + 1.5 * np.eye(classes)[truths]
            yield f"{size} of {classes}", given.astype(np.float32).astype(float), truths
            yield f"{size} of {classes}, many ties", np.round(given), truths
    yield "empty", np.zeros((0, 4)), np.zeros(0, int)
    yield "all scores equal", np.zeros((50, 5)), random.integers(0, 5, 50)
    yield "one class alone", random.integers(0, 3, (50, 5)).astype(float), np.full(50, 2)


def confidences() -> Iterator[tuple[str, int, Array, Array]]:
    """(name, bins, confidences, hits); none is exactly 1 or on an edge between bins."""
    random = np.random.default_rng(3)
    for bins in (1, 2, 10, 15, 100):
        for size in SIZES:
            given = random.beta(5, 2, size)
            yield f"{size} in {bins} bins", bins, given, random.random(size) < given**2
    yield "always right", 10, random.beta(5, 2, 50), np.ones(50, bool)
    yield "never right", 10, random.beta(5, 2, 50), np.zeros(50, bool)
    yield "one confidence", 10, np.full(50, 0.4321), random.random(50) < 0.5


def confidences_on_edges() -> Iterator[tuple[str, int, Array, Array]]:
    random = np.random.default_rng(4)
    for bins in (1, 2, 3, 10, 15):
        edges = np.repeat(np.arange(bins + 1) / bins, 4)
        yield f"edges of {bins} bins", bins, edges, random.random(edges.size) < 0.5
    yield "all certain", 10, np.ones(20), random.random(20) < 0.7
    yield "empty", 10, np.zeros(0), np.zeros(0, bool)


def measurements() -> Iterator[tuple[str, Array, Array]]:
    """(name, truths, answers)"""
    random = np.random.default_rng(5)
    for size in [*SIZES, 50_000]:
        truths = random.gamma(4, 15, size)
        answers = 0.7 * truths + random.normal(15, 12, size)
        yield f"{size} random", truths, answers
        yield f"{size} with ties", np.round(truths, -1), np.round(answers, -1)
    truths = random.normal(0, 1, 30)
    yield "empty", np.zeros(0), np.zeros(0)
    yield "constant answers", truths, np.full(30, 0.1)
    yield "constant truths", np.full(30, 0.1), truths
    yield "both constant", np.full(30, 0.1), np.full(30, 0.3)
    yield "all right", truths, truths
    yield "reversed", truths, -truths
    yield "far from zero", truths + 1e6, 2 * truths + 1e6
    yield "large", truths * 1e80, truths[::-1] * 1e79
    yield "two values", (truths > 0).astype(float), (truths > 0.5).astype(float)


def directions() -> Iterator[tuple[str, Array, Array]]:
    """(name, truths samples x (pitch, yaw), answers)"""
    random = np.random.default_rng(6)
    high = np.array([np.pi / 2, np.pi])
    for size in SIZES:
        truths = random.uniform(-high, high, (size, 2))
        yield f"{size} anywhere", truths, random.uniform(-high, high, (size, 2))
        yield f"{size} near", truths, truths + random.normal(0, 0.05, (size, 2))
        yield f"{size} very near", truths, truths + random.normal(0, 1e-9, (size, 2))
        opposite = np.column_stack([-truths[:, 0], truths[:, 1] + np.pi])
        yield f"{size} nearly opposite", truths, opposite + random.normal(0, 1e-7, (size, 2))
    yield "empty", np.zeros((0, 2)), np.zeros((0, 2))
    yield "same", truths, truths
    yield "opposite", truths, opposite
    yield "constant answers", truths, np.full(truths.shape, 0.1)
    yield "poles", np.array([[np.pi / 2, 0.3], [-np.pi / 2, 1]]), np.array([[np.pi / 2, -2], [np.pi / 2, 1]])


def masks() -> Iterator[tuple[str, int, int | None, list[Array], list[Array]]]:
    """(name, classes, ignored, true masks, answered masks)"""
    random = np.random.default_rng(7)
    for classes in (1, 2, 4, 19):
        for ignored in (None, 255, 0, classes - 1):
            for count, pixels in ((1, 1), (1, 400), (3, 50), (10, 300)):
                shares = random.dirichlet(np.full(classes, 0.3))
                true = [random.choice(classes, pixels, p=shares) for _ in range(count)]
                answered = [np.where(random.random(pixels) < 0.5, t, random.choice(classes, pixels)) for t in true]
                if ignored == 255:
                    true = [np.where(random.random(pixels) < 0.2, 255, t) for t in true]
                yield f"{count} of {pixels}, {classes} classes, ignored {ignored}", classes, ignored, true, answered
    one = np.full(30, 1)
    yield "empty", 3, None, [], []
    yield "empty mask", 3, None, [one[:0]], [one[:0]]
    yield "all ignored", 3, 1, [one], [one]
    yield "one class alone", 3, None, [one], [one]
    yield "nothing right", 3, None, [one], [one + 1]
    yield "constant answers", 4, None, [np.arange(30) % 3], [one]


def labels() -> Iterator[tuple[str, Array, Array]]:
    """(name, scores samples x labels in 0..1, truths 0 or 1)"""
    random = np.random.default_rng(8)
    for count in (1, 2, 3, 4, 20):
        for size in (1, 2, 5, 50, 1000):
            truths = (random.random((size, count)) < random.beta(1, 3, count)).astype(int)
            given = np.clip(random.normal(0.35, 0.2, (size, count)) + 0.3 * truths, 0, 1)
            yield f"{size} of {count}", given, truths
            yield f"{size} of {count}, many ties", np.round(given, 1), truths
    truths = (random.random((40, 4)) < 0.3).astype(int)
    given = random.random((40, 4))
    yield "empty", given[:0], truths[:0]
    yield "no label is true", given, np.zeros_like(truths)
    yield "all labels are true", given, np.ones_like(truths)
    yield "one label is never true", given, truths * [1, 0, 1, 1]
    yield "nothing answered", given * 0.4, truths
    yield "nothing answered, nothing true", given * 0.4, np.zeros_like(truths)
    yield "everything answered", 0.5 + given / 2, truths
    yield "one label is never answered", given * [1, 1, 0.4, 1], truths
    yield "constant answers", np.tile([0.9, 0.2, 0.6, 0.1], (40, 1)), truths
    yield "all right", truths.astype(float), truths
    yield "all wrong", 1.0 - truths, truths
