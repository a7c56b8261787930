"""One report of speech while it is put together: cue, speaker, content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.stages.quotes.speakers import Mention


class CueWords(NamedTuple):
    """The words that report: half-open source offsets, and their lemma."""

    start: int
    end: int
    lemma: str


@dataclass(frozen=True)
class Report:
    """What somebody says: `spans` are half-open source offsets, in text order."""

    spans: tuple[tuple[int, int], ...]
    speaker: Mention | None
    cue: CueWords | None
    rule: str
    unit: int
    last_unit: int
    """Number of the unit with the cue, and of the last with content."""
    paragraph: int
    quotations: frozenset[int] = field(default=frozenset())
    """Indices of the quotations that the content takes in."""
