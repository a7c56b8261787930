"""Tells how a date was read, what it was counted from, and what it came to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from pipeline.article import Article
from pipeline.findings import Date
from pipeline.record import Record
from pipeline.stages.dates import Dates
from pipeline.stages.dates.readings import Length, Partial, Reading, Shift, Stated, TimeOfDay
from pipeline.tuning.nearness import Stretch
from pipeline.tuning.steps.step import Step, quoted, touching

UNRESOLVED = {
    "no-publication-date": "the article has no publication date to count from (--published)",
    "vague": "the words name no calendar date",
    "ambiguous": "day and month could be taken either way (--date-order)",
}


def steps_of_dates(
    stage: Dates, article: Article, record: Record, place: Stretch
) -> Iterator[Step]:
    """For each date at a place: read, look, anchor, value; and matches that are no date."""
    expressions = {expression.start: expression for expression in stage.expressions(article)}
    for date in record.dates:
        if not touching(date.start, date.end, place):
            continue
        reading = expressions[date.start].reading
        yield Step(date.id, "read", f"{quoted(date.text)} says {said_of(reading)}")
        if is_open(reading):
            look = stage.looks(article, date.start, date.end)
            said = "ahead" if look > 0 else "back" if look < 0 else "neither ahead nor back"
            yield Step(date.id, "look", f"the clause looks {said}")
        yield Step(date.id, "anchor", anchor_of(date, record))
        yield Step(date.id, "value", value_of(date))
    for match, outcome in stage.outcomes(article):
        if isinstance(outcome, str) and touching(match.start, match.end, place):
            words = quoted(article.text[match.start : match.end])
            yield Step(words, "refused", f"{match.rule.id} matches, but {outcome}")


def said_of(reading: Reading) -> str:
    """What the words of an expression say by themselves."""
    what = reading.what
    match what:
        case Stated(value):
            said = value
        case Partial():
            parts = {f.name: getattr(what, f.name) for f in fields(what)}
            shown = {name: value for name, value in parts.items() if value is not None}
            dull = {"around": "day", "fiscal": False}
            kept = [f"{n} {v}" for n, v in shown.items() if n != "base" and dull.get(n) != v]
            said = ", ".join(kept) + ("" if what.year is not None else ", and no year")
        case Shift(count=count, unit=unit):
            side = "before" if count < 0 else "after"
            said = f"{abs(count)} {unit}(s) {side} what it is counted from"
            said = f"the {what.grain or unit} it is counted from" if count == 0 else said
        case Length(value=value):
            said = f"a length of time, {value}"
        case TimeOfDay():
            said = f"a time of day, {reading.time}"
    return said + (f", {reading.mod}" if reading.mod else "")


def is_open(reading: Reading) -> bool:
    """Whether it depends on where the clause looks: "on Tuesday", "in March"."""
    what = reading.what
    return (
        isinstance(what, Partial)
        and (what.year, what.year_lean, what.lean, what.week_lean) == (None,) * 4
    )


def anchor_of(date: Date, record: Record) -> str:
    """What a date was counted from."""
    if date.anchor == "published":
        published = record.published
        known = f"{published.value} ({published.basis})" if published else "unknown"
        return f"counted from the publication date, {known}"
    if date.anchor is None:
        return "counted from nothing" if date.unresolved else "counted from nothing: stated whole"
    other = next(each for each in record.dates if each.id == date.anchor)
    return f"counted from {other.id}, {quoted(other.text)} = {other.value}"


def value_of(date: Date) -> str:
    """What it came to, or why to nothing."""
    value = f"{date.type} {date.value or 'without a value'}"
    days = f", {date.earliest} to {date.latest}" if date.earliest else ""
    why = f"; {UNRESOLVED[date.unresolved]}" if date.unresolved else ""
    return value + (f" {date.mod}" if date.mod else "") + days + why
