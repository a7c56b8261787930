"""Tells from the parse whether the clause around a date looks back or ahead."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

LONGEST_CLIMB = 12
"""Steps from a date to its verb; a longer way only leads through enumerations."""

_FUTURE_MODALS = frozenset("will 'll ’ll wo shall would should could may might must can".split())
_PAST_TAGS = ("VBD", "VBN")


def direction(doc: Doc, start: int, end: int, plans: Collection[str]) -> int:
    """-1 back, 1 ahead, 0 not told, for the source offsets of a date.

    `plans` are lemmas of words that look ahead even in the past tense ("was scheduled for").
    """
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        return 0
    token = span.root
    for _ in range(LONGEST_CLIMB):
        if token.pos_ in ("VERB", "AUX"):
            return _of_verb(token, plans)
        if token.lemma_.lower() in plans and token.pos_ in ("ADJ", "NOUN"):
            return 1
        if token.head.i == token.i:
            return 0
        token = token.head
    return 0


def _of_verb(verb: Token, plans: Collection[str], depth: int = 0) -> int:
    helpers = [t for t in verb.children if t.dep_ in ("aux", "auxpass")]
    words = {t.lower_ for t in helpers}
    if verb.lower_ in _FUTURE_MODALS and verb.tag_ == "MD":
        return 1
    has_been = any(t.lemma_ == "have" for t in helpers) and verb.tag_ in _PAST_TAGS
    if words & _FUTURE_MODALS:
        return -1 if has_been and "would" in words else 1
    if has_been:
        return -1
    if verb.lemma_.lower() in plans:
        return 1
    if "to" in words or verb.tag_ in ("VB", "VBG"):
        if any(t.tag_ in ("VBD",) for t in helpers):
            return -1
        if "to" in words and depth < 2:
            above = verb.head
            if above.i != verb.i and above.lemma_.lower() in plans:
                return 1
        if verb.head.i != verb.i and verb.head.pos_ in ("VERB", "AUX") and depth < 3:
            return _of_verb(verb.head, plans, depth + 1)
        return 1 if verb.tag_ == "VB" else 0
    if verb.tag_ in _PAST_TAGS:
        ahead = any(
            t.lemma_.lower() in plans and t.pos_ in ("ADJ", "NOUN") and t.dep_ in ("acomp", "attr")
            for t in verb.children
        )
        return 1 if ahead else -1
    if verb.tag_ in ("VBZ", "VBP"):
        return 1 if any(t.lemma_.lower() in plans for t in verb.children) else 0
    return 0
