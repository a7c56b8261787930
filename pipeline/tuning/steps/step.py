"""One step of a stage, as it is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """What is told of a finding, or of words of which no finding came."""

    about: str
    """The id of the finding, or the words in quotation marks."""
    step: str
    """`read`, `anchor`, `value`, `cue`, `speaker`, `status` …"""
    said: str


def quoted(words: str) -> str:
    """Words of a text on one line, in quotation marks."""
    return repr(" ".join(words.split()))


def touching(start: int, end: int, place: tuple[int, int]) -> bool:
    """Whether a stretch has a character at a place."""
    return start < place[1] and place[0] < end
