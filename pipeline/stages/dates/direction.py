"""Tells from the parse whether the clause around a date looks back or ahead."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.article import Article

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Look = int
"""How a clause looks from the day of writing: -2 surely back, -1 rather back, 0 not told, 1 rather
ahead, 2 surely ahead."""

LONGEST_CUE = 40
"""Characters before a date in which a word such as "until" is looked for."""

LONGEST_CLIMB = 12
"""Steps from a date to its verb; a longer way only leads through enumerations."""

_AHEAD = frozenset(["will", "'ll", "’ll", "wo", "shall", "would"])
_OPEN = frozenset(["should", "could", "may", "might", "must", "can", "ca"])
_LEFT = re.compile(r"(?:([a-z]+)\s+)?(?:([a-z]+)\s+)?([a-z]+)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Directions:
    """Tells how the clause around a date looks, by words that the rule file lists."""

    plans: Collection[str]
    """Lemmas of words that look ahead even in the past tense ("was scheduled for")."""
    before: Mapping[str, object]
    """Words right before a date, and how they look ("until" 2)."""

    def of(self, article: Article, start: int, end: int) -> Look:
        """How the clause around the date at these source offsets looks."""
        told = self._told(article.text[max(0, start - LONGEST_CUE) : start])
        if told == 2:
            return 2
        look = self._of_clause(article.doc, start, end)
        if told is None:
            return look
        return max(look, told) if told > 0 and look > -2 else max(look, -1)

    def _told(self, left: str) -> int | None:
        words = _LEFT.search(left)
        if words is None:
            return None
        parts = [w.lower() for w in words.groups() if w]
        for length in range(len(parts), 0, -1):
            value = self.before.get(" ".join(parts[-length:]))
            if isinstance(value, int):
                return value
        return None

    def _of_clause(self, doc: Doc, start: int, end: int) -> Look:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is None:
            return 0
        token, nouns, compound = span.root, 0, False
        within = span.start, span.end
        for _ in range(LONGEST_CLIMB):
            if token.pos_ in ("VERB", "AUX") and token.i not in range(*within):
                look = of_verb(token, self.plans, fronted=span.start < token.i)
                if compound:
                    return -1 if look < 0 else 0
                return -1 if nouns and look == -2 else 1 if nouns and look == 2 else look
            if token.lemma_.lower() in self.plans and token.pos_ in ("ADJ", "NOUN"):
                return 2
            compound = compound or (token.dep_ == "compound" and token.i in range(*within))
            nouns += token.pos_ == "NOUN" and token.i not in range(*within)
            if token.head.i == token.i:
                break
            token = token.head
        return 0


def of_verb(verb: Token, plans: Collection[str], depth: int = 0, *, fronted: bool = False) -> Look:
    """How a verb looks, by its helpers, its form, and the verb above it.

    `fronted`: the date stands before the verb, so that it says when the planning was done.
    """
    helpers = [t for t in verb.children if t.dep_ in ("aux", "auxpass")]
    words = {t.lower_ for t in helpers} | ({verb.lower_} if verb.tag_ == "MD" else set())
    perfect = any(t.lemma_ == "have" for t in helpers) and verb.tag_ in ("VBD", "VBN")
    if words & _AHEAD:
        return -1 if perfect and "would" in words else 2
    if words & _OPEN:
        return -1 if perfect else 1
    if perfect:
        ready = verb.lemma_.lower() in plans and not any(t.tag_ == "VBD" for t in helpers)
        return 2 if ready else -2
    if verb.lemma_.lower() in plans:
        return -1 if fronted and verb.tag_ == "VBD" else 2
    above = verb.head if verb.head.i != verb.i and depth < 3 else None
    if "to" in words and above is not None:
        if any(t.lower_ == "had" for t in above.children if t.dep_ == "aux"):
            return -1
        if above.lemma_.lower() in plans or above.lemma_ == "be":
            return 2
        return 1 if of_verb(above, plans, depth + 1) > -2 else -1
    if verb.tag_ == "VBG" and above is not None and not helpers:
        return of_verb(above, plans, depth + 1) if above.pos_ in ("VERB", "AUX") else 0
    if verb.tag_ == "VBG":
        return -2 if any(t.tag_ == "VBD" for t in helpers) else 1
    if any(_plans(t, plans) for t in verb.children) or _about_the_next(verb):
        return 2
    if verb.tag_ == "VBD" or (verb.tag_ == "VBN" and any(t.tag_ == "VBD" for t in helpers)):
        return -2
    if verb.tag_ == "VBN":
        return -1
    return 0


def _plans(token: Token, plans: Collection[str]) -> bool:
    """Whether it is the "due" of "is due Friday"."""
    return token.dep_ in ("acomp", "attr") and token.lemma_.lower() in plans


def _about_the_next(verb: Token) -> bool:
    """Whether a verb in the present tense tells of "the next round"."""
    if verb.tag_ not in ("VBZ", "VBP"):
        return False
    subjects = (t for t in verb.children if t.dep_ in ("nsubj", "nsubjpass"))
    return any(t.lower_ == "next" for subject in subjects for t in subject.children)
