"""Counts records against corrected records: the project's own gold format is its output format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pipeline.record import Record
from pipeline.tuning.comparing import paired, told
from pipeline.tuning.evaluating.tallies import Metrics, Tally, f1, named, share

LISTS = ("entities", "dates", "tariffs", "figures", "quotes")
NOT_COMPARED = ("id", "rule")


def tally(gold: Mapping[str, Any], record: Record) -> Tally:
    """Pair the items of each list by their words; an item is right when all its fields agree."""
    corrected = Record.model_validate(dict(gold))
    counts: Counter[str] = Counter()
    outcomes = []
    for name in LISTS:
        wanted, found = list(getattr(corrected, name)), list(getattr(record, name))
        right = []
        for a, b in paired(wanted, found):
            fields = [f for f in type(b).model_fields if f not in NOT_COMPARED]
            agree = [told(getattr(a, f), corrected) == told(getattr(b, f), record) for f in fields]
            for field, same in zip(fields, agree, strict=True):
                counts[f"{name}.{field}_right"] += same
            if all(agree):
                right.append(b)
            counts[f"{name}_pairs"] += 1
        counts[f"{name}_gold"] += len(wanted)
        counts[f"{name}_found"] += len(found)
        counts[f"{name}_right"] += len(right)
        outcomes += [
            (item.rule, any(item is r for r in right)) for item in found if hasattr(item, "rule")
        ]
    return Tally(counts, tuple(outcomes))


def metrics(counts: Counter[str]) -> Metrics:
    """F1 of the pairing, F1 of items right in every field, and each field's accuracy on pairs."""
    result: Metrics = {}
    for name in LISTS:
        sizes = counts[f"{name}_found"], counts[f"{name}_gold"]
        result |= named(f"{name} found", f1(counts[f"{name}_pairs"], *sizes))
        result |= named(f"{name} right", f1(counts[f"{name}_right"], *sizes))
        for key in sorted(counts):
            if key.startswith(f"{name}.") and key.endswith("_right"):
                result[key.removesuffix("_right")] = share(counts[key], counts[f"{name}_pairs"])
    return result
