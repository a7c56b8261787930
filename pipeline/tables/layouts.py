"""The flat tables: which there are, what their rows are made of, and their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
from pydantic import BaseModel

from pipeline.findings import (
    Date,
    Entity,
    Finding,
    Goods,
    Mention,
    Party,
    Quote,
    Rate,
    Span,
    TariffMeasure,
    TradeFigure,
)
from pipeline.record import Record
from pipeline.tables.columns import Column, Row, day, made, stored
from pipeline.tables.links import link_to

LIST_MARK = "; "
"""Between the parts of a cell that holds several."""


@dataclass(frozen=True)
class Layout:
    """One flat table."""

    name: str
    about: str
    key: tuple[str, ...]
    """The columns that together name a row."""
    belongs_to: str | None
    """The table whose key this one carries, beside `articles`."""
    columns: tuple[Column, ...]
    rows: Callable[[Record], Iterator[Row]]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([column.field for column in self.columns])

    def batch(self, records: Iterable[Record]) -> pa.RecordBatch:
        """The rows of some records."""
        rows = [row for record in records for row in self.rows(record)]
        arrays = [column.array([column.value(row) for row in rows]) for column in self.columns]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


# Columns that several tables have -----------------------------------------------------------------

MODELS: dict[str, type[BaseModel]] = {
    "record": Record,
    "entity": Entity,
    "mention": Mention,
    "tariff": TariffMeasure,
    "party": Party,
    "goods": Goods,
    "figure": TradeFigure,
    "date": Date,
    "quote": Quote,
    "span": Span,
}

ARTICLE_COLUMNS = (
    made("article_id", "text", "Id of the article's record.", lambda row: row["record"].id),
    made(
        "source", "text", "Where the article was read from.", lambda row: row["record"].source.path
    ),
    made(
        "url", "text", "Address of the article, where known.", lambda row: row["record"].source.url
    ),
    made(
        "published",
        "day",
        "Publication date of the article, where known.",
        lambda row: day(row["record"].published and row["record"].published.value),
    ),
)
"""In every table, first: a row that is copied elsewhere still says where it is from."""


def plain(part: str, *fields: str, prefix: str = "") -> tuple[Column, ...]:
    """Columns that are fields of a part of the row, under their own names."""
    return tuple(
        stored(prefix + field.replace(".", "_"), f"{part}.{field}", MODELS) for field in fields
    )


def id_of(part: str) -> Column:
    """The id of a part of the row, under the part's name."""
    return made(f"{part}_id", "text", f"Id of the {part} in its article.", lambda row: row[part].id)


def link(words: Callable[[Row], str]) -> Column:
    """The address that opens the article at the words."""
    return made(
        "link",
        "text",
        "Opens the live article at the words, where its address is known.",
        lambda row: link_to(row["record"].source.url, words(row)),
    )


def rate_columns(field: str) -> tuple[Column, ...]:
    """A rate: in percent where it is a percentage, and as it is told."""
    about = TariffMeasure.model_fields[field].description
    return (
        made(
            f"{field}_pct",
            "number",
            f"{about} In percent; null where none is told or the duty is an amount per unit.",
            lambda row: percent(getattr(row["tariff"], field)),
        ),
        *plain(
            "tariff",
            *(
                f"{field}.{each}"
                for each in ("operator", "value", "upper", "unit", "stacking", "span.text")
            ),
        ),
    )


def percent(rate: Rate | None) -> float | None:
    """The value of a rate that is a percentage."""
    return rate.value if rate is not None and rate.unit == "percent" else None


def count_column(name: str) -> Column:
    """How many findings of one kind an article has."""
    about = f"How many {name} were found."
    return made(name, "integer", about, lambda row: len(getattr(row["record"], name)))


def listed(names: Iterable[str]) -> str | None:
    """Names in one cell, or null where there are none."""
    return LIST_MARK.join(dict.fromkeys(" ".join(name.split()) for name in names)) or None


def party_names(field: str) -> Column:
    """The codes of the parties of one side, or their names where they have none."""
    about = TariffMeasure.model_fields[field].description
    return made(
        field,
        "text",
        f"{about} Codes, or names where there is none; see tariff_parties.",
        lambda row: listed(p.code or p.name for p in getattr(row["tariff"], field)),
    )


def date_columns(field: str) -> tuple[Column, ...]:
    """A date of a measure: as TIMEX3, and as the days it may mean."""
    about = TariffMeasure.model_fields[field].description

    def found(row: Row) -> Date | None:
        told = getattr(row["tariff"], field)
        return None if told is None else row["dates"].get(told.date)

    def end(row: Row, which: str) -> object:
        date = found(row)
        if date is not None:
            return day(getattr(date, which))
        told = getattr(row["tariff"], field)
        return day(told and told.value)

    return (
        *plain("tariff", f"{field}.value", f"{field}.basis"),
        made(
            f"{field}_earliest",
            "day",
            f"{about} First day it may mean.",
            lambda row: end(row, "earliest"),
        ),
        made(
            f"{field}_latest",
            "day",
            f"{about} Last day it may mean.",
            lambda row: end(row, "latest"),
        ),
    )


def side_columns(field: str) -> tuple[Column, ...]:
    """Code, name and entity of a side of a figure."""
    return plain("figure", f"{field}.code", f"{field}.name", f"{field}.entity", f"{field}.basis")


# Rows ---------------------------------------------------------------------------------------------


def article_rows(record: Record) -> Iterator[Row]:
    """One."""
    yield {"record": record}


def entity_rows(record: Record) -> Iterator[Row]:
    """One for each entity."""
    for entity in record.entities:
        yield {"record": record, "entity": entity}


def mention_rows(record: Record) -> Iterator[Row]:
    """One for each mention of each entity."""
    for entity in record.entities:
        for mention in entity.mentions:
            yield {"record": record, "entity": entity, "mention": mention}


def tariff_rows(record: Record) -> Iterator[Row]:
    """One for each measure."""
    dates = {date.id: date for date in record.dates}
    for tariff in record.tariffs:
        yield {"record": record, "tariff": tariff, "dates": dates}


def party_rows(record: Record) -> Iterator[Row]:
    """One for each party of each measure."""
    for tariff in record.tariffs:
        for side in SIDES:
            for position, party in enumerate(getattr(tariff, side), start=1):
                yield {
                    "record": record,
                    "tariff": tariff,
                    "side": side,
                    "position": position,
                    "party": party,
                }


def goods_rows(record: Record) -> Iterator[Row]:
    """One for each of the goods of each measure."""
    for tariff in record.tariffs:
        for position, goods in enumerate(tariff.goods, start=1):
            yield {"record": record, "tariff": tariff, "position": position, "goods": goods}


def figure_rows(record: Record) -> Iterator[Row]:
    """One for each figure."""
    for figure in record.figures:
        yield {"record": record, "figure": figure}


def date_rows(record: Record) -> Iterator[Row]:
    """One for each date."""
    for date in record.dates:
        yield {"record": record, "date": date}


def quote_rows(record: Record) -> Iterator[Row]:
    """One for each quotation, with its speaker's entity."""
    entities = {entity.id: entity for entity in record.entities}
    for quote in record.quotes:
        who = quote.speaker.entity if quote.speaker else None
        yield {"record": record, "quote": quote, "entity": entities.get(who or "")}


def evidence_rows(record: Record) -> Iterator[Row]:
    """One for each span that proves a value, with whose value and which it is."""
    owners: tuple[tuple[str, tuple[Entity | TariffMeasure | TradeFigure | Quote, ...]], ...] = (
        ("entities", record.entities),
        ("tariffs", record.tariffs),
        ("figures", record.figures),
        ("quotes", record.quotes),
    )
    for table, items in owners:
        for item in items:
            for position, (field, basis, span) in enumerate(proofs(item), start=1):
                yield {
                    "record": record,
                    "table": table,
                    "item": item,
                    "position": position,
                    "field": field,
                    "basis": basis,
                    "span": span,
                }


def proofs(item: Finding) -> Iterator[tuple[str, str | None, Span]]:
    """Each span below a finding with the field it proves and its basis, mentions left out."""
    for name in type(item).model_fields:
        value = getattr(item, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Span):
                yield name, None, part
            elif isinstance(part, Finding) and not isinstance(part, Mention):
                basis = getattr(part, "basis", None)
                for _, inner, span in proofs(part):
                    yield name, inner or basis, span


COUNTED = ("entities", "dates", "tariffs", "figures", "quotes", "boilerplate")
SIDES = ("implementers", "affected", "excluded")
EVIDENCE_TABLES = ("entities", "tariffs", "figures", "quotes")

# The tables ---------------------------------------------------------------------------------------

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            "articles",
            "One article a row.",
            ("article_id",),
            None,
            (
                *ARTICLE_COLUMNS,
                *plain(
                    "record",
                    "published.basis",
                    "title.text",
                    "source.media_type",
                    "source.encoding",
                    "source.sha256",
                    "source.characters",
                    "schema_version",
                ),
                *map(count_column, COUNTED),
                made(
                    "problems",
                    "text",
                    "Kinds of what could not be done.",
                    lambda row: listed(problem.kind for problem in row["record"].problems),
                ),
                made(
                    "software",
                    "text",
                    "Version of the program that made the record.",
                    lambda row: row["record"].receipt.software.version,
                ),
            ),
            article_rows,
        ),
        Layout(
            "entities",
            "One thing of one article a row.",
            ("article_id", "entity_id"),
            None,
            (
                *ARTICLE_COLUMNS,
                id_of("entity"),
                *plain("entity", "type", "name", "identifiers.iso3", "identifiers.wikidata"),
                made(
                    "identifiers_hs",
                    "text",
                    "HS 2022 codes, as text.",
                    lambda row: listed(row["entity"].identifiers.hs),
                ),
                made(
                    "roles",
                    "text",
                    "What it is said to be.",
                    lambda row: listed(role.title for role in row["entity"].roles),
                ),
                made(
                    "mentions",
                    "integer",
                    "How many places speak of it.",
                    lambda row: len(row["entity"].mentions),
                ),
            ),
            entity_rows,
        ),
        Layout(
            "mentions",
            "One place that speaks of an entity a row.",
            ("article_id", "entity_id", "start", "end"),
            "entities",
            (
                *ARTICLE_COLUMNS,
                id_of("entity"),
                *plain("entity", "type", "name"),
                *plain("mention", "start", "end", "text", "form", "rule"),
            ),
            mention_rows,
        ),
        Layout(
            "tariffs",
            "One tariff measure of one article a row.",
            ("article_id", "tariff_id"),
            None,
            (
                *ARTICLE_COLUMNS,
                id_of("tariff"),
                *plain("tariff", "instrument", "action", "status"),
                party_names("implementers"),
                party_names("affected"),
                party_names("excluded"),
                made(
                    "goods",
                    "text",
                    "What it is levied on; see tariff_goods.",
                    lambda row: listed(goods.name for goods in row["tariff"].goods),
                ),
                made(
                    "goods_hs",
                    "text",
                    "HS 2022 codes of the goods, as text.",
                    lambda row: listed(hs for goods in row["tariff"].goods for hs in goods.hs),
                ),
                *rate_columns("rate"),
                *rate_columns("previous_rate"),
                *plain(
                    "tariff",
                    "change.value",
                    "change.unit",
                    "value_covered.amount",
                    "value_covered.currency",
                    "value_covered.operator",
                ),
                *date_columns("announced"),
                *date_columns("effective"),
                *date_columns("until"),
                made(
                    "firms",
                    "text",
                    "Firms it is levied on by name.",
                    lambda row: listed(span.text for span in row["tariff"].firms),
                ),
                made(
                    "legal_basis",
                    "text",
                    "Laws, orders and cases it rests on.",
                    lambda row: listed(span.text for span in row["tariff"].legal_basis),
                ),
                made(
                    "relations",
                    "text",
                    "How it relates to other measures: type and tariff_id.",
                    lambda row: listed(f"{r.type} {r.to or ''}" for r in row["tariff"].relations),
                ),
                *plain("tariff", "rule"),
                made(
                    "words",
                    "text",
                    "The clauses that tell the rate or the act.",
                    lambda row: " … ".join(span.text for span in row["tariff"].evidence),
                ),
                link(lambda row: row["tariff"].evidence[0].text if row["tariff"].evidence else ""),
            ),
            tariff_rows,
        ),
        Layout(
            "tariff_parties",
            "One party of one measure a row.",
            ("article_id", "tariff_id", "side", "position"),
            "tariffs",
            (
                *ARTICLE_COLUMNS,
                id_of("tariff"),
                Column(
                    "side",
                    "category",
                    "Which side of the measure the party is on.",
                    lambda row: row["side"],
                    SIDES,
                ),
                made(
                    "position",
                    "integer",
                    "Its place in the list, from 1.",
                    lambda row: row["position"],
                ),
                *plain(
                    "party",
                    "code",
                    "name",
                    "entity",
                    "basis",
                    "span.start",
                    "span.end",
                    "span.text",
                ),
            ),
            party_rows,
        ),
        Layout(
            "tariff_goods",
            "One of the goods of one measure a row.",
            ("article_id", "tariff_id", "position"),
            "tariffs",
            (
                *ARTICLE_COLUMNS,
                id_of("tariff"),
                made(
                    "position",
                    "integer",
                    "Its place in the list, from 1.",
                    lambda row: row["position"],
                ),
                *plain("goods", "name"),
                made(
                    "hs",
                    "text",
                    "HS 2022 codes of 2 to 6 digits, as text.",
                    lambda row: listed(row["goods"].hs),
                ),
                *plain("goods", "basis", "span.start", "span.end", "span.text"),
            ),
            goods_rows,
        ),
        Layout(
            "figures",
            "One number about trade a row.",
            ("article_id", "figure_id"),
            None,
            (
                *ARTICLE_COLUMNS,
                id_of("figure"),
                *plain(
                    "figure",
                    "start",
                    "end",
                    "text",
                    "indicator",
                    "value",
                    "upper",
                    "unit",
                    "currency",
                    "direction",
                ),
                *side_columns("reporter"),
                *side_columns("partner"),
                made(
                    "goods",
                    "text",
                    "Trade in what.",
                    lambda row: listed(goods.name for goods in row["figure"].goods),
                ),
                made(
                    "goods_hs",
                    "text",
                    "HS 2022 codes of the goods, as text.",
                    lambda row: listed(hs for goods in row["figure"].goods for hs in goods.hs),
                ),
                *plain("figure", "period", "rule"),
                link(lambda row: row["figure"].text),
            ),
            figure_rows,
        ),
        Layout(
            "dates",
            "One expression of time a row.",
            ("article_id", "date_id"),
            None,
            (
                *ARTICLE_COLUMNS,
                id_of("date"),
                *plain("date", "start", "end", "text", "type", "value", "mod"),
                made(
                    "earliest",
                    "day",
                    "First day of the calendar interval that `value` names.",
                    lambda row: day(row["date"].earliest),
                ),
                made(
                    "latest",
                    "day",
                    "Last day of the calendar interval that `value` names.",
                    lambda row: day(row["date"].latest),
                ),
                *plain("date", "anchor", "unresolved", "rule"),
            ),
            date_rows,
        ),
        Layout(
            "quotes",
            "One quotation a row.",
            ("article_id", "quote_id"),
            None,
            (
                *ARTICLE_COLUMNS,
                id_of("quote"),
                *plain("quote", "kind", "text"),
                made(
                    "speaker",
                    "text",
                    "Name of the entity who speaks, or the words that name it.",
                    lambda row: speaker_name(row["quote"], row["entity"]),
                ),
                *plain(
                    "quote",
                    "speaker.entity",
                    "speaker.span.text",
                    "speaker.basis",
                    "cue.span.text",
                    "cue.lemma",
                    "rule",
                ),
                made(
                    "start",
                    "integer",
                    "First character of its first span.",
                    lambda row: row["quote"].spans[0].start if row["quote"].spans else None,
                ),
                made(
                    "end",
                    "integer",
                    "The character after its last span.",
                    lambda row: row["quote"].spans[-1].end if row["quote"].spans else None,
                ),
                link(lambda row: row["quote"].spans[0].text if row["quote"].spans else ""),
            ),
            quote_rows,
        ),
        Layout(
            "evidence",
            "One span that proves a value a row; dates and mentions carry their own.",
            ("article_id", "of_table", "of_id", "position"),
            None,
            (
                *ARTICLE_COLUMNS,
                Column(
                    "of_table",
                    "category",
                    "The table whose value it proves.",
                    lambda row: row["table"],
                    EVIDENCE_TABLES,
                ),
                made("of_id", "text", "Id in that table.", lambda row: row["item"].id),
                made(
                    "position",
                    "integer",
                    "Its place among the spans of that row, from 1.",
                    lambda row: row["position"],
                ),
                made("field", "text", "The field that it proves.", lambda row: row["field"]),
                made(
                    "basis",
                    "text",
                    "`stated`, `inherited` or `inferred`, where told.",
                    lambda row: row["basis"],
                ),
                *plain("span", "start", "end", "text"),
                link(lambda row: row["span"].text),
            ),
            evidence_rows,
        ),
    )
}


def speaker_name(quote: Quote, entity: Entity | None) -> str | None:
    """Who speaks: the entity's name, else the words that name the speaker."""
    if entity is not None:
        return entity.name
    return " ".join(quote.speaker.span.text.split()) if quote.speaker else None
