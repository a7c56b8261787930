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

READINGS = ("says", "asks", "promises", "urges", "names", "judges")
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
    def readings(self) -> Mapping[str, frozenset[str]]:
        """Which lexicons a lemma stands in."""
        found: dict[str, set[str]] = {}
        for reading in READINGS:
            for lemma in self.book.lexicons.get(reading, {}):
                found.setdefault(lemma, set()).add(reading)
        return {lemma: frozenset(names) for lemma, names in found.items()}

    def verbs_in(self, layout: Layout, unit: Unit) -> Iterator[VerbCue]:
        """The reporting verbs of a unit that stand outside quotations, in text order."""
        for token in layout.doc[unit.first : unit.last]:
            if layout.quoted[token.i] >= 0:
                continue
            readings = self.readings.get(token.lemma_.lower())
            if readings and _is_verb(token):
                yield VerbCue(token, readings)


def _is_verb(token: Token) -> bool:
    if token.pos_ == "VERB":
        return token.dep_ not in ("amod", "compound")
    return token.tag_ in ("VBD", "VBZ", "VBG") or (
        token.lower_ in ("says", "said") and token.dep_ != "compound"
    )


def is_denied(cue: VerbCue) -> bool:
    """Whether the text says that this was not said: "did not say", "declined to say"."""
    verb = cue.verb
    if any(child.dep_ == "neg" or child.lower_ in NEGATIONS for child in verb.lefts):
        return True
    return verb.dep_ == "xcomp" and verb.head.lemma_.lower() in NO_SPEECH
