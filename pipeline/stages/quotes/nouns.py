"""Reports by a noun: "her claim that …", "a pledge to …", "chants of “…”"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.frames import subjects
from pipeline.stages.quotes.cues import Cue, CueLexicon
from pipeline.stages.quotes.indirect import Tokens, content_end, is_infinitive
from pipeline.stages.quotes.speakers import Mention, mention_of
from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token


def noun_reports(
    layout: Layout, unit: Unit, lexicon: CueLexicon
) -> Iterator[tuple[Tokens, Mention, Cue]]:
    """Content, speaker and cue of each speech noun that has both a content and somebody's name."""
    for cue in lexicon.nouns_in(layout, unit, "claim"):
        token = cue.word
        clause = _clause(token)
        if clause is None:
            continue
        speaker = _owner(layout, token)
        if speaker is None:
            continue
        first = clause.left_edge.i
        yield (
            (first, content_end(layout, unit, cue, clause.right_edge.i + 1, lexicon)),
            speaker,
            cue,
        )


def _clause(noun: Token) -> Token | None:
    for child in noun.rights:
        first = child.left_edge
        clausal = child.dep_ in ("acl", "ccomp", "relcl")
        if clausal and first.lower_ == "that" and first.dep_ == "mark":
            return child
    return None


def _owner(layout: Layout, noun: Token) -> Mention | None:
    """Whose claim it is: its genitive, its *by* or *from*, or who makes it."""
    for child in noun.children:
        if child.dep_ == "poss" and layout.quoted[child.i] < 0:
            return mention_of(layout, child)
        if child.dep_ == "prep" and child.lower_ in ("by", "from", "of"):
            for inner in child.children:
                if inner.dep_ == "pobj" and layout.quoted[inner.i] < 0:
                    return mention_of(layout, inner)
    if noun.dep_ in ("dobj", "pobj") and not is_infinitive(noun):
        verb = noun.head if noun.dep_ == "dobj" else noun.head.head
        if verb.lemma_.lower() in ("make", "issue", "repeat", "give", "offer", "release", "voice"):
            for subject in subjects(verb):
                if layout.quoted[subject.i] < 0:
                    return mention_of(layout, subject)
    return None
