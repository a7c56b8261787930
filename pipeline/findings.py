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
    """First character, counted from 0 in code points of the source text."""
    end: Offset
    """The character after the last."""
    text: str
    """The source's own words."""


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
    """How it is spoken of: by name, by a description, a pronoun, its people or its capital."""
    rule: str
    """Id of the rule that found it; `model/ner` is the language model."""


class Identifiers(Finding):
    """Keys to join on; empty where unknown."""

    iso3: str | None = None
    """ISO 3166-1 alpha-3; `EUN` for the European Union, as in WITS."""
    wikidata: str | None = None
    """Wikidata item of a country or union, where two sources agree on it."""
    hs: tuple[str, ...] = ()
    """HS 2022 codes of 2 to 6 digits, as text."""


class Role(Finding):
    """What an entity is said to be: "prime minister" of Canada."""

    title: str
    """What the entity is, without whose."""
    of: str | None = None
    """Entity id of the institution or country, or null."""
    span: Span


class Entity(Finding):
    """One thing of the article with all its mentions."""

    id: str
    """Unique in the record."""
    type: EntityType
    """OntoNotes label, or GOODS."""
    name: str
    """Its fullest name in the article."""
    identifiers: Identifiers = Identifiers()
    roles: tuple[Role, ...] = ()
    """What it is said to be."""
    mentions: tuple[Mention, ...]
    """Every place that speaks of it, in text order."""


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
    """Unique in the record."""
    start: Offset
    end: Offset
    text: str
    type: Literal["DATE", "TIME", "DURATION", "SET"]
    """TIMEX3 type."""
    value: str | None = None
    """TIMEX3 value (`2026-01-16`, `2025-Q3`, `P5D`), or null where it has none."""
    mod: str | None = None
    """TIMEX3 modifier: START MID END APPROX MORE_THAN LESS_THAN EQUAL_OR_LESS EQUAL_OR_MORE."""
    earliest: str | None = None
    latest: str | None = None
    """First and last day of the calendar interval that `value` names (ISO), or null."""
    anchor: str | None = None
    """What a relative date was counted from: `published`, the id of another date, or null."""
    unresolved: Unresolved | None = None
    """Why it has no calendar value, or null."""
    rule: str
    """Id of the rule that found it."""


# Tariff measures and trade figures ----------------------------------------------------------------

Operator = Literal["=", "<=", ">=", "~", "range"]


class Party(Finding):
    """A country, bloc or group on one side of a measure or a figure."""

    entity: str | None = None
    """Id of the entity, or null."""
    code: str | None = None
    """ISO 3166-1 alpha-3, `EUN`, or `ALL` for every partner."""
    name: str
    """As the text names it."""
    basis: Basis
    """How the text gives it."""
    span: Span | None = None
    """The words that say it, or that it is inferred from."""


class Goods(Finding):
    """Goods as the text names them; everything is `{"name": "ALL"}`."""

    name: str
    """As the text names them; `ALL` is everything."""
    hs: tuple[str, ...] = ()
    basis: Basis
    """How the text gives them."""
    span: Span | None = None
    """The words that say it."""


class Rate(Finding):
    """A level of duty; `value` alone, or `value` to `upper` where `operator` is `range`."""

    operator: Operator
    """Whether the value is exact, a bound, about, or the lower end of a range."""
    value: float
    """The level, in `unit`."""
    upper: float | None = None
    """Upper end of a range, else null."""
    unit: str
    """`percent`, or currency per unit: `USD/barrel`."""
    stacking: Literal["level", "added", "total"] = "level"
    """A level by itself, one added to another duty, or the total of several."""
    span: Span
    mentions: tuple[Span, ...] = ()


class Change(Finding):
    """A relative change without a level: "cut by half", "10 points lower"."""

    value: float
    """By how much."""
    unit: Literal["percent", "percentage-point"]
    """Of what: percent of the level, or points."""
    span: Span


class ValueCovered(Finding):
    """The trade value that a measure hits: "$34bn of Chinese goods"."""

    amount: float
    """In whole units of the currency."""
    currency: str
    """ISO 4217."""
    operator: Operator
    """Whether the amount is exact, a bound or about."""
    span: Span


class DateOfMeasure(Finding):
    """A date of a measure: its TIMEX3 value and the id of the date found in the text."""

    value: str
    """TIMEX3 value."""
    date: str | None = None
    """Id of the date in the text, or null."""
    basis: Basis
    """How the text gives it."""


class Relation(Finding):
    """How a measure relates to another; `to` is null where the other side is not in the text."""

    type: Literal["retaliates-for", "replaces", "step-of"]
    """How the two relate."""
    to: str | None = None
    """Id of the other measure, or null."""
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
    """Unique in the record."""
    evidence: tuple[Span, ...]
    """The clauses that tell the rate or the act."""
    instrument: Instrument
    """The kind of border charge."""
    action: Action
    """What is done to it."""
    status: Status
    """What the article asserts on its publication date."""
    rate: Rate | None = None
    """The level of the duty, or null where none is told."""
    previous_rate: Rate | None = None
    """The level before."""
    change: Change | None = None
    """A relative change without a level."""
    implementers: tuple[Party, ...] = ()
    """Who levies it."""
    affected: tuple[Party, ...] = ()
    """Whose goods it hits; `ALL` is every partner."""
    excluded: tuple[Party, ...] = ()
    """Whose goods are spared."""
    goods: tuple[Goods, ...] = ()
    """What it is levied on."""
    firms: tuple[Span, ...] = ()
    """Firms it is levied on by name."""
    value_covered: ValueCovered | None = None
    """The trade value it hits."""
    announced: DateOfMeasure | None = None
    """When it was announced."""
    effective: DateOfMeasure | None = None
    """From when it is levied."""
    until: DateOfMeasure | None = None
    """Until when it is levied."""
    legal_basis: tuple[Span, ...] = ()
    """Laws, orders and cases it rests on."""
    relations: tuple[Relation, ...] = ()
    """How it relates to other measures."""
    rule: str
    """Id of the rule that found it."""


class TradeFigure(Finding):
    """A number about trade that is no tariff rate."""

    id: str
    """Unique in the record."""
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
    """What the number measures."""
    value: float
    """In whole units; the lower end where it is a range."""
    upper: float | None = None
    """Upper end of a range, else null."""
    unit: str
    """`percent`, `currency`, or what is counted ("tonnes")."""
    currency: str | None = None
    """ISO 4217, or null where it is no money."""
    direction: Literal["rise", "fall", "level"] | None = None
    """Whether it rose, fell or stayed, where that is told."""
    reporter: Party | None = None
    """Whose trade it is."""
    partner: Party | None = None
    """Trade with whom."""
    goods: tuple[Goods, ...] = ()
    """Trade in what."""
    period: str | None = None
    """Id of the date that says when."""
    rule: str
    """Id of the rule that found it."""


# Quotes -------------------------------------------------------------------------------------------


class Speaker(Finding):
    """Whose words they are; `entity` is filled when the record is put together."""

    entity: str | None = None
    """Id of the entity who speaks; filled when the record is put together."""
    span: Span
    """The words that name the speaker."""
    basis: Basis
    """How the text gives the speaker."""


class Cue(Finding):
    """The word that reports the speech."""

    span: Span
    lemma: str
    """Its dictionary form."""


class Quote(Finding):
    """Somebody's speech: direct, indirect, or a paraphrase with quoted words in it."""

    id: str
    """Unique in the record."""
    kind: Literal["direct", "indirect", "mixed"]
    """In quotation marks, reported, or reported with quoted words in it."""
    text: str
    """The content as it stands, its spans joined by " … " where there are several."""
    spans: tuple[Span, ...]
    """The content without its quotation marks, in order."""
    speaker: Speaker | None = None
    """Whose words they are, or null."""
    cue: Cue | None = None
    """The word that reports them, or null."""
    rule: str
    """Id of the rule that found it."""


def spans_of(finding: BaseModel) -> Iterator[tuple[int, int, str]]:
    """Every `(start, end, text)` that a finding claims, at any depth: what grounding checks."""
    values = finding.__dict__  # the fields, without pydantic's look-up of each
    if "start" in values and "end" in values:
        yield values["start"], values["end"], values["text"]
    for value in values.values():
        if isinstance(value, BaseModel):
            yield from spans_of(value)
        elif isinstance(value, tuple):
            for part in value:
                if isinstance(part, BaseModel):
                    yield from spans_of(part)
