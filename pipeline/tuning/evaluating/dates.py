"""Counts temporal expressions as TempEval-3 does: spans strict and relaxed, type, value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.record import Record
from pipeline.tuning.evaluating.tallies import Metrics, Tally, f1, named, one_to_one, overlap, share

Timex = tuple[int, int, str | None, str | None, str]
"""Start, end, type, value, rule."""


def tally(gold: Mapping[str, Any], record: Record) -> Tally:
    """Pair the expressions that overlap, exact ones first, then those with most in common."""
    wanted = distinct(
        (t["start"], t["end"], t.get("type"), t.get("value"), "") for t in gold["timexes"]
    )
    found = distinct((d.start, d.end, d.type, d.value, d.rule) for d in record.dates)
    counts: Counter[str] = Counter(gold=len(wanted), found=len(found))
    right = set()
    for g, j in paired(wanted, found):
        f = found[j]
        same_value, exact = (g[3] or None) == (f[3] or None), g[:2] == f[:2]
        counts.update(relaxed=1, strict=exact, type=g[2] == f[2], value=same_value)
        counts["strict value"] += exact and same_value
        counts["value in sense"] += sense(g[3]) == sense(f[3])
        counts[f"{g[2]} value"] += same_value
        if same_value:
            right.add(j)
        if record.published is None and is_relative(g, gold["text"]):
            counts["invented"] += bool(YEAR.match(f[3] or ""))
    counts.update(f"{g[2]} gold" for g in wanted)
    if record.published is None:
        counts["relative, undated"] = sum(is_relative(g, gold["text"]) for g in wanted)
    valued = [g for g in wanted if g[3]]  # some sets mark dates whose value nobody told
    counts["valued"] = len(valued)
    for g, j in paired(valued, found):
        same = g[3] == found[j][3]
        counts.update({"valued, relaxed": 1, "valued, value": same})
        counts["valued, value in sense"] += sense(g[3]) == sense(found[j][3])
    return Tally(counts, tuple((f[4], j in right) for j, f in enumerate(found)))


def paired(wanted: Sequence[Timex], found: Sequence[Timex]) -> list[tuple[Timex, int]]:
    """One-to-one pairs: an expression of the gold, and the number of a found one."""
    pairs = one_to_one(
        ((g[:2] != f[:2], -overlap(g[:2], f[:2]), abs(g[0] - f[0])), i, j)
        for i, g in enumerate(wanted)
        for j, f in enumerate(found)
        if overlap(g[:2], f[:2]) > 0
    )
    return [(wanted[i], j) for i, j in pairs]


YEAR = re.compile(r"\d{4}")


def is_relative(timex: Timex, text: str) -> bool:
    """Whether an expression has a calendar value whose year it does not write."""
    year = re.match(r"(\d{4})\b", timex[3] or "")
    words = text[timex[0] : timex[1]]
    return (
        year is not None
        and timex[2] in ("DATE", "TIME")
        and year[1] not in words
        and re.search(rf"['’]?\b{year[1][2:]}\b", words) is None
    )


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
    for name in ("strict", "relaxed", "type", "value", "value in sense", "strict value"):
        result |= named(name, f1(counts[name], counts["found"], counts["gold"]))
    for name in ("type", "value"):
        result[f"{name}, of pairs"] = share(counts[name], counts["relaxed"])
    for name in ("relaxed", "value", "value in sense"):
        result[f"{name}, of those with a value"] = share(
            counts[f"valued, {name}"], counts["valued"]
        )
    for name in TYPES:
        if counts[f"{name} gold"]:
            result[f"{name} value, of all"] = share(counts[f"{name} value"], counts[f"{name} gold"])
    if counts["relative, undated"]:
        result["invented, of relative ones without a publication date"] = share(
            counts["invented"], counts["relative, undated"]
        )
    return result


TYPES = ("DATE", "TIME", "DURATION", "SET")


LENGTH = re.compile(r"P(T?)(\d+(?:\.\d+)?)(DE|CE|[YQMWDHS])")
CLOCK = re.compile(r"(.*T\d\d)(?::?(\d\d))?(?::00(?:\.0+)?)?(Z?)")
UNKNOWN_END = re.compile(r"(?<=\d)(?:-?X+)+$")
DAYS = {"D": 1, "W": 7}
MONTHS = {"M": 1, "Q": 3, "Y": 12, "DE": 120, "CE": 1200}


def sense(value: str | None) -> str | None:
    """A value such that other ways to write it are equal: P12M and P1Y, 08:00:00 and 08:00."""
    if not value:
        return None
    said = value.strip()
    if length := LENGTH.fullmatch(said):
        of_day, number, unit = length[1], float(length[2]), length[3]
        if not of_day and unit in DAYS:
            return f"{number * DAYS[unit]:g} days"
        if not of_day and unit in MONTHS:
            return f"{number * MONTHS[unit]:g} months"
        if of_day and unit == "H" and number % 24 == 0:
            return f"{number / 24:g} days"
        if of_day and unit in ("H", "M"):
            return f"{number * (60 if unit == 'H' else 1):g} minutes"
    if clock := CLOCK.fullmatch(said):
        said = f"{clock[1]}:{clock[2] or '00'}{clock[3]}"
    return UNKNOWN_END.sub("", said)
