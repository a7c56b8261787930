"""How near a rule came at a place: what every kind of pattern says of it alike."""

from __future__ import annotations

import re
from dataclasses import dataclass

Stretch = tuple[int, int]
"""Half-open source offsets."""

REACH = 25
"""Characters that may stand between a place and the words that a rule takes beside it."""

WORD = re.compile(r"\s*((?:[^\W_]|[.,:](?=\d)|[’'-](?=\w))+|\S)")
LAST_WORD = re.compile(r"((?:[^\W_]|[.,:](?=\d)|[’'-](?=\w))+|\S)\s*$")


@dataclass(frozen=True, slots=True)
class Miss:
    """What a rule takes, what it needs beside it and met there, and the conditions it meets."""

    start: int
    end: int
    needs: str
    met: str
    side: str
    passed: int
    conditions: int


def is_near(span: Stretch, place: Stretch) -> bool:
    """Whether a stretch touches a place or stands close by."""
    return span[0] < place[1] + REACH and place[0] < span[1] + REACH


def concerns(miss: Miss, place: Stretch) -> bool:
    """Whether the words that a rule takes, or the word that it met beside them, are at a place."""
    met = len(miss.met)
    before, after = (met if miss.side == side else 0 for side in ("before", "after"))
    return miss.side == "at" or (miss.start - before < place[1] and place[0] < miss.end + after)


def distance(span: Stretch, place: Stretch) -> int:
    """Characters between two stretches."""
    return max(0, place[0] - span[1], span[0] - place[1])


def next_word(text: str, at: int, end: int) -> str:
    """The word that stands at or after an offset, before `end`."""
    found = WORD.match(text, at, end)
    return f"*{found.group(1)}*" if found else "the end of the sentence"


def word_before(text: str, at: int, start: int) -> str:
    """The word that stands before an offset, from `start` on."""
    found = LAST_WORD.search(text[start:at])
    return f"*{found.group(1)}*" if found else "the start of the sentence"
