"""Cuts an article into units: sentences as a reader sees them, with what is quoted kept whole.

The parser often ends a sentence inside a quotation, or between `“Is it?”` and `he asked`; a unit
ends only where a reader would say that the sentence around the quotation ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.stages.quotes.marks import Quotation, find_quotations

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

TERMINAL = (".", "!", "?", "…")
DATELINE = re.compile(
    r"(?: [A-Z][A-Z.’'-]+ | (?=[^\n]{3,60}\( (?:AP|AFP|UPI|Reuters|Xinhua|CNN|Bloomberg) ) )"
    r"[\w.,/’' -]{0,50}? (?: \s* \( [A-Za-z/ ]{2,20} \) )? \s* (?: — | – | -- | - ) \s",
    re.VERBOSE,
)
"""`WASHINGTON (AP) — ` before the first sentence: no part of it."""


@dataclass(frozen=True)
class Unit:
    """Tokens `[first, last)` of one sentence; `paragraph` counts paragraphs from 0."""

    first: int
    last: int
    paragraph: int


@dataclass(frozen=True)
class Layout:
    """The text as this stage reads it: the parse, the quotations, the units."""

    doc: Doc
    text: str
    quotations: Sequence[Quotation]
    quoted: Sequence[int]
    """For each token the index of the quotation around it, or -1."""
    units: Sequence[Unit] = field(default=())

    def quotation_at(self, token: int) -> Quotation | None:
        """The quotation around a token."""
        index = self.quoted[token] if 0 <= token < len(self.quoted) else -1
        return None if index < 0 else self.quotations[index]


def lay_out(doc: Doc, text: str, *, rubrics: frozenset[str] = frozenset()) -> Layout:
    """Find quotations and units; a rubric before a colon ("Breaking:") begins no unit."""
    quotations = find_quotations(text)
    quoted = [-1] * len(doc)
    index = 0
    if quotations:
        for token, (start, length) in enumerate(doc.to_array(["IDX", "LENGTH"]).tolist()):
            while index < len(quotations) and start >= quotations[index].end:
                index += 1
            if index == len(quotations):
                break
            if start + length > quotations[index].start:
                quoted[token] = index
    bare = Layout(doc, text, quotations, quoted)
    return Layout(doc, text, quotations, quoted, _units(bare, rubrics))


def _units(layout: Layout, rubrics: frozenset[str]) -> list[Unit]:
    units: list[Unit] = []
    first: int | None = None
    previous: Token | None = None
    paragraph = 0
    begins = 0
    for token in layout.doc:
        if token.idx < begins:
            continue
        if token.is_space:
            if "\n" in token.text:
                if first is not None and previous is not None:
                    units.append(Unit(first, previous.i + 1, paragraph))
                    first = None
                paragraph += 1
            continue
        if first is None or previous is None:
            if (dateline := _dateline(layout, token)) > token.idx:
                begins = dateline
                continue
            if (
                token.lower_ in rubrics
                and token.i + 1 < len(layout.doc)
                and token.nbor().text == ":"
            ):
                begins = token.nbor().idx + 1
                continue
            first = token.i
        elif _starts_unit(layout, previous, token):
            units.append(Unit(first, previous.i + 1, paragraph))
            first = token.i
        previous = token
    if first is not None and previous is not None:
        units.append(Unit(first, previous.i + 1, paragraph))
    return units


def _dateline(layout: Layout, token: Token) -> int:
    """Where a dateline ends that begins at the first token of a paragraph, or the token itself."""
    opens_paragraph = token.i == 0 or "\n" in layout.text[layout.doc[token.i - 1].idx : token.idx]
    match = DATELINE.match(layout.text, token.idx) if opens_paragraph else None
    return token.idx if match is None else match.end()


def _starts_unit(layout: Layout, previous: Token, token: Token) -> bool:
    inside, before = layout.quoted[token.i], layout.quoted[previous.i]
    if inside >= 0 and inside == before:
        return False
    if before >= 0:
        end = ends_with(layout, layout.quotations[before])
        if end in (".", "…") or (end in ("!", "?") and inside >= 0):
            return inside >= 0 or token.text[0].isupper() or token.text[0] in "([-—–•"
        return bool(token.is_sent_start) and end in ("!", "?") and token.text[0].isupper()
    if not token.is_sent_start:
        return previous.text in TERMINAL and inside >= 0
    return previous.text[-1] in ".!?…)]’'" and not token.text[0].islower()


def ends_with(layout: Layout, quotation: Quotation) -> str:
    """The last character of what is quoted, or of what follows the closing mark at once."""
    inner = layout.text[quotation.inner_start : quotation.inner_end].rstrip(" ’'")
    last = inner[-1:] if inner else ""
    after = layout.text[quotation.end : quotation.end + 1]
    return after if last.isalnum() and after in (".", "!", "?", ",") else last
