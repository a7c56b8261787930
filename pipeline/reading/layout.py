"""The lines of a page, and which of them read as prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

LINE = re.compile(r"[^\S\n\r\x0b\x0c\x85\u2028\u2029]*([^\n\r\x0b\x0c\x85\u2028\u2029]+)")
"""One line without the breaks that any system writes, and without its indentation."""

SENTENCE_END = re.compile(r"\.[\"'”’»)\]]*$")
"""A full stop, closed by quotation marks or brackets; headlines end in question marks too."""

ABBREVIATION_END = re.compile(
    r"\b(?:(?:[A-Z]\.){2,}|Inc\.|Corp\.|Ltd\.|Co\.|Jr\.|Sr\.|vs\.|\.\.\.)$"
)
"""A full stop that ends no sentence: "New Duties Loom for U.S." is a headline."""

SMALL_WORDS = frozenset(
    re.findall(
        r"\S+", "a an and as at but by for from if in into is nor of off on onto or over per so"
    )
    + re.findall(r"\S+", "than the to up via vs vs. with")
)
"""What stays in lower case in a headline set in capitals."""

LONG_HEADLINE = 14
"""Words from which a line that ends in an abbreviation is a sentence all the same."""

LONG_LINE = 200
"""Characters from which a line is prose whatever it ends with; headlines stay below."""


class Line(NamedTuple):
    """A line that is not blank: half-open source offsets, without white space at its ends."""

    start: int
    end: int
    text: str

    @property
    def word_count(self) -> int:
        """Words, told apart by white space."""
        return len(self.text.split())

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends like a sentence."""
        if SENTENCE_END.search(self.text) is None:
            return False
        return self.word_count > LONG_HEADLINE or not ABBREVIATION_END.search(self.text)

    @property
    def is_title_case(self) -> bool:
        """Whether All Words but the Small Ones Begin with a Capital."""
        words = self.text.split()
        return len(words) >= 4 and all(w in SMALL_WORDS or not w[0].islower() for w in words)

    @property
    def is_prose(self) -> bool:
        """Whether it reads as running text: long, or of eight words and ending like a sentence."""
        if self.end - self.start > LONG_LINE:
            return True
        return self.ends_sentence and self.word_count >= 8 and not self.is_title_case


def lines_of(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    lines = []
    for match in LINE.finditer(text):
        start, words = match.start(1), match.group(1).rstrip()
        if words:
            lines.append(Line(start, start + len(words), words))
    return lines


def adjoining(text: str, first: Line, second: Line) -> bool:
    """Whether one line break and nothing more parts two lines."""
    return (
        len(re.findall(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", text[first.end : second.start])) == 1
    )


def first_prose(lines: Sequence[Line]) -> int:
    """Position of the first line of prose; the number of lines where there is none."""
    return next((i for i, line in enumerate(lines) if line.is_prose), len(lines))


def last_prose(lines: Sequence[Line]) -> int:
    """Position of the last line of prose; -1 where there is none."""
    return next((i for i in range(len(lines) - 1, -1, -1) if lines[i].is_prose), -1)
