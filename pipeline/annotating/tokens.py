"""Cuts a text into tokens such that every mark begins and ends with one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.annotating.sheets import Mark

PIECE = re.compile(r"\w+|[^\w\s]|\s+")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’')]*\s+(?=[A-Z“\"'‘(])|\n\s*\n|(?<=[.!?\"”])\n+")


@dataclass(frozen=True)
class Token:
    """A word, a sign or white space."""

    start: int
    end: int
    text: str
    followed: bool
    """Whether one space follows, which then is no token of its own."""


def tokens_of(text: str, marks: Sequence[Mark]) -> list[Token]:
    """Words, signs, and white space that is more than one space between words, in order."""
    starts, ends = {mark.start for mark in marks}, {mark.end for mark in marks}
    pieces = ((m.start(), m.end()) for m in PIECE.finditer(text))
    tokens: list[Token] = []
    for start, end in cut_at(pieces, sorted(starts | ends)):
        begin = start
        follows = tokens and not tokens[-1].text.isspace() and not tokens[-1].followed
        if follows and text[start] == " " and start not in starts and start + 1 not in ends:
            tokens[-1] = replace(tokens[-1], followed=True)
            begin += 1
        if begin < end:
            tokens.append(Token(begin, end, text[begin:end], followed=False))
    return tokens


def cut_at(bounds: Iterable[tuple[int, int]], cuts: list[int]) -> Iterator[tuple[int, int]]:
    """Stretches cut once more at each of the cuts."""
    at = 0
    for start, end in bounds:
        begin = start
        while at < len(cuts) and cuts[at] < end:
            if cuts[at] > begin:
                yield begin, cuts[at]
                begin = cuts[at]
            at += 1
        yield begin, end


def sentence_ends(text: str, marks: Iterable[Mark]) -> list[int]:
    """Where sentences end, none of them inside a mark."""
    spans = sorted((mark.start, mark.end) for mark in marks)
    ends = []
    at = 0
    reach = 0
    for match in SENTENCE_END.finditer(text):
        while at < len(spans) and spans[at][0] < match.end():
            reach = max(reach, spans[at][1])
            at += 1
        if reach <= match.end():
            ends.append(match.end())
    return [*ends, len(text)]
