"""Tells by which cue a quote was found, how its speaker stands to it, and who the speaker is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.article import Article
from pipeline.findings import Entity, Quote, Span, spans_of
from pipeline.record import Record
from pipeline.stages.quotes import Quotes
from pipeline.tuning.nearness import Stretch
from pipeline.tuning.steps.step import Step, quoted, touching

if TYPE_CHECKING:
    from spacy.tokens import Token

STANDS = {
    "nsubj": "the subject of",
    "nsubjpass": "the subject of",
    "pobj": "after the preposition",
    "poss": "the owner of",
    "dobj": "the object of",
}


def steps_of_quotes(
    stage: Quotes, article: Article, record: Record, place: Stretch
) -> Iterator[Step]:
    """For each quote at a place: cue, speaker, entity."""
    for quote in record.quotes:
        if any(touching(start, end, place) for start, end, _ in spans_of(quote)):
            yield Step(quote.id, "cue", cue_of(stage, quote))
            yield Step(quote.id, "speaker", speaker_of(article, quote))
            if quote.speaker is not None:
                yield Step(quote.id, "entity", entity_of(quote.speaker.span, record))


def cue_of(stage: Quotes, quote: Quote) -> str:
    """The cue of a quote with the lists in which it stands."""
    if quote.cue is None:
        return f"no word reports it: {quote.rule}"
    lists = [name for name, words in stage.rules.lexicons.items() if quote.cue.lemma in words]
    listed = f", of the list {' and '.join(lists)}" if lists else ""
    return f"{quoted(quote.cue.span.text)}{listed}, read by {quote.rule}"


def speaker_of(article: Article, quote: Quote) -> str:
    """How the speaker's words stand to the cue."""
    speaker = quote.speaker
    if speaker is None:
        return "nobody: the text names no speaker beside the cue"
    words = f"{quoted(speaker.span.text)} ({speaker.basis})"
    head = head_of(article, speaker.span)
    if head is None:
        return words
    stands = f"{STANDS.get(head.dep_, f'{head.dep_} of')} {head.head.text!r}"
    if quote.cue is None:
        return f"{words}, {stands}"
    side = "before" if speaker.span.start < quote.cue.span.start else "after"
    return f"{words}, {side} the cue, {stands}"


def head_of(article: Article, span: Span) -> Token | None:
    """The head token of some words."""
    covered = article.doc.char_span(span.start, span.end, alignment_mode="expand")
    return covered.root if covered is not None else None


def entity_of(span: Span, record: Record) -> str:
    """Whom the words of a speaker name, and by which rule that is known."""
    for entity in record.entities:
        for mention in entity.mentions:
            if (mention.start, mention.end) == (span.start, span.end):
                return f"{shown(entity)}: a {mention.form}, by {mention.rule}"
    inside = [
        f"{shown(entity)} by {mention.rule}"
        for entity in record.entities
        for mention in entity.mentions
        if span.start <= mention.start and mention.end <= span.end
    ]
    if inside:
        return f"of those named in the words ({'; '.join(inside)}) a person first, then the first"
    return f"nobody known: no mention of an entity stands in {quoted(span.text)}"


def shown(entity: Entity) -> str:
    """An entity as it is told."""
    return f"{entity.id} {entity.name}"
