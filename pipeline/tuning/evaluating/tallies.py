"""What counting one document gives, and the ratios that are made of counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import nan

Metrics = dict[str, float]
"""Name → value in percent, not a number (NaN) where nothing can be said."""


@dataclass(frozen=True)
class Tally:
    """One document: its counts, and for each rule that found something whether that was right."""

    counts: Counter[str]
    outcomes: tuple[tuple[str, bool], ...] = ()


def f1(right: float, found: float, gold: float, hit: float | None = None) -> Metrics:
    """Precision, recall and F1 in percent; `hit` where gold items are counted otherwise.

    What nothing can be said of (precision where nothing was found) is not a number.
    """
    precision = right / found if found else 0.0
    recall = (right if hit is None else hit) / gold if gold else 0.0
    both = precision + recall
    value = 100 * 2 * precision * recall / both if both else 0.0
    return {
        "p": 100 * precision if found else nan,
        "r": 100 * recall if gold else nan,
        "f1": value if found or gold else nan,
    }


def share(part: float, whole: float) -> float:
    """Percent; of nothing it is not a number."""
    return 100 * part / whole if whole else nan


def named(name: str, values: Metrics) -> Metrics:
    """`{"f1": …}` as `{"records.f1": …}`."""
    return {f"{name}.{key}": value for key, value in values.items()}


def one_to_one(candidates: Iterable[tuple[object, int, int]]) -> list[tuple[int, int]]:
    """Pairs (gold index, found index), each index once, by ascending sort key."""
    pairs: list[tuple[int, int]] = []
    gold_taken: set[int] = set()
    found_taken: set[int] = set()
    for _, i, j in sorted(candidates):
        if i not in gold_taken and j not in found_taken:
            gold_taken.add(i)
            found_taken.add(j)
            pairs.append((i, j))
    return pairs


def overlap(a: Sequence[int], b: Sequence[int]) -> int:
    """How many characters two stretches `(start, end)` share; 0 or less if none."""
    return min(a[1], b[1]) - max(a[0], b[0])
