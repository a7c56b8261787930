"""Finds the words that report speech, and which of the rules read what they report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.frames import FramePattern
from pipeline.rulebook import Rulebook
from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

Readings = Mapping[str, str]
"""What the rules of a cue find ("clause", "quotation", …) → the id of the rule that finds it."""

FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
SILENT = frozenset({"decline", "refuse", "fail", "avoid", "stop"})
"""Verbs under which a reporting verb reports nothing: "declined to say"."""


NOBODY = frozenset({"nobody", "none", "neither", "no"})
"""Subjects that leave nobody to speak: "neither side would say"."""


@dataclass(frozen=True)
class Cue:
    """A reporting verb or noun in the text."""

    word: Token
    readings: Readings

    @property
    def lemma(self) -> str:
        """As the lexicon has it."""
        return str(self.word.lemma_).lower()

    def reads(self, *kinds: str) -> bool:
        """Whether one of its rules finds one of these."""
        return any(kind in self.readings for kind in kinds)


@dataclass(frozen=True)
class CueLexicon:
    """The frames of the rulebook by their cues, so that each word is looked up once."""

    book: Rulebook

    @cached_property
    def verbs(self) -> Mapping[str, Mapping[str, Readings]]:
        """Lemma → particle it needs ("" for none) → what is found: point → out → clause."""
        return self._by_lemma("VERB")

    @cached_property
    def nouns(self) -> Mapping[str, Mapping[str, Readings]]:
        """The same of the nouns."""
        return self._by_lemma("NOUN")

    def _by_lemma(self, pos: str) -> Mapping[str, Mapping[str, Readings]]:
        found: dict[str, dict[str, dict[str, str]]] = {}
        for rule in self.book.rules:
            if isinstance(rule.pattern, FramePattern) and rule.pattern.pos == pos:
                for lemma, particles in rule.pattern.cue_words.items():
                    for particle in particles:
                        readings = found.setdefault(lemma, {}).setdefault(particle, {})
                        readings.setdefault(rule.finds, rule.id)
        return found

    def readings_of(self, token: Token) -> Readings:
        """What a verb can report, with the particle that follows it."""
        by_particle = self.verbs.get(token.lemma_.lower())
        if by_particle is None:
            return {}
        readings = dict(by_particle.get("", {}))
        for particle, more in by_particle.items():
            if particle and any(
                t.lower_ == particle for t in token.doc[token.i + 1 : token.i + 3] if t.is_alpha
            ):
                readings.update(more)
        return readings

    def verbs_in(self, layout: Layout, unit: Unit) -> Iterator[Cue]:
        """The reporting verbs of a unit that stand outside quotations, in text order."""
        for token in layout.doc[unit.first : unit.last]:
            if layout.quoted[token.i] >= 0 or token.lemma_.lower() not in self.verbs:
                continue
            if (_is_verb(token) or _closes_quotation(layout, token)) and (
                readings := self.readings_of(token)
            ):
                yield Cue(token, readings)

    def nouns_in(self, layout: Layout, unit: Unit, kind: str) -> Iterator[Cue]:
        """The nouns of a unit, outside quotations, with a rule that finds `kind`."""
        for token in layout.doc[unit.first : unit.last]:
            if token.pos_ == "NOUN" and layout.quoted[token.i] < 0:
                readings = self.nouns.get(token.lemma_.lower(), {}).get("", {})
                if kind in readings:
                    yield Cue(token, readings)


def _is_verb(token: Token) -> bool:
    if token.i and token.nbor(-1).text == "-" and token.tag_ == "VBN":
        return False  # "self-described"
    if token.pos_ == "VERB":
        return token.dep_ not in ("amod", "compound")
    return token.tag_ in ("VBD", "VBZ", "VBG")


def _closes_quotation(layout: Layout, token: Token) -> bool:
    """Whether a word taken for a noun ends an attribution all the same: `“…,” the Saudis state`."""
    if token.tag_ not in ("NN", "NNS") or token.i < 2:
        return False
    for i in range(token.i - 2, max(token.i - 5, 0), -1):
        if layout.quoted[i] >= 0:
            follows = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
            quotation = layout.quotations[layout.quoted[i]]
            inner = layout.text[quotation.inner_start : quotation.inner_end].rstrip()
            return inner.endswith(",") and (
                follows is None or follows.is_punct or follows.tag_ == "IN"
            )
        if not (token.doc[i].is_alpha and layout.quoted[i + 1] < 0):
            return False
    return False


def is_denied(layout: Layout, cue: Cue) -> bool:
    """Whether the text says that this was not said: "did not say", "declined to say"."""
    verb = cue.word
    for child in verb.lefts:
        if layout.quoted[child.i] < 0 and (
            child.dep_ == "neg"
            or (child.dep_ == "nsubj" and NOBODY & {t.lower_ for t in (child, *child.lefts)})
        ):
            return cue.lemma != "deny"
    return verb.dep_ == "xcomp" and verb.head.lemma_.lower() in SILENT


def is_finite(token: Token) -> bool:
    """Whether a token is a verb in a tense or a modal."""
    return token.tag_ in FINITE


def is_filler(token: Token) -> bool:
    """Whether a token is no word: punctuation (a per cent sign is a word) or white space."""
    return bool((token.is_punct and token.text != "%") or token.is_space)
