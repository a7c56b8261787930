"""The record: one article as a JSON document, put together and checked before anyone sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import ConfigDict, Field

from pipeline.article import (
    Article,
    GroundingError,
    Problem,
    Published,
    Source,
    check_grounding,
)
from pipeline.findings import (
    Boilerplate,
    Date,
    Entity,
    Finding,
    Mention,
    Quote,
    Reference,
    Span,
    TariffMeasure,
    TradeFigure,
)

SCHEMA_VERSION: Literal["1.0.0"] = "1.0.0"
SCHEMA_ADDRESS = "../schemas/record.schema.json"
SCHEMA_ID = f"urn:tariffwire:schema:record:{SCHEMA_VERSION}"


class Software(Finding):
    """A program or a model, by name, version and the sha256 of its files."""

    name: str
    """Of the program or model."""
    version: str
    """As it names itself."""
    sha256: str
    """Of its files."""


class Receipt(Finding):
    """What made the record: with the same four and the same input, the bytes are the same."""

    software: Software
    """The program."""
    model: Software
    """The language model."""
    rules: dict[str, str]
    """Rule file → sha256 over ours and the user's."""
    schema_sha256: str
    """Of the schema of records."""


class Record(Finding):
    """One article with all that was found in it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        populate_by_name=True,
        serialize_by_alias=True,
    )

    schema_address: str = Field(default=SCHEMA_ADDRESS, alias="$schema")
    """Relative address of the schema."""
    schema_version: Literal["1.0.0"] = SCHEMA_VERSION
    """Version of the schema."""
    id: str
    """File stem, or the id given in the input; unique in a run."""
    source: Source
    """Where the text came from."""
    title: Span | None = None
    """The headline, or null."""
    published: Published | None = None
    """When the article was published, or null."""
    boilerplate: tuple[Boilerplate, ...] = ()
    """Page furniture that is no part of the article."""
    entities: tuple[Entity, ...] = ()
    """Who and what is spoken of."""
    dates: tuple[Date, ...] = ()
    """Expressions of time."""
    tariffs: tuple[TariffMeasure, ...] = ()
    """Tariff measures."""
    figures: tuple[TradeFigure, ...] = ()
    """Numbers about trade that are no tariff rates."""
    quotes: tuple[Quote, ...] = ()
    """Who said what."""
    problems: tuple[Problem, ...] = ()
    """What could not be done, and why."""
    receipt: Receipt
    """What made the record."""

    def model_dump_json(self, *, indent: int | None = 2, **options: Any) -> str:
        """The content of the record's file, to the byte: indented, with a newline at the end."""
        return super().model_dump_json(indent=indent, **options) + "\n"


class DanglingReferenceError(ValueError):
    """A finding refers to an id that the record does not hold."""


def record_of(article: Article, receipt: Receipt) -> Record:
    """Put the record together; raises where a span or a reference does not hold."""
    entities = with_references(article.of(Entity), article.of(Reference))
    record = Record(
        id=article.id,
        source=article.source,
        title=article.title,
        published=article.published,
        boilerplate=article.boilerplate,
        entities=entities,
        dates=article.of(Date),
        tariffs=article.of(TariffMeasure),
        figures=article.of(TradeFigure),
        quotes=tuple(with_speaker(quote, entities) for quote in article.of(Quote)),
        problems=(*article.problems, *undated(article)),
        receipt=receipt,
    )
    check_references(record)
    check_grounding(article.text, record)
    return record


def with_references(
    entities: tuple[Entity, ...], references: tuple[Reference, ...]
) -> tuple[Entity, ...]:
    """Entities with the references that were resolved to them, mentions in text order."""
    joined: dict[str, list[Mention]] = {entity.id: list(entity.mentions) for entity in entities}
    for reference in references:
        if reference.entity not in joined:
            raise DanglingReferenceError(
                f"{reference.text!r} at {reference.start} refers to {reference.entity!r}, "
                "which no stage found"
            )
        fields = reference.model_dump(exclude={"entity"})
        joined[reference.entity].append(Mention(**fields))
    return tuple(
        entity.model_copy(
            update={"mentions": tuple(sorted(joined[entity.id], key=lambda m: (m.start, m.end)))}
        )
        for entity in entities
    )


WHEREABOUTS = re.compile(r"\b(?:in|at|near|across|outside)\s+(?:the\s+)?$", re.IGNORECASE)
"""What stands before the place where a speaker is."""


def with_speaker(quote: Quote, entities: tuple[Entity, ...]) -> Quote:
    """The quote with its speaker's entity: whose mention the speaker's words are, or hold.

    The words may be a long phrase ("Sun Chenghao of Tsinghua University"). An exact mention wins,
    then a person, then the mention that begins first. Whom a body is named after does not speak,
    nor do goods, nor the place where people are: "wheat growers in Kansas".
    """
    speaker = quote.speaker
    if speaker is None or speaker.entity is not None:
        return quote
    inside = [
        (
            (m.start, m.end) != (speaker.span.start, speaker.span.end),
            e.type != "PERSON",
            m.start,
            e.id,
        )
        for e in entities
        for m in e.mentions
        if speaker.span.start <= m.start
        and m.end <= speaker.span.end
        and m.form != "demonym"
        and m.rule != "references/people-within"
        and e.type != "GOODS"
        and not WHEREABOUTS.search(speaker.span.text[: m.start - speaker.span.start])
    ]
    if not inside:
        return quote
    return quote.model_copy(
        update={"speaker": speaker.model_copy(update={"entity": min(inside)[-1]})}
    )


def undated(article: Article) -> Iterator[Problem]:
    """The problem entry of an article whose relative dates have nothing to be counted from."""
    count = sum(date.unresolved == "no-publication-date" for date in article.of(Date))
    if article.published is None:
        kept = (
            f"; {count} date{'s' if count != 1 else ''} stay{'s' if count == 1 else ''} unresolved"
        )
        yield Problem(
            kind="no-publication-date",
            message="the article carries no publication date and none was given"
            + (kept if count else ""),
        )


def check_references(record: Record) -> None:
    """Raise `DanglingReferenceError` unless every id that the record mentions is in it."""
    ids = {
        name: {item.id for item in getattr(record, name)}
        for name in ("entities", "dates", "tariffs", "figures", "quotes")
    }
    for name, found in ids.items():
        if len(found) != len(getattr(record, name)):
            raise DanglingReferenceError(f"two {name} have the same id")
    for owner, kind, target in references_in(record):
        if target is not None and target not in ids[kind]:
            raise DanglingReferenceError(f"{owner} refers to {target!r}, not among the {kind}")


def references_in(record: Record) -> Iterator[tuple[str, str, str | None]]:
    """Each reference as (who refers, among what, to which id or null)."""
    for entity in record.entities:
        for role in entity.roles:
            yield entity.id, "entities", role.of
    for date in record.dates:
        yield date.id, "dates", None if date.anchor == "published" else date.anchor
    for measure in record.tariffs:
        for party in (*measure.implementers, *measure.affected, *measure.excluded):
            yield measure.id, "entities", party.entity
        for when in (measure.announced, measure.effective, measure.until):
            yield measure.id, "dates", when.date if when else None
        for relation in measure.relations:
            yield measure.id, "tariffs", relation.to
    for figure in record.figures:
        yield figure.id, "dates", figure.period
        for side in (figure.reporter, figure.partner):
            yield figure.id, "entities", side.entity if side else None
    for quote in record.quotes:
        yield quote.id, "entities", quote.speaker.entity if quote.speaker else None


__all__ = ["DanglingReferenceError", "GroundingError", "Receipt", "Record", "record_of"]
