"""A record as annotation tools know articles: labelled words, and labelled links between them.

Words that say something of an item (who levies a tariff, who speaks) are marks of their own, linked
from the item's first mark. What has no words of its own stays in the record that goes along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from pipeline.findings import (
    Change,
    Cue,
    Date,
    Entity,
    Goods,
    Mention,
    Party,
    Quote,
    Rate,
    Relation,
    Role,
    Speaker,
    TariffMeasure,
    TradeFigure,
    ValueCovered,
)
from pipeline.record import Record

Item = dict[str, Any]
"""A finding as plain data."""


@dataclass(frozen=True)
class Mark:
    """Words with a label, and the values that a person may correct there."""

    id: str
    """`tariffs.t1.rate.0` for what we exported, anything for what a person added."""
    label: str
    start: int
    end: int
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A labelled arrow from one mark to another, by their ids."""

    label: str
    head: str
    child: str


@dataclass(frozen=True)
class Sheet:
    """One article with its marks and links, and the record that they were made from."""

    id: str
    text: str
    marks: tuple[Mark, ...]
    links: tuple[Link, ...]
    record: Record | None = None
    valued: bool = True
    """Whether a value that is missing at a mark was taken away there."""


@dataclass(frozen=True)
class Kind:
    """What a label stands for: the model that holds it, and its fields that are shown."""

    model: type[BaseModel]
    shown: tuple[str, ...] = ()


ANCHOR = {
    "entities": "mentions",
    "dates": "",
    "tariffs": "evidence",
    "figures": "",
    "quotes": "spans",
}
"""List of the record → the field with the places of its items; "" where an item is one place."""

CHAIN = {"entities": "same", "tariffs": "continues", "quotes": "continues"}
"""How the further places of an item are linked from its first."""

ARGUMENTS: Mapping[str, Mapping[str, str]] = {
    "entities": {"roles": "ROLE"},
    "dates": {},
    "tariffs": {
        "rate": "RATE",
        "previous_rate": "PREVIOUS-RATE",
        "change": "RELATIVE-CHANGE",
        "implementers": "IMPLEMENTER",
        "affected": "AFFECTED",
        "excluded": "EXCLUDED",
        "goods": "LEVIED-GOODS",
        "firms": "FIRM",
        "value_covered": "VALUE-COVERED",
        "legal_basis": "LEGAL-BASIS",
        "relations": "RELATION",
    },
    "figures": {"reporter": "REPORTER", "partner": "PARTNER", "goods": "TRADED-GOODS"},
    "quotes": {"speaker": "SPEAKER", "cue": "CUE"},
}
"""List → field → the label of the words that say it; the link to them has the field's name."""

DATED = {"tariffs": ("announced", "effective", "until"), "figures": ("period",)}
"""Fields that name a date: a link to its mark."""

ENTITY_LABELS: tuple[str, ...] = get_args(Entity.model_fields["type"].annotation)
DATE_LABELS: tuple[str, ...] = get_args(Date.model_fields["type"].annotation)

PARTY = Kind(Party, ("code",))
RATE = Kind(Rate, ("value", "upper", "unit", "operator"))
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(ENTITY_LABELS, Kind(Mention, ("form",))),
    **dict.fromkeys(DATE_LABELS, Kind(Date, ("value", "mod"))),
    "EVIDENCE": Kind(TariffMeasure, ("status", "action", "instrument")),
    "FIGURE": Kind(TradeFigure, ("indicator", "value", "upper", "unit", "currency", "direction")),
    "QUOTE": Kind(Quote, ("kind",)),
    "RATE": RATE,
    "PREVIOUS-RATE": RATE,
    "RELATIVE-CHANGE": Kind(Change, ("value", "unit")),
    **dict.fromkeys(("IMPLEMENTER", "AFFECTED", "EXCLUDED", "REPORTER", "PARTNER"), PARTY),
    "LEVIED-GOODS": Kind(Goods),
    "TRADED-GOODS": Kind(Goods),
    "FIRM": Kind(BaseModel),
    "VALUE-COVERED": Kind(ValueCovered, ("amount", "currency", "operator")),
    "LEGAL-BASIS": Kind(BaseModel),
    "RELATION": Kind(Relation, ("type",)),
    "SPEAKER": Kind(Speaker),
    "CUE": Kind(Cue, ("lemma",)),
    "ROLE": Kind(Role, ("title",)),
}
"""Every label."""


def sheet_of(record: Record, text: str) -> Sheet:
    """The marks and links of a record."""
    content = record.model_dump(mode="json")
    marks: list[Mark] = []
    links: list[Link] = []
    first_of: dict[str, str] = {}
    for name in ANCHOR:
        for item in content[name]:
            places = list(anchor_marks(name, item))
            head = first_of[item["id"]] = places[0].id
            marks += places
            links += [Link(CHAIN[name], head, each.id) for each in places[1:]]
            for field_, mark in argument_marks(name, item):
                marks.append(mark)
                links.append(Link(field_, head, mark.id))
    for name, fields in DATED.items():
        for item in content[name]:
            for field_ in fields:
                date = date_id(item[field_])
                if date is not None:
                    links.append(Link(field_, first_of[item["id"]], first_of[date]))
    return Sheet(record.id, text, tuple(marks), tuple(links), record)


def anchor_marks(name: str, item: Item) -> Iterator[Mark]:
    """The places of an item; its own values stand at the first."""
    label = item["type"] if name in ("entities", "dates") else anchor_label(name)
    for n, place in enumerate(places_of(name, item)):
        source = place if name == "entities" else item if n == 0 else {}
        yield mark_at(f"{name}.{item['id']}.{n}", label, place, source)


def anchor_label(name: str) -> str:
    """The label of the places of items of a list."""
    return {"tariffs": "EVIDENCE", "figures": "FIGURE", "quotes": "QUOTE"}[name]


def places_of(name: str, item: Item) -> Sequence[Item]:
    """The places of an item as plain data."""
    places: Sequence[Item] = item[ANCHOR[name]] if ANCHOR[name] else (item,)
    return places


def argument_marks(name: str, item: Item) -> Iterator[tuple[str, Mark]]:
    """Field and mark of everything in an item that has words of its own."""
    for field_, label in ARGUMENTS[name].items():
        for n, part in enumerate(parts_of(item[field_])):
            place = part.get("span", part)
            if place is not None:
                yield field_, mark_at(f"{name}.{item['id']}.{field_}.{n}", label, place, part)


def parts_of(value: Any) -> list[Item]:
    """A field that may hold nothing, one part or several, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def date_id(value: Any) -> str | None:
    """The id of the date that a field names, if it does."""
    named: str | None = value["date"] if isinstance(value, dict) else value
    return named


def mark_at(id: str, label: str, place: Item, source: Item) -> Mark:
    """A mark with the values that its label shows."""
    shown = {
        name: said(source[name]) for name in KINDS[label].shown if source.get(name) is not None
    }
    return Mark(id, label, place["start"], place["end"], place["text"], shown)


def said(value: object) -> str:
    """A value as a person writes it."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def options(label: str, name: str) -> tuple[str, ...]:
    """The words that a field may hold; none where it may hold any."""
    return options_in(KINDS[label].model.model_fields[name].annotation)


def options_in(annotation: Any) -> tuple[str, ...]:
    """The words of the literal in a type, if there is one."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    found = [options_in(part) for part in get_args(annotation)]
    return next((words for words in found if words), ())


def links_between() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every link: the list whose places it begins at, its label, the labels it ends at."""
    for name, fields in ARGUMENTS.items():
        for field_, label in fields.items():
            yield name, field_, (label,)
    for name, label in CHAIN.items():
        yield name, label, labels_of(name)
    for name, dated in DATED.items():
        for field_ in dated:
            yield name, field_, DATE_LABELS


def labels_of(name: str) -> tuple[str, ...]:
    """The labels that the places of items of a list have."""
    if name == "entities":
        return ENTITY_LABELS
    return DATE_LABELS if name == "dates" else (anchor_label(name),)
