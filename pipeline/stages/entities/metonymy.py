"""Tells whether a place stands for the people who act there: "Beijing said", not "in Beijing".

The decision is read off the parse with the word lists of `rules/metonymy.yaml`. It holds for any
place name: a country that acts ("China said") acts too, though its mention is a name all the same.

    metonymy = Metonymy(rules.lexicons)
    metonymy.acts(doc, start, end)      # source offsets of the name
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.rulebook import Lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@dataclass(frozen=True)
class Metonymy:
    """The word lists by which places are told from actors."""

    lexicons: Mapping[str, Lexicon]

    def acts(self, doc: Doc, start: int, end: int) -> bool:
        """Whether the place named at these source offsets acts, as a government or a team would."""
        span = doc.char_span(start, end, alignment_mode="expand")
        return span is not None and self.head_acts(span.root)

    def head_acts(self, head: Token) -> bool:
        """The same for the head token of the name."""
        head = first_conjunct(head)
        governor, dep = head.head, head.dep_
        if dep == "nsubj":
            return self.is_deed(governor)
        if dep in ("nsubjpass", "dobj", "dative", "iobj", "oprd"):
            return governor.lemma_ in self.lexicons["deeds-to-actors"]
        if dep == "poss":
            return self.is_somebodys(governor)
        if dep == "pobj":
            return self.acts_after(governor)
        if dep in ("compound", "nmod", "amod"):
            return governor.lemma_.lower() in self.lexicons["things-of-actors"]
        if dep == "appos":
            return governor.lemma_.lower() in self.lexicons["apposition-to-actors"]
        return dep in ("ROOT", "npadvmod") and any(t.pos_ == "VERB" for t in head.rights)

    def is_deed(self, verb: Token) -> bool:
        """Whether a subject does what the verb says, and does not just lie there."""
        if verb.lemma_ not in self.lexicons["states-of-places"]:
            return verb.pos_ in ("VERB", "AUX", "NOUN")
        if verb.lemma_ == "have":
            return not any(
                child.lemma_.lower() in self.lexicons["things-of-places"]
                for child in verb.rights
                if child.dep_ == "dobj"
            )
        return any(
            child.lemma_.lower() in self.lexicons["predicates-of-actors"]
            for child in verb.rights
            if child.dep_ in ("attr", "acomp", "xcomp")
        )

    def is_somebodys(self, thing: Token) -> bool:
        """Whether what belongs to a place belongs to those who act there, as plans and goals do."""
        if thing.pos_ == "PROPN" or thing.lemma_.lower() in self.lexicons["things-of-places"]:
            return False
        return not any(child.tag_ in ("JJS", "RBS") for child in thing.lefts)

    def acts_after(self, preposition: Token) -> bool:
        """Whether the object of a preposition acts."""
        word = preposition.lower_
        governor = preposition.head
        if preposition.dep_ == "agent" or word in self.lexicons["prepositions-of-actors"]:
            return True
        if word == "by" and governor.tag_ == "VBN":
            return True
        governors = self.lexicons["governors-of-actors"].get(word, ())
        if governor.lemma_.lower() in governors or governor.lower_ in governors:
            return True
        if governor.pos_ == "VERB" and word in ("for", "with", "to", "from"):
            return any(t.dep_ == "dobj" and t.lemma_.lower() in governors for t in governor.rights)
        return False


def first_conjunct(head: Token) -> Token:
    """The first of coordinated names, which has the place in the sentence: "China and India"."""
    while head.dep_ == "conj" and head.head.pos_ in ("PROPN", "NOUN", "ADJ"):
        head = head.head
    return head
