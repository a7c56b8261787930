"""Tells from the parse whether the clause around a date looks back or ahead."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.article import Article

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

Look = int
"""How a clause looks from the day of writing: -2 surely back, -1 rather back, 0 not told, 1 rather
ahead, 2 surely ahead."""

LONGEST_CUE = 40
"""Characters before a date in which a word such as "until" is looked for."""

LONGEST_CLIMB = 12
"""Steps from a date to its verb; a longer way only leads through enumerations."""

_ONCE = frozenset(["previously", "originally", "initially", "once", "first"])
"""Words that say of a plan that it is one of before."""

_AHEAD = frozenset(["will", "'ll", "’ll", "wo", "shall", "would", "must"])
_OPEN = frozenset(["should", "could", "may", "might", "must", "can", "ca"])
_LEFT = re.compile(r"(?:([a-z]+)\s+)?(?:([a-z]+)\s+)?([a-z]+)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Directions:
    """Tells how the clause around a date looks, by words that the rule file lists."""

    plans: Collection[str]
    """Lemmas of words that look ahead even in the past tense ("was scheduled for")."""
    plans_for: Collection[str]
    """Those of them that plan only with "for" or "to": a date is set for Monday, a record on it."""
    timetabled: Collection[str]
    """Lemmas of verbs whose present tense with a date tells the timetable ("talks resume Monday").
    """
    lasting: Collection[str]
    """Lemmas of verbs that go on until a date: "held until Saturday" looks back."""
    before: Mapping[str, object]
    """Words right before a date, and how they look ("until" 2)."""

    def of(self, article: Article, start: int, end: int) -> Look:
        """How the clause around the date at these source offsets looks."""
        told = self._told(article.text[max(0, start - LONGEST_CUE) : start])
        if told == -2:
            return -2
        look = self._of_clause(article.doc, start, end)
        if told == 2:
            return -2 if look < 0 and self._is_over(article.doc, start, end) else 2
        if told is None:
            return look
        if told > 0 and look > 0:
            return 2  # "must be ready by Friday": both say so
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
        told = _told_right_before(span)
        if told is not None:
            return self._of_verb(told)
        token, nouns, compound = span.root, 0, False
        within = span.start, span.end
        for _ in range(LONGEST_CLIMB):
            if is_verbal(token) and token.i not in range(*within):
                if token.tag_ in ("VBZ", "VBP") and not nouns and is_only_when(token):
                    return 2
                look = self._of_verb(token, fronted=span.start < token.i)
                if compound:
                    return -1 if look < 0 else 0
                return -1 if nouns and look == -2 else 1 if nouns and look == 2 else look
            if token.pos_ in ("ADJ", "NOUN") and (look := self._of_plan(token)):
                return look
            if token.pos_ == "NOUN" and any(
                t.dep_ == "amod" and self._of_plan(t) > 0 for t in token.children
            ):
                return 2
            compound = compound or (token.dep_ == "compound" and token.i in range(*within))
            nouns += token.pos_ == "NOUN" and token.i not in range(*within)
            if token.head.i == token.i:
                break
            token = token.head
        return 0

    def _of_verb(self, verb: Token, depth: int = 0, *, fronted: bool = False) -> Look:
        """How a verb looks, by its helpers, its form, and the verb above it.

        `fronted`: the date stands before the verb, so that it says when the planning was done.
        """
        helpers = [t for t in verb.children if t.dep_ in ("aux", "auxpass")]
        words = {t.lower_ for t in helpers} | ({verb.lower_} if verb.tag_ == "MD" else set())
        perfect = any(t.lemma_ == "have" for t in helpers) and verb.tag_ in ("VBD", "VBN", "VBG")
        if words & _AHEAD:
            return -1 if perfect and "would" in words else 2
        if words & _OPEN:
            return -1 if perfect else 1
        plan = self._of_plan(verb)
        if perfect:
            return 2 if plan > 0 else -2
        if plan:
            return -1 if fronted and verb.tag_ == "VBD" else plan
        above = verb.head if verb.head.i != verb.i and depth < 3 else None
        if "to" in words and verb.dep_ in ("acl", "relcl") and "be" in words:
            return 2  # "the bill to be signed Tuesday"
        if "to" in words and above is not None:
            return self._of_purpose(above, depth)
        if verb.tag_ == "VBG" and above is not None and not helpers:
            return self._of_verb(above, depth + 1) if above.pos_ in ("VERB", "AUX") else 0
        if verb.tag_ == "VBG":
            return -2 if any(t.tag_ == "VBD" for t in helpers) else 1
        planned = [t for t in verb.children if t.dep_ in ("acomp", "attr") and self._of_plan(t)]
        if planned:
            return self._of_plan(planned[0])
        if verb.tag_ in ("VBZ", "VBP") and self._is_timetable(verb):
            return 2
        if verb.tag_ == "VBD" or any(t.tag_ == "VBD" for t in helpers):
            return -2
        return -1 if verb.tag_ == "VBN" else 0

    def _of_purpose(self, above: Token, depth: int) -> Look:
        """How an infinitive looks, by the word above it: "is to meet", "was due to expire"."""
        if any(t.lower_ == "had" for t in above.children if t.dep_ == "aux"):
            return -1
        if look := self._of_plan(above):
            return look
        if above.lemma_ == "be":
            return 2
        return 1 if self._of_verb(above, depth + 1) > -2 else -1

    def _of_plan(self, token: Token) -> Look:
        """2 for a word that plans, -1 for a plan of once ("had been due"), 0 for any other word."""
        lemma = token.lemma_.lower()
        if lemma not in self.plans and token.lower_ not in self.plans:
            return 0
        told_of = token.tag_ == "NN" or token.dep_ in ("acl", "dobj")
        if lemma in self.plans_for and told_of and not has_purpose(token):
            return 0
        beside = token.head.children if token.dep_ in ("acomp", "attr") else ()
        once = token.head.lower_ in _ONCE or any(
            (t.dep_ == "aux" and t.lower_ == "had") or t.lower_ in _ONCE
            for t in (*token.children, *beside)
        )
        return -1 if once else 2

    def _is_timetable(self, verb: Token) -> bool:
        """Whether a verb in the present tense tells the timetable, or tells of "the next round"."""
        if verb.lemma_.lower() in self.timetabled:
            return True
        subjects = (t for t in verb.children if t.dep_ in ("nsubj", "nsubjpass"))
        return any(t.lower_ == "next" for subject in subjects for t in subject.children)

    def _is_over(self, doc: Doc, start: int, end: int) -> bool:
        """Whether "until" leads to a date that has passed.

        "Until Thursday, they had not called him"; "the truce held until Saturday".
        """
        span = doc.char_span(start, end, alignment_mode="expand")
        above = () if span is None else span.root.ancestors
        verb = next((token for token in above if token.pos_ in ("VERB", "AUX")), None)
        if verb is None or span is None:
            return False
        had = any(t.lower_ == "had" for t in verb.children)
        lasts = verb.lemma_.lower() in self.lasting
        if verb.dep_ == "acl" and verb.head.dep_ == "ROOT":  # the only verb, taken for a participle
            return had or lasts
        return had or (verb.tag_ == "VBD" and (lasts or span.start < verb.i))


def is_only_when(verb: Token) -> bool:
    """Whether all that "is" tells is a time: "the hearing is on Friday"."""
    return verb.lemma_ == "be" and not any(
        t.dep_ in ("acomp", "attr", "expl", "neg", "ccomp", "xcomp") and t.ent_type_ not in WHEN
        for t in verb.children
    )


WHEN = ("DATE", "TIME")


def _told_right_before(span: Span) -> Token | None:
    """The verb that tells of the past right before a date: "said on Tuesday it would lift it"."""
    if span.start == 0 or span.root.dep_ in ("nsubj", "nsubjpass"):
        return None
    before = span.doc[span.start - 1]
    if before.lower_ == "on" and before.i > 0:
        before = before.nbor(-1)
    return before if before.tag_ == "VBD" and before.pos_ == "VERB" else None


def is_verbal(token: Token) -> bool:
    """Whether it is a verb, or the "closed" of "was closed" that passes for an adjective."""
    return token.pos_ in ("VERB", "AUX") or any(t.dep_ == "auxpass" for t in token.children)


def has_purpose(token: Token) -> bool:
    """Whether a word goes on with "for" or "to"."""
    return any(t.dep_ == "xcomp" or t.lower_ in ("for", "to") for t in token.children)
