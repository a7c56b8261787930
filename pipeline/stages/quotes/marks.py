"""Pairs quotation marks: every style, nested, broken, and never further than a paragraph.

An odd mark costs at most the rest of its paragraph. A quotation that is still open when its
paragraph ends runs to that end, as newspapers set speech of several paragraphs: each paragraph
opens anew and only the last one closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PARAGRAPH = re.compile(r"[^\n]+")
OPENERS = "“«„"
CLOSERS = "”»"
MARK = re.compile(r"``|''|[“”«»„\"]")
SINGLE_OPEN = re.compile(r"(?<![\w’'”\"])[‘']\s?(?=[\w$“])")
SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?…%)”-])[’'](?!\w)")
ELISION = re.compile(r"['’‘](?:s|em|til|cause|tis|twas|n|\d\ds?)\b", re.IGNORECASE)
INCHES = re.compile(r"\d$")
LONGEST_SINGLE = 400
"""Single marks are apostrophes too, so a pair of them is believed only over a short stretch
(characters; about five sentences)."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch between marks: half-open source offsets, with its marks and without."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool = True
    single: bool = False

    def holds(self, offset: int) -> bool:
        """Whether an offset lies between the marks, marks included."""
        return self.start <= offset < self.end


def find_quotations(text: str) -> list[Quotation]:
    """The outermost quotations of a text that hold words, by start; they do not overlap."""
    found: list[Quotation] = []
    for paragraph in PARAGRAPH.finditer(text):
        doubles = list(_doubles(text, paragraph.start(), paragraph.end()))
        found += doubles
        found += _singles(text, paragraph.start(), paragraph.end(), doubles)
    wordy = (q for q in found if any(c.isalnum() for c in text[q.inner_start : q.inner_end]))
    return sorted(wordy, key=lambda q: q.start)


def _doubles(text: str, start: int, end: int) -> Iterator[Quotation]:
    """Pairs of double marks (also `''` and « »), outermost only."""
    opened: re.Match[str] | None = None
    nested = ""
    for mark in MARK.finditer(text, start, end):
        before = text[mark.start() - 1] if mark.start() > start else " "
        after = text[mark.end()] if mark.end() < end else " "
        if opened is None:
            if _can_open(mark.group(), before, after):
                opened, nested = mark, ""
            continue
        if nested:
            if _closes(mark.group(), nested, before, after):
                nested = ""
            elif _closes(mark.group(), opened.group(), before, after) and _is_last(text, mark, end):
                yield _quotation(opened, mark)
                opened, nested = None, ""
            continue
        if _closes(mark.group(), opened.group(), before, after):
            yield _quotation(opened, mark)
            opened = None
        elif _opens(mark.group(), before, after):
            if mark.group() == opened.group() and before.isspace():
                yield Quotation(
                    opened.start(), mark.start(), opened.end(), mark.start(), closed=False
                )
                opened = mark
            else:
                nested = mark.group()
    if opened is not None:
        yield Quotation(opened.start(), end, opened.end(), end, closed=False)


def _can_open(mark: str, before: str, after: str) -> bool:
    """Whether a mark opens where none is; before a word a closing ” stands in for an opener."""
    if mark in CLOSERS:
        return not before.isalnum() and before not in ".,!?" and after.isalnum()
    if mark == '"' and before.isdigit() and not after.isalnum():
        return False  # inches
    return not after.isspace() or not before.isalnum()


def _opens(mark: str, before: str, after: str) -> bool:
    return (
        mark in OPENERS
        or mark == "``"
        or (mark in ('"', "''") and (before.isspace() or before in "([—–-") and not after.isspace())
    )


def _closes(mark: str, opener: str, before: str, after: str) -> bool:
    """Whether a mark can close what this opener opened."""
    if opener == "„":
        return mark in '“”"'
    if opener == "«":
        return mark == "»"
    if mark in "”»":
        return True
    if mark in ('"', "''"):
        return not (before.isspace() and not after.isspace())
    return False


def _is_last(text: str, mark: re.Match[str], end: int) -> bool:
    return MARK.search(text, mark.end(), end) is None


def _quotation(opened: re.Match[str], closed: re.Match[str]) -> Quotation:
    return Quotation(opened.start(), closed.end(), opened.end(), closed.start())


def _singles(text: str, start: int, end: int, doubles: list[Quotation]) -> Iterator[Quotation]:
    """Pairs of single marks that stand outside double ones: headlines, British style."""
    position = start
    while opened := SINGLE_OPEN.search(text, position, end):
        position = opened.end()
        if text.startswith("''", opened.start()) or ELISION.match(text, opened.start()):
            continue
        if any(q.holds(opened.start()) for q in doubles):
            continue
        closed = _closing_single(text, opened, end)
        if closed is not None and not any(q.holds(closed) for q in doubles):
            yield Quotation(opened.start(), closed + 1, opened.end(), closed, single=True)
            position = closed + 1


def _closing_single(text: str, opened: re.Match[str], end: int) -> int | None:
    """Where a single mark closes: at the first mark that ends a word and is no plural genitive."""
    limit = min(end, opened.end() + LONGEST_SINGLE)
    genitive: int | None = None
    for closed in SINGLE_CLOSE.finditer(text, opened.end(), limit):
        if text.startswith("''", closed.start()):
            return None
        if text[closed.start() - 1] == "s" and text[closed.end() : closed.end() + 1] == " ":
            genitive = closed.start() if genitive is None else genitive
            continue
        return closed.start()
    return genitive
