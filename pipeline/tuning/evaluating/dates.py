"""Counts temporal expressions as TempEval-3 does: spans strict and relaxed, type, value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.record import Record
from pipeline.tuning.evaluating.tallies import Metrics, Tally, f1, named, one_to_one, overlap

Timex = tuple[int, int, str | None, str | None, str]
"""Start, end, type, value, rule."""


def tally(gold: Mapping[str, Any], record: Record) -> Tally:
    """Pair the expressions that overlap, exact ones first, then those with most in common."""
    wanted = distinct(
        (t["start"], t["end"], t.get("type"), t.get("value"), "") for t in gold["timexes"]
    )
    found = distinct((d.start, d.end, d.type, d.value, d.rule) for d in record.dates)
    pairs = one_to_one(
        ((g[:2] != f[:2], -overlap(g[:2], f[:2]), abs(g[0] - f[0])), i, j)
        for i, g in enumerate(wanted)
        for j, f in enumerate(found)
        if overlap(g[:2], f[:2]) > 0
    )
    counts: Counter[str] = Counter(gold=len(wanted), found=len(found), relaxed=len(pairs))
    right = set()
    for i, j in pairs:
        g, f = wanted[i], found[j]
        same_value = (g[3] or None) == (f[3] or None)
        counts.update(strict=g[:2] == f[:2], type=g[2] == f[2], value=same_value)
        if same_value:
            right.add(j)
    outcomes = tuple((f[4], j in right) for j, f in enumerate(found))
    return Tally(counts, outcomes)


def distinct(timexes: Iterable[Timex]) -> list[Timex]:
    """Expressions by place, each place once."""
    kept: dict[tuple[int, int], Timex] = {}
    for timex in sorted(timexes, key=lambda t: (t[0], -t[1])):
        if timex[1] > timex[0]:
            kept.setdefault(timex[:2], timex)
    return list(kept.values())


def metrics(counts: Counter[str]) -> Metrics:
    """F1 of each attribute over all expressions."""
    result: Metrics = {}
    for name in ("strict", "relaxed", "type", "value"):
        result |= named(name, f1(counts[name], counts["found"], counts["gold"]))
    return result
