"""What the stages find: frozen, typed statements, each with the words that prove it.

Field names, order and meanings are the output contract (`schemas/record.schema.json` is generated
from these models), so a change here is a new schema version with an entry in `schemas/CHANGES.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Finding(BaseModel):
    """Base of everything a record holds: frozen, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


Offset = Annotated[int, Field(ge=0)]
Basis = Literal["stated", "inherited", "inferred"]
"""`stated` in the same clause, `inherited` from another clause or sentence, `inferred` from a role,
a metonym or a demonym ("Beijing", "the Trudeau government", "Chinese steel")."""


class Span(Finding):
    """Characters of the source text: half-open `[start, end)` in Unicode code points."""

    start: Offset
    end: Offset
    text: str


class Boilerplate(Finding):
    """Page furniture, left out of the article: skip links, cookie notices, navigation, captions."""

    start: Offset
    end: Offset
    text: str
    rule: str


# Entities -----------------------------------------------------------------------------------------

EntityType = Literal[
    "PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "PRODUCT", "EVENT", "LAW", "GOODS"
]  # OntoNotes labels, and GOODS for traded goods
Form = Literal["name", "nominal", "pronoun", "demonym", "metonym"]


class Mention(Finding):
    """One place where an entity is spoken of."""

    start: Offset
    end: Offset
    text: str
    form: Form
    rule: str


class Identifiers(Finding):
    """Keys to join on; empty where unknown."""

    iso3: str | None = None
    """ISO 3166-1 alpha-3; `EUN` for the European Union, as in WITS."""
    wikidata: str | None = None
    hs: tuple[str, ...] = ()
    """HS 2022 codes of 2 to 6 digits, as text."""


class Role(Finding):
    """What an entity is said to be: "prime minister" of Canada."""

    title: str
    of: str | None = None
    """Entity id of the institution or country, or null."""
    span: Span


class Entity(Finding):
    """One thing of the article with all its mentions."""

    id: str
    type: EntityType
    name: str
    identifiers: Identifiers = Identifiers()
    roles: tuple[Role, ...] = ()
    mentions: tuple[Mention, ...]


class Reference(Finding):
    """A pronoun or role noun resolved to an entity; joins that entity's mentions in the record."""

    entity: str
    start: Offset
    end: Offset
    text: str
    form: Form
    rule: str


# Dates --------------------------------------------------------------------------------------------

Unresolved = Literal["no-publication-date", "vague", "ambiguous"]


class Date(Finding):
    """A temporal expression with its TIMEX3 value."""

    id: str
    start: Offset
    end: Offset
    text: str
    type: Literal["DATE", "TIME", "DURATION", "SET"]
    value: str | None = None
    mod: str | None = None
    """TIMEX3 modifier: START MID END APPROX MORE_THAN LESS_THAN EQUAL_OR_LESS EQUAL_OR_MORE …"""
    earliest: str | None = None
    latest: str | None = None
    """First and last day of the calendar interval that `value` names (ISO), or null."""
    anchor: str | None = None
    """What a relative date was counted from: `published`, the id of another date, or null."""
    unresolved: Unresolved | None = None
    rule: str


# Tariff measures and trade figures ----------------------------------------------------------------

Operator = Literal["=", "<=", ">=", "~", "range"]


class Party(Finding):
    """A country, bloc or group on one side of a measure or a figure."""

    entity: str | None = None
    code: str | None = None
    """ISO 3166-1 alpha-3, `EUN`, or `ALL` for every partner."""
    name: str
    basis: Basis
    span: Span | None = None


class Goods(Finding):
    """Goods as the text names them; everything is `{"name": "ALL"}`."""

    name: str
    hs: tuple[str, ...] = ()
    basis: Basis
    span: Span | None = None


class Rate(Finding):
    """A level of duty; `value` alone, or `value` to `upper` where `operator` is `range`."""

    operator: Operator
    value: float
    upper: float | None = None
    unit: str
    """`percent`, or currency per unit: `USD/barrel`."""
    stacking: Literal["level", "added", "total"] = "level"
    span: Span
    mentions: tuple[Span, ...] = ()


class Change(Finding):
    """A relative change without a level: "cut by half", "10 points lower"."""

    value: float
    unit: Literal["percent", "percentage-point"]
    span: Span


class ValueCovered(Finding):
    """The trade value that a measure hits: "$34bn of Chinese goods"."""

    amount: float
    currency: str
    """ISO 4217."""
    operator: Operator
    span: Span


class DateOfMeasure(Finding):
    """A date of a measure: its TIMEX3 value and the id of the date found in the text."""

    value: str
    date: str | None = None
    basis: Basis


class Relation(Finding):
    """How a measure relates to another; `to` is null where the other side is not in the text."""

    type: Literal["retaliates-for", "replaces", "step-of"]
    to: str | None = None
    span: Span


Instrument = Literal[
    "tariff",
    "anti-dumping",
    "countervailing",
    "safeguard",
    "surcharge",
    "tariff-rate-quota",
    "de-minimis",
]
Action = Literal["impose", "raise", "lower", "remove", "suspend", "extend", "exempt", "keep"]
Status = Literal[
    "denied", "ended", "suspended", "in-force", "announced", "threatened", "proposed"
]  # in the order in which they are tried: the first that fits


class TariffMeasure(Finding):
    """One level of border charge by one implementer on one set of goods of one set of partners."""

    id: str
    evidence: tuple[Span, ...]
    instrument: Instrument
    action: Action
    status: Status
    rate: Rate | None = None
    previous_rate: Rate | None = None
    change: Change | None = None
    implementers: tuple[Party, ...] = ()
    affected: tuple[Party, ...] = ()
    excluded: tuple[Party, ...] = ()
    goods: tuple[Goods, ...] = ()
    firms: tuple[Span, ...] = ()
    value_covered: ValueCovered | None = None
    announced: DateOfMeasure | None = None
    effective: DateOfMeasure | None = None
    until: DateOfMeasure | None = None
    legal_basis: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    rule: str


class TradeFigure(Finding):
    """A number about trade that is no tariff rate."""

    id: str
    start: Offset
    end: Offset
    text: str
    indicator: Literal[
        "imports",
        "exports",
        "trade",
        "balance",
        "market-share",
        "price",
        "production",
        "sales",
        "investment",
        "revenue",
        "average-tariff",
    ]
    value: float
    upper: float | None = None
    unit: str
    """`percent`, `currency`, or what is counted ("tonnes")."""
    currency: str | None = None
    direction: Literal["rise", "fall", "level"] | None = None
    reporter: Party | None = None
    partner: Party | None = None
    goods: tuple[Goods, ...] = ()
    period: str | None = None
    """Id of the date that says when."""
    rule: str


# Quotes -------------------------------------------------------------------------------------------


class Speaker(Finding):
    """Whose words they are; `entity` is filled when the record is put together."""

    entity: str | None = None
    span: Span
    basis: Basis


class Cue(Finding):
    """The word that reports the speech."""

    span: Span
    lemma: str


class Quote(Finding):
    """Somebody's speech: direct, indirect, or a paraphrase with quoted words in it."""

    id: str
    kind: Literal["direct", "indirect", "mixed"]
    text: str
    """The content as it stands, its spans joined by " … " where there are several."""
    spans: tuple[Span, ...]
    speaker: Speaker | None = None
    cue: Cue | None = None
    rule: str


def spans_of(finding: BaseModel) -> Iterator[tuple[int, int, str]]:
    """Every `(start, end, text)` that a finding claims, at any depth: what grounding checks."""
    fields = type(finding).model_fields
    if "start" in fields and "end" in fields:
        yield finding.start, finding.end, finding.text  # type: ignore[attr-defined]  # just seen
    for name in fields:
        value = getattr(finding, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, BaseModel):
                yield from spans_of(part)
