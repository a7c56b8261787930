"""What a change does to records: gains, losses and changed values, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from pipeline.findings import Finding
from pipeline.record import Record

Severity = Literal["critical", "important", "minor"]
Kind = Literal["gain", "loss", "changed"]
SEVERITIES: tuple[Severity, ...] = ("critical", "important", "minor")

FIELD_SEVERITY: dict[str, Severity] = {
    "tariffs": "critical",
    "tariffs.rate": "critical",
    "tariffs.previous_rate": "critical",
    "tariffs.status": "critical",
    "tariffs.action": "critical",
    "tariffs.implementers": "critical",
    "tariffs.affected": "critical",
    "tariffs.excluded": "critical",
    "quotes.speaker": "critical",
    "figures.direction": "critical",
    "figures.value": "critical",
    "dates": "important",
    "quotes": "important",
    "figures": "important",
}
"""A gain or loss of a whole item goes by its list, a changed value by its field; direction, party,
status and rate are critical, what is not named here is important, rules and spans are minor."""

MINOR = ("rule", "evidence", "spans", "text", "start", "end", "mentions", "name")


@dataclass(frozen=True)
class Change:
    """One difference between two records of an article."""

    severity: Severity
    kind: Kind
    article: str
    field: str
    """`tariffs` for a whole item, `tariffs.status` for a value of one."""
    rule: str
    start: int
    words: str
    before: str
    after: str


def compare(before: Record, after: Record) -> Iterator[Change]:
    """Every difference between two records of one article."""
    for name in ("tariffs", "figures", "dates", "quotes", "entities"):
        yield from compare_lists(name, before, after)


def compare_lists(name: str, before: Record, after: Record) -> Iterator[Change]:
    """The differences in one list: items are paired by the words that they share."""
    old, new = list(getattr(before, name)), list(getattr(after, name))
    pairs = paired(old, new)
    for item in old:
        if all(item is not a for a, _ in pairs):
            yield whole("loss", name, before, item)
    for item in new:
        if all(item is not b for _, b in pairs):
            yield whole("gain", name, after, item)
    same_names = before.entities == after.entities
    for a, b in pairs:
        if not same_names or a != b:
            yield from changed_values(name, before, after, (a, b))


def paired(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[Any, Any]]:
    """One-to-one pairs of items, those with most characters in common first."""
    old_places, new_places = ([anchor_characters(i) for i in items] for items in (old, new))
    candidates = [
        (len(a & b), same_values(old[i], new[j]), -i, -j)
        for i, a in enumerate(old_places)
        for j, b in enumerate(new_places)
        if not a.isdisjoint(b)
    ]
    pairs, used_old, used_new = [], set(), set()
    for _, _, i, j in sorted(candidates, reverse=True):
        if -i not in used_old and -j not in used_new:
            used_old.add(-i)
            used_new.add(-j)
            pairs.append((old[-i], new[-j]))
    return sorted(pairs, key=lambda pair: first_span(pair[1]))


def anchors(item: Any) -> Sequence[Any]:
    """The spans by which an item is recognised: its evidence, content, mentions or itself."""
    for name in ("evidence", "spans", "mentions"):
        if name in type(item).model_fields:
            spans: Sequence[Any] = getattr(item, name)
            return spans
    return (item,)


def anchor_characters(item: BaseModel) -> set[int]:
    """The characters by which an item is recognised."""
    return {i for part in anchors(item) for i in range(part.start, part.end)}


def same_values(a: BaseModel, b: BaseModel) -> int:
    """How many fields of two items say the same."""
    return sum(told(getattr(a, name)) == told(getattr(b, name)) for name in type(a).model_fields)


def first_span(item: BaseModel) -> int:
    """Where an item begins."""
    return min(anchor_characters(item), default=0)


def changed_values(
    name: str, before: Record, after: Record, pair: tuple[Any, Any]
) -> Iterator[Change]:
    """The fields in which two items of a pair differ, ids looked through to what they name."""
    a, b = pair
    for field in type(b).model_fields:
        if field == "id":
            continue
        old, new = told(getattr(a, field), before), told(getattr(b, field), after)
        if old != new:
            severity = FIELD_SEVERITY.get(
                f"{name}.{field}", "minor" if field in MINOR else "important"
            )
            yield change(severity, "changed", after, f"{name}.{field}", b, old, new)


def whole(kind: Kind, name: str, record: Record, item: Any) -> Change:
    """An item that one record has and the other has not."""
    said = brief(item, record)
    severity = FIELD_SEVERITY.get(name, "minor")
    before, after = (said, "") if kind == "loss" else ("", said)
    return change(severity, kind, record, name, item, before, after)


def change(  # noqa: PLR0913, PLR0917
    severity: Severity,
    kind: Kind,
    record: Record,
    field: str,
    item: Any,
    before: str,
    after: str,
) -> Change:
    """A change with the place and the words of its item."""
    words = next(iter(anchors(item))).text
    rule = getattr(item, "rule", "") or next((m.rule for m in getattr(item, "mentions", ())), "")
    return Change(severity, kind, record.id, field, rule, first_span(item), words, before, after)


def brief(item: BaseModel, record: Record) -> str:
    """An item in a few words: its fields that say something."""
    said = (
        (name, told(getattr(item, name), record))
        for name in type(item).model_fields
        if name not in (*MINOR, "id")
    )
    return ", ".join(f"{name} {value}" for name, value in said if value)


def told(value: Any, record: Record | None = None) -> str:
    """A value as it is compared and shown: without ids, which differ from record to record."""
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return "; ".join(told(part, record) for part in value)
    if isinstance(value, Finding):
        return told_finding(value, record)
    return f"{value:g}" if isinstance(value, float) else str(value)


def told_finding(value: Finding, record: Record | None) -> str:
    """A part of an item in words: a code, a name, or what its fields say."""
    fields = type(value).model_fields
    if "code" in fields:
        return str(getattr(value, "code", None) or getattr(value, "name", ""))
    names = {e.id: e.name for e in record.entities} if record is not None else {}
    said = []
    for name in fields:
        part = getattr(value, name)
        if name in ("entity", "of"):
            said.append(names.get(part, "") if record is not None else "")
        elif name not in ("id", "start", "end", "date", "to", "mentions", "rule"):
            said.append(told(part, record))
    return " ".join(part for part in said if part)


def worst_first(changes: Iterable[Change]) -> list[Change]:
    """Critical changes first, then by field, article and place."""
    order: Callable[[Change], tuple[Any, ...]] = lambda c: (  # noqa: E731  # a key, used once
        SEVERITIES.index(c.severity),
        c.field,
        c.kind,
        c.article,
        c.start,
    )
    return sorted(changes, key=order)
