"""Finds the words that report speech, and which readings their lexicons allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.rulebook import Rulebook
from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

READINGS = ("says", "utters", "asks", "promises", "urges", "names", "judges")
"""The lexicons of the rule file that hold verbs; what each allows is said there."""

NEGATIONS = frozenset({"not", "n't", "never"})
NO_SPEECH = frozenset({"decline", "refuse", "fail", "avoid", "stop"})
"""Verbs under which a reporting verb reports nothing: "declined to say"."""


@dataclass(frozen=True)
class VerbCue:
    """A reporting verb in the text."""

    verb: Token
    readings: frozenset[str]

    @property
    def lemma(self) -> str:
        """As the lexicon has it."""
        return str(self.verb.lemma_).lower()


@dataclass(frozen=True)
class CueLexicon:
    """Lemma → the readings it has."""

    book: Rulebook

    @cached_property
    def readings(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """Lemma → particle ("" for none) → the lexicons in which it stands: point → out → says."""
        found: dict[str, dict[str, set[str]]] = {}
        for reading in READINGS:
            for entry in self.book.lexicons.get(reading, {}):
                lemma, _, particle = entry.partition(" ")
                found.setdefault(lemma, {}).setdefault(particle, set()).add(reading)
        return {
            lemma: {particle: frozenset(names) for particle, names in by.items()}
            for lemma, by in found.items()
        }

    def readings_of(self, token: Token) -> frozenset[str]:
        """The lexicons in which a token stands with the particle that follows it."""
        by = self.readings.get(token.lemma_.lower())
        if by is None:
            return frozenset()
        readings = by.get("", frozenset())
        for particle, more in by.items():
            if particle and any(
                t.lower_ == particle for t in token.doc[token.i + 1 : token.i + 3] if not t.is_punct
            ):
                readings |= more
        return readings

    def verbs_in(self, layout: Layout, unit: Unit) -> Iterator[VerbCue]:
        """The reporting verbs of a unit that stand outside quotations, in text order."""
        for token in layout.doc[unit.first : unit.last]:
            if layout.quoted[token.i] >= 0:
                continue
            if token.lemma_.lower() not in self.readings or not _is_verb(token):
                continue
            if readings := self.readings_of(token):
                yield VerbCue(token, readings)


def _is_verb(token: Token) -> bool:
    if token.i and token.nbor(-1).text == "-" and token.tag_ == "VBN":
        return False  # "self-described"
    if token.pos_ == "VERB":
        return token.dep_ not in ("amod", "compound")
    return token.tag_ in ("VBD", "VBZ", "VBG") or (
        token.lower_ in ("says", "said") and token.dep_ != "compound"
    )


def is_denied(layout: Layout, cue: VerbCue) -> bool:
    """Whether the text says that this was not said: "did not say", "declined to say"."""
    verb = cue.verb
    if any(
        (child.dep_ == "neg" or child.lower_ in NEGATIONS) and layout.quoted[child.i] < 0
        for child in verb.lefts
    ):
        return True
    return verb.dep_ == "xcomp" and verb.head.lemma_.lower() in NO_SPEECH
