"""What the report shows of one article: cards of values, each with the places that prove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.findings import (
    Date,
    DateOfMeasure,
    Entity,
    Goods,
    Party,
    Quote,
    Span,
    TariffMeasure,
    TradeFigure,
)
from pipeline.record import Record
from pipeline.tables.links import link_to
from pipeline.wording import goods, parties, rate, rate_text, squeezed

Kind = Literal["tariff", "quote", "figure", "date", "entity"]
Place = tuple[int, int]


class Model(BaseModel):
    """Base of what is written into the page."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Value(Model):
    """One value of a card, how it is known, and the places that prove it."""

    name: str
    value: str
    basis: str | None = None
    places: tuple[Place, ...] = ()


class Card(Model):
    """One finding."""

    kind: Kind
    id: str
    head: str
    tag: str
    """The word that says most about it: a status, a type, why it is unresolved."""
    rule: str
    link: str | None = None
    values: tuple[Value, ...]


class View(Model):
    """One article."""

    meta: tuple[Value, ...]
    text_is_whole: bool
    furniture: tuple[tuple[int, int, str], ...]
    cards: tuple[Card, ...]
    problems: tuple[str, ...]


class Entry(Model):
    """One article in the list, with what it can be filtered by."""

    id: str
    title: str
    published: str | None
    counts: dict[Kind, int]
    status: tuple[str, ...]
    country: tuple[str, ...]
    goods: tuple[str, ...]
    speaker: tuple[str, ...]
    rule: tuple[str, ...]
    unresolved: bool


def entry_of(record: Record) -> Entry:
    """The article's line in the list."""
    sides = [
        *(p for t in record.tariffs for p in (*t.implementers, *t.affected, *t.excluded)),
        *(p for f in record.figures for p in (f.reporter, f.partner) if p is not None),
    ]
    speakers = {entity.id: entity.name for entity in record.entities}
    items = [
        *(item for measure in record.tariffs for item in measure.goods),
        *(item for figure in record.figures for item in figure.goods),
    ]
    findings: tuple[TariffMeasure | Quote | TradeFigure | Date, ...] = (
        *record.tariffs,
        *record.quotes,
        *record.figures,
        *record.dates,
    )
    return Entry(
        id=record.id,
        title=squeezed(record.title.text) if record.title else record.id,
        published=record.published.value if record.published else None,
        counts={
            "tariff": len(record.tariffs),
            "quote": len(record.quotes),
            "figure": len(record.figures),
            "date": len(record.dates),
            "entity": len(record.entities),
        },
        status=distinct(t.status for t in record.tariffs),
        country=distinct(p.code or squeezed(p.name) for p in sides),
        goods=distinct(squeezed(g.name) for g in items),
        speaker=distinct(
            squeezed(speakers.get(q.speaker.entity or "", q.speaker.span.text))
            for q in record.quotes
            if q.speaker
        ),
        rule=distinct(found.rule for found in findings),
        unresolved=any(date.unresolved for date in record.dates),
    )


def view_of(record: Record, *, text_is_whole: bool) -> View:
    """What is shown when the article is opened."""
    names = {entity.id: entity.name for entity in record.entities}
    dates = {date.id: (date.start, date.end) for date in record.dates}
    url = record.source.url
    return View(
        meta=tuple(meta_of(record)),
        text_is_whole=text_is_whole,
        furniture=tuple((each.start, each.end, each.rule) for each in record.boilerplate),
        cards=(
            *(tariff_card(t, dates, url) for t in record.tariffs),
            *(quote_card(q, names, url) for q in record.quotes),
            *(figure_card(f, url) for f in record.figures),
            *(date_card(d) for d in record.dates),
            *(entity_card(e, names) for e in record.entities),
        ),
        problems=tuple(f"{each.kind}: {each.message}" for each in record.problems),
    )


def meta_of(record: Record) -> Iterator[Value]:
    """What is known of the article itself."""
    date = record.published
    if date is None:
        yield Value(name="published", value="unknown")
    else:
        yield Value(name="published", value=date.value, basis=date.basis, places=places(date.span))
    if record.source.path:
        yield Value(name="source", value=record.source.path)
    if record.source.url:
        yield Value(name="address", value=record.source.url)


def tariff_card(measure: TariffMeasure, dates: dict[str, Place], url: str | None) -> Card:
    """A measure."""
    first = measure.evidence[0].text if measure.evidence else ""
    return Card(
        kind="tariff",
        id=measure.id,
        head=" · ".join(
            part
            for part in (
                f"{parties(measure.implementers)} → {parties(measure.affected)}",
                goods(measure.goods),
                rate(measure),
            )
            if part != "—"
        ),
        tag=measure.status,
        rule=measure.rule,
        link=link_to(url, first),
        values=tuple(tariff_values(measure, dates)),
    )


def tariff_values(measure: TariffMeasure, dates: dict[str, Place]) -> Iterator[Value]:
    """The values of a measure, in the record's order."""
    yield Value(
        name="words",
        value=" … ".join(squeezed(span.text) for span in measure.evidence),
        places=places(*measure.evidence),
    )
    yield Value(name="what", value=f"{measure.instrument}, {measure.action}")
    for name, level in (("rate", measure.rate), ("rate before", measure.previous_rate)):
        if level is not None:
            added = "" if level.stacking == "level" else f" ({level.stacking})"
            yield Value(
                name=name,
                value=rate_text(level) + added,
                places=places(level.span, *level.mentions),
            )
    if measure.change is not None:
        unit = "%" if measure.change.unit == "percent" else "points"
        yield Value(
            name="change",
            value=f"{measure.change.value:g} {unit}",
            places=places(measure.change.span),
        )
    yield from party_values("by", measure.implementers)
    yield from party_values("on", measure.affected)
    yield from party_values("except", measure.excluded)
    yield from goods_values(measure.goods)
    yield from span_values("firm", measure.firms)
    covered = measure.value_covered
    if covered is not None:
        sign = "" if covered.operator == "=" else f"{covered.operator} "
        yield Value(
            name="value covered",
            value=f"{sign}{covered.amount:,.0f} {covered.currency}",
            places=places(covered.span),
        )
    yield from when_values(measure, dates)
    yield from span_values("legal basis", measure.legal_basis)
    for relation in measure.relations:
        yield Value(
            name=relation.type.replace("-", " "),
            value=relation.to or squeezed(relation.span.text),
            places=places(relation.span),
        )


def when_values(measure: TariffMeasure, found: dict[str, Place]) -> Iterator[Value]:
    """The dates of a measure, proved where they stand in the text."""
    dates: tuple[tuple[str, DateOfMeasure | None], ...] = (
        ("announced", measure.announced),
        ("effective", measure.effective),
        ("until", measure.until),
    )
    for name, date in dates:
        if date is not None:
            place = (found[date.date],) if date.date else ()
            yield Value(name=name, value=date.value, basis=date.basis, places=place)


def party_values(name: str, sides: Iterable[Party]) -> Iterator[Value]:
    """A value for each party."""
    for party in sides:
        code = f" ({party.code})" if party.code and party.code != party.name else ""
        yield Value(
            name=name,
            value=squeezed(party.name) + code,
            basis=party.basis,
            places=places(party.span),
        )


def goods_values(items: Iterable[Goods]) -> Iterator[Value]:
    """A value for each of the goods."""
    for item in items:
        codes = f" (HS {', '.join(item.hs)})" if item.hs else ""
        yield Value(
            name="goods",
            value=squeezed(item.name) + codes,
            basis=item.basis,
            places=places(item.span),
        )


def span_values(name: str, spans: Iterable[Span]) -> Iterator[Value]:
    """A value for each span, which is its words."""
    for span in spans:
        yield Value(name=name, value=squeezed(span.text), places=places(span))


def quote_card(quote: Quote, names: dict[str, str], url: str | None) -> Card:
    """A quotation."""
    speaker = quote.speaker
    said = squeezed(speaker.span.text) if speaker else ""
    name = squeezed(names.get(speaker.entity or "", said)) if speaker else "nobody named"
    values = [Value(name="words", value=squeezed(quote.text), places=places(*quote.spans))]
    if speaker is not None:
        shown = name if name == said else f"{name} (“{said}”)"
        values.append(
            Value(name="speaker", value=shown, basis=speaker.basis, places=places(speaker.span))
        )
    if quote.cue is not None:
        values.append(
            Value(name="cue", value=squeezed(quote.cue.span.text), places=places(quote.cue.span))
        )
    return Card(
        kind="quote",
        id=quote.id,
        head=name,
        tag=quote.kind,
        rule=quote.rule,
        link=link_to(url, quote.spans[0].text) if quote.spans else None,
        values=tuple(values),
    )


def figure_card(figure: TradeFigure, url: str | None) -> Card:
    """A number about trade."""
    unit = {"percent": "%", "currency": figure.currency or ""}.get(figure.unit, figure.unit)
    upper = f"–{figure.upper:,g}" if figure.upper is not None else ""
    place = ((figure.start, figure.end),)
    value = f"{figure.value:,.10g}{upper} {unit}"
    return Card(
        kind="figure",
        id=figure.id,
        head=f"{figure.indicator}: {value}",
        tag=figure.direction or "",
        rule=figure.rule,
        link=link_to(url, figure.text),
        values=(
            Value(name="words", value=squeezed(figure.text), places=place),
            *party_values("of", [figure.reporter] if figure.reporter else []),
            *party_values("with", [figure.partner] if figure.partner else []),
            *goods_values(figure.goods),
        ),
    )


def date_card(date: Date) -> Card:
    """An expression of time."""
    values = [Value(name="words", value=squeezed(date.text), places=((date.start, date.end),))]
    if date.earliest or date.latest:
        values.append(Value(name="days", value=f"{date.earliest or '…'} to {date.latest or '…'}"))
    if date.mod:
        values.append(Value(name="modifier", value=date.mod))
    if date.anchor:
        values.append(Value(name="counted from", value=date.anchor))
    return Card(
        kind="date",
        id=date.id,
        head=date.value or "no calendar value",
        tag=f"unresolved: {date.unresolved}" if date.unresolved else date.type.lower(),
        rule=date.rule,
        values=tuple(values),
    )


def entity_card(entity: Entity, names: dict[str, str]) -> Card:
    """A thing spoken of: its mentions by form, its roles."""
    codes = [entity.identifiers.iso3, entity.identifiers.wikidata]
    codes += [f"HS {code}" for code in entity.identifiers.hs]
    values = []
    for form in distinct(mention.form for mention in entity.mentions):
        same = [m for m in entity.mentions if m.form == form]
        words = distinct(squeezed(m.text) for m in same)
        times = f" ×{len(same)}" if len(same) > 1 else ""
        values.append(
            Value(
                name=form,
                value=", ".join(words) + times,
                places=tuple((m.start, m.end) for m in same),
            )
        )
    for role in entity.roles:
        whose = f" of {squeezed(names[role.of])}" if role.of else ""
        values.append(
            Value(name="role", value=squeezed(role.title) + whose, places=places(role.span))
        )
    return Card(
        kind="entity",
        id=entity.id,
        head=" ".join([squeezed(entity.name), *(f"({code})" for code in codes if code)]),
        tag=entity.type,
        rule=", ".join(distinct(mention.rule for mention in entity.mentions)),
        values=tuple(values),
    )


def places(*spans: Span | None) -> tuple[Place, ...]:
    """Start and end of the spans that are there, each once."""
    return tuple(dict.fromkeys((span.start, span.end) for span in spans if span is not None))


def distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(words))
