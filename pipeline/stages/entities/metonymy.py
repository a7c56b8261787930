"""Tells whether a place stands for the people who act there: "Beijing said", not "in Beijing"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

STATES = frozenset(
    {"be", "lie", "have", "become", "remain", "border", "contain", "cover", "stretch"}
)


def acts(doc: Doc, start: int, end: int) -> bool:
    """Whether the place named at these source offsets acts, as a government or a team would."""
    span = doc.char_span(start, end, alignment_mode="expand")
    return span is not None and token_acts(span.root)


def token_acts(head: Token) -> bool:
    """The same for the head token of the name."""
    while head.dep_ == "conj" and head.head.pos_ in ("PROPN", "NOUN"):
        head = head.head
    governor = head.head
    if head.dep_ == "nsubj":
        return governor.lemma_ not in STATES
    if head.dep_ in ("nsubjpass", "dobj", "dative", "iobj"):
        return governor.lemma_ in (
            "accuse",
            "urge",
            "warn",
            "press",
            "blame",
            "ask",
            "tell",
            "join",
            "defeat",
            "beat",
        )
    if head.dep_ == "poss":
        return governor.lemma_ in (
            "decision",
            "response",
            "demand",
            "offer",
            "plan",
            "move",
            "policy",
            "stance",
            "threat",
            "tariff",
        )
    if head.dep_ == "pobj":
        if governor.dep_ == "agent":
            return True
        return governor.lower_ in ("with", "against", "between") and governor.head.pos_ in (
            "NOUN",
            "VERB",
        )
    return False
