"""Reads amounts that are written in figures or in words: "90", "twenty-five", "two and a half"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amount:
    """How many: a number, or None where the words name none ("several")."""

    number: float | None
    rough: bool = False
    """The words themselves say that the number is not exact ("a couple of")."""


_FRACTION = re.compile(r"(?:(\d+)[ -])?(\d)/(\d)")
_HALF_MORE = re.compile(r"\band a half$|\band one[- ]half$|½$")


def read_amount(words: str, names: Mapping[str, object]) -> Amount:
    """The amount that words name; `names` gives the number of each number word (0 for none)."""
    words = words.lower().replace(",", "").replace("-", " ").strip()
    if fraction := _FRACTION.fullmatch(words):
        whole, upper, lower = fraction.groups()
        return Amount(int(whole or 0) + int(upper) / max(int(lower), 1))
    half = 0.0
    if ending := _HALF_MORE.search(words):
        half, words = 0.5, words[: ending.start()].strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", words, re.ASCII):
        return Amount(float(words) + half)
    if words in ("half", "half a", "half an", "a half"):
        return Amount(0.5)
    if isinstance(whole := names.get(words), int | float):
        return Amount(whole + half if whole else None, rough="couple" in words)
    total, current, found = 0.0, 0.0, False
    for word in words.split():
        value = names.get(word)
        if not isinstance(value, int | float):
            continue
        if value == 0:
            return Amount(None)
        found = True
        if value >= 100:
            current = (current or 1) * value
            if value >= 1000:
                total, current = total + current, 0.0
        else:
            current += value
    return Amount(total + current + half if found else None)


def read_year_words(words: str, names: Mapping[str, object]) -> int | None:
    """The year in "nineteen ninety-four" or "two thousand and thirty-two"; None for other words."""
    parts = [p for p in words.lower().replace("-", " ").split() if p != "and"]
    values = [v for p in parts if isinstance(v := names.get(p), int)]
    if len(values) != len(parts) or not values:
        return None
    if "thousand" in parts or "hundred" in parts:
        number = read_amount(" ".join(parts), names).number
        return None if number is None else int(number)
    if 10 <= values[0] <= 20 and len(values) > 1:
        rest = sum(values[1:])
        return values[0] * 100 + rest if rest < 100 else None
    return None
