"""Tells speech from words that only stand between marks: titles, nicknames, irony."""

from __future__ import annotations

from pipeline.stages.quotes.units import Layout, Unit


def is_speech(layout: Layout, unit: Unit, index: int) -> bool:
    """Whether a quotation inside a sentence without a cue for it reads as somebody's sentence."""
    quotation = layout.quotations[index]
    tokens = [t for t in layout.doc[unit.first : unit.last] if layout.quoted[t.i] == index and not t.is_punct]
    if quotation.single or len(tokens) < 5:
        return False
    finite = any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in tokens)
    lower = sum(t.text[0].islower() for t in tokens)
    return finite and lower >= 2
