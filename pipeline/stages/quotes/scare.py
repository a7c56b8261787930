"""Tells speech from words that only stand between marks: titles, nicknames, irony."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

SMALL = frozenset(
    {
        "a",
        "an",
        "the",
        "of",
        "on",
        "in",
        "for",
        "to",
        "and",
        "with",
        "at",
        "from",
        "by",
        "or",
        "but",
        "as",
    }
)
"""Words that titles write small."""


def tokens_of(layout: Layout, index: int, unit: Unit) -> list[Token]:
    """The words of a quotation that stand in a unit."""
    return [
        t
        for t in layout.doc[unit.first : unit.last]
        if layout.quoted[t.i] == index and not t.is_punct and not t.is_space
    ]


def is_title(layout: Layout, unit: Unit, index: int) -> bool:
    """Whether quoted words are written as a title: “Morning in Lagos”."""
    words = [t for t in tokens_of(layout, index, unit) if t.text not in ("'s", "’s")]
    if not words or len(words) > 12:
        return False
    big = [t for t in words if t.text[0].isupper() or t.text[0].isdigit()]
    small = [t for t in words if t.text[0].islower() and t.lower_ not in SMALL]
    return len(big) >= 1 and not small and len(big) + len(words) > 2


def names_work(layout: Layout, unit: Unit, index: int, works: frozenset[str]) -> bool:
    """Whether a title follows what bears it: `her memoir, “Salt Years,”`, `Radio Oslo’s “Week”`."""
    if not is_title(layout, unit, index):
        return False
    before = [
        t
        for t in layout.doc[unit.first : unit.last]
        if t.idx < layout.quotations[index].start and not t.is_punct and not t.is_space
    ]
    return bool(before) and (before[-1].lemma_.lower() in works or before[-1].tag_ == "POS")


def is_speech(layout: Layout, unit: Unit, index: int) -> bool:
    """Whether a quotation inside a sentence without a cue for it reads as somebody's sentence."""
    tokens = tokens_of(layout, index, unit)
    if layout.quotations[index].single or len(tokens) < 5 or is_title(layout, unit, index):
        return False
    return any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in tokens)
