"""Finds who speaks: the mention nearest to the cue that stands in a speaker's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.findings import Basis
from pipeline.frames import antecedent, is_passive, subjects
from pipeline.stages.quotes.units import Layout

if TYPE_CHECKING:
    from spacy.tokens import Token

NOMINAL = ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET", "X")
LOOSE = frozenset({"relcl", "acl", "advcl", "ccomp", "parataxis", "punct", "appos"})


class Mention(NamedTuple):
    """The words that name a speaker, half-open source offsets."""

    start: int
    end: int
    basis: Basis


def mention_of(layout: Layout, head: Token, *, basis: Basis = "stated") -> Mention:
    """The noun phrase of a head: without relative clauses, appositions and what is quoted."""
    doc = layout.doc
    first = head.i
    for child in head.lefts:
        if child.dep_ in ("relcl", "punct", "advcl", "ccomp", "parataxis"):
            continue
        edge = child.left_edge.i
        if layout.quoted[edge] < 0 or layout.quoted[head.i] >= 0:
            first = min(first, edge)
    last = head.i
    for child in head.rights:
        if child.dep_ in LOOSE or (child.dep_ == "cc" and child.i != last + 1):
            break
        if layout.quoted[child.right_edge.i] >= 0:
            break
        last = child.right_edge.i
    while doc[first].is_punct and first < head.i:
        first += 1
    while last > head.i and doc[last].is_punct:
        last -= 1
    return Mention(doc[first].idx, doc[last].idx + len(doc[last]), basis)


def subject_head(layout: Layout, verb: Token) -> Token | None:
    """The head of who says it, by the parse."""
    if is_passive(verb):
        agents = [t for t in subjects(verb) if layout.quoted[t.i] < 0]
        return agents[0] if agents else None
    for head in subjects(verb):
        if layout.quoted[head.i] >= 0 or head == verb:
            continue
        if head.dep_ == "expl" or head.lower_ == "there":
            continue
        return antecedent(head)
    return None


def speaker_of_verb(layout: Layout, verb: Token) -> Mention | None:
    """Who says what a verb reports, or None where the text does not say."""
    head = subject_head(layout, verb)
    if head is not None and head.pos_ in NOMINAL:
        own = head.head == verb
        return mention_of(layout, head, basis="stated" if own or head.sent == verb.sent else "inherited")
    return None


def nearest_noun(layout: Layout, start: int, stop: int, *, step: int) -> Token | None:
    """The first noun from `start` on, in steps of 1 or -1, before `stop`, a verb or a quotation."""
    doc = layout.doc
    position = start
    while position != stop:
        token = doc[position]
        if layout.quoted[position] >= 0:
            return None
        if token.pos_ in ("NOUN", "PROPN", "PRON") and token.dep_ not in ("compound", "poss"):
            head = token
            return head
        if token.pos_ == "VERB":
            return None
        position += step
    return None
