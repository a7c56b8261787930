"""What a change does to records: gains, losses and changed values, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as field_with
from itertools import groupby
from typing import Any, Literal

from pydantic import BaseModel

from pipeline.findings import Finding, spans_of
from pipeline.record import Record

Severity = Literal["critical", "important", "minor"]
Kind = Literal["gain", "loss", "changed"]
SEVERITIES: tuple[Severity, ...] = ("critical", "important", "minor")
KINDS: tuple[Kind, ...] = ("loss", "changed", "gain")
LISTS = ("tariffs", "figures", "dates", "quotes", "entities", "boilerplate")

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
    "boilerplate": "important",
}
"""A gain or loss of a whole item goes by its list, a changed value by its field; direction, party,
status and rate are critical, what is not named here is important, rules and spans are minor."""

ANCHORS = ("evidence", "spans", "mentions")
"""The fields that say where an item stands."""

MINOR = (*ANCHORS, "rule", "text", "start", "end", "name")

Stretch = tuple[int, int]
"""Start and end in characters."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of the article that a change is about."""

    start: int
    """Where it begins in the article."""
    text: str
    marks: tuple[Stretch, ...]
    """The changed words, in characters of the sentence."""


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
    """Where its item begins in the article."""
    words: str
    """Those by which the item is known."""
    before: str
    after: str
    spans: tuple[Stretch, ...] = ()
    """The words that say a changed value where there are any, else those of the item."""
    sentences: tuple[Sentence, ...] = field_with(default=(), compare=False)
    """Where it stands in the article; filled where the article is at hand (`passages`)."""


def compare(before: Record, after: Record) -> Iterator[Change]:
    """Every difference between two records of one article."""
    for name in ("title", "published"):
        yield from changed_head(name, before, after)
    for name in LISTS:
        yield from compare_lists(name, before, after)


def changed_head(name: str, before: Record, after: Record) -> Iterator[Change]:
    """The difference in what an article is called or when it was published."""
    a, b = getattr(before, name), getattr(after, name)
    old, new = told(a), told(b)
    if old != new:
        kind: Kind = "gain" if not old else "loss" if not new else "changed"
        spans = stretches(b) or stretches(a)
        start = min(spans, default=(0, 0))[0]
        yield Change("important", kind, after.id, name, "", start, new or old, old, new, spans)


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
    for name in ANCHORS:
        if name in type(item).model_fields:
            spans: Sequence[Any] = getattr(item, name)
            return spans
    return (item,)


def stretches(value: Any) -> tuple[Stretch, ...]:
    """The places that a value names, in text order."""
    parts = value if isinstance(value, tuple) else (value,)
    findings = (part for part in parts if isinstance(part, Finding))
    return tuple(sorted({(start, end) for part in findings for start, end, _ in spans_of(part)}))


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
    for field_ in type(pair[1]).model_fields:
        a, b = (getattr(item, field_) for item in pair)
        if field_ in ANCHORS:
            a, b = without(a, b), without(b, a)
        old, new = told(a, before), told(b, after)
        if field_ == "id" or (a, b) == ((), ()) or (old == new and field_ not in ANCHORS):
            continue
        spans = changed_spans(a, b) or stretches(tuple(anchors(pair[1])))
        yield Change(
            severity=FIELD_SEVERITY.get(
                f"{name}.{field_}", "minor" if field_ in MINOR else "important"
            ),
            kind="changed",
            article=after.id,
            field=f"{name}.{field_}",
            rule=rule_of(pair[1]),
            start=spans[0][0] if field_ in ANCHORS else first_span(pair[1]),
            words=anchors(pair[1])[0].text,
            before=old,
            after=new,
            spans=spans,
        )


def without(some: Sequence[Any], others: Sequence[Any]) -> tuple[Any, ...]:
    """The places of an item at which it does not stand the other time, or stands otherwise."""
    known = {(part.start, part.end, told(part)) for part in others}
    return tuple(part for part in some if (part.start, part.end, told(part)) not in known)


def changed_spans(old: Any, new: Any) -> tuple[Stretch, ...]:
    """The words that only one of two values names, or else those that they name."""
    a, b = set(stretches(old)), set(stretches(new))
    return tuple(sorted(a ^ b or a))


def whole(kind: Kind, name: str, record: Record, item: Any) -> Change:
    """An item that one record has and the other has not."""
    said = brief(item, record)
    spans = tuple((part.start, part.end) for part in anchors(item))
    return Change(
        severity=FIELD_SEVERITY.get(name, "minor"),
        kind=kind,
        article=record.id,
        field=name,
        rule=rule_of(item),
        start=first_span(item),
        words=anchors(item)[0].text,
        before=said if kind == "loss" else "",
        after=said if kind == "gain" else "",
        spans=spans,
    )


def rule_of(item: Any) -> str:
    """The rule that found an item, or its first mention."""
    found = getattr(item, "rule", "") or next((m.rule for m in getattr(item, "mentions", ())), "")
    return str(found)


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


# Changes in their order ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """The changes of one field that one rule is named in."""

    severity: Severity
    field: str
    rule: str
    changes: tuple[Change, ...]


def worst_first(changes: Iterable[Change]) -> list[Change]:
    """Critical changes first, then by field, rule, kind, article and place."""
    order: Callable[[Change], tuple[Any, ...]] = lambda c: (  # noqa: E731  # a key, used once
        SEVERITIES.index(c.severity),
        c.field,
        c.rule,
        KINDS.index(c.kind),
        c.article,
        c.start,
    )
    return sorted(changes, key=order)


def grouped(changes: Iterable[Change]) -> list[Group]:
    """Changes by severity, field and rule, the worst first."""
    key: Callable[[Change], tuple[Severity, str, str]] = lambda c: (c.severity, c.field, c.rule)  # noqa: E731
    return [Group(*names, tuple(some)) for names, some in groupby(worst_first(changes), key)]


def counted(
    changes: Iterable[Change], key: Callable[[Change], tuple[str, ...]]
) -> list[tuple[tuple[str, ...], Counter[str]]]:
    """How many losses, changed values and gains there are for each key, in order of the worst."""
    counts: dict[tuple[str, ...], Counter[str]] = {}
    for change in worst_first(changes):
        counts.setdefault(key(change), Counter())[change.kind] += 1
    return list(counts.items())
