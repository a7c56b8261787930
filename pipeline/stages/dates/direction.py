"""Tells from the parse whether the clause around a date looks back or ahead."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Look = Literal[-2, -1, 0, 1, 2]
"""How a clause looks from the day of writing: -2 surely back, -1 rather back, 0 not told, 1 rather
ahead, 2 surely ahead."""

LONGEST_CLIMB = 12
"""Steps from a date to its verb; a longer way only leads through enumerations."""

_AHEAD = frozenset(["will", "'ll", "’ll", "wo", "shall", "would"])
_OPEN = frozenset(["should", "could", "may", "might", "must", "can", "ca"])
_LIMITS = frozenset(["by", "until", "till", "before", "past"])
"""Prepositions of a date that something waits for."""


def direction(doc: Doc, start: int, end: int, plans: Collection[str]) -> Look:
    """How the clause around a date looks; source offsets.

    `plans` are lemmas of words that look ahead even in the past tense ("was scheduled for").
    """
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        return 0
    token, limit, nouns = span.root, False, 0
    for _ in range(LONGEST_CLIMB):
        if token.pos_ in ("VERB", "AUX") and token.i not in range(span.start, span.end):
            look = of_verb(token, plans)
            break
        if token.lemma_.lower() in plans and token.pos_ in ("ADJ", "NOUN"):
            return 2
        limit = limit or (token.lower_ in _LIMITS and nouns == 0)
        nouns += token.pos_ == "NOUN"
        if token.head.i == token.i:
            look = 0
            break
        token = token.head
    else:
        look = 0
    if limit and look > -2:
        return max(look, 1)
    if limit or (nouns and abs(look) == 2):
        return -1 if look < 0 else 1
    return look


def of_verb(verb: Token, plans: Collection[str], depth: int = 0) -> Look:
    """How a verb looks, by its helpers, its form, and the verb above it."""
    helpers = [t for t in verb.children if t.dep_ in ("aux", "auxpass")]
    words = {t.lower_ for t in helpers} | ({verb.lower_} if verb.tag_ == "MD" else set())
    perfect = any(t.lemma_ == "have" for t in helpers) and verb.tag_ in ("VBD", "VBN")
    if words & _AHEAD:
        return -1 if perfect and "would" in words else 2
    if words & _OPEN:
        return -1 if perfect else 1
    if perfect:
        return -2
    if verb.lemma_.lower() in plans:
        return 2
    above = verb.head if verb.head.i != verb.i and depth < 3 else None
    if "to" in words and above is not None:
        if above.lemma_.lower() in plans or above.lemma_ == "be":
            return 2
        return 1 if of_verb(above, plans, depth + 1) > -2 else -1
    if verb.tag_ == "VBG" and above is not None and not helpers:
        return of_verb(above, plans, depth + 1) if above.pos_ in ("VERB", "AUX") else 0
    if verb.tag_ == "VBG":
        return -2 if any(t.tag_ == "VBD" for t in helpers) else 1
    if any(_plans(t, plans) for t in verb.children):
        return 2
    if verb.tag_ == "VBD" or (verb.tag_ == "VBN" and any(t.tag_ == "VBD" for t in helpers)):
        return -2
    if verb.tag_ == "VBN":
        return -1
    return 0


def _plans(token: Token, plans: Collection[str]) -> bool:
    """Whether it is the "due" of "is due Friday"."""
    return token.dep_ in ("acomp", "attr") and token.lemma_.lower() in plans
