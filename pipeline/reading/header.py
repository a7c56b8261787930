"""The head of an article: its title, and the publication date that the text itself gives."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from pipeline.article import Problem, Published
from pipeline.findings import Span
from pipeline.reading.layout import Line, adjoining, first_prose

if TYPE_CHECKING:
    from pipeline.reading.furniture import LineRules

LONGEST_TITLE = 200
"""Characters; the longest headline in forty years of Reuters and AP copy stays below."""

HEAD_LINES = 12
"""Lines that are not furniture in which a publication date is looked for, from the top."""

PROSE_LINES = 2
"""Paragraphs among these: a dateline opens the first, or the second below a summary."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

CREDIT = re.compile(
    r"by\s|\(|\W*(?:published|updated|posted)\b"
    r"|for immediate release|(?:press|news|media) release\W*$",
    re.IGNORECASE,
)
"""Who wrote the article, when, or as what, and an agency's notes: "(Adds detail)"."""

DATELINE = re.compile(r"[A-Z][A-Z .'-]{2,30},")
"""How running text begins below an agency's headline: "WASHINGTON, April 17 - "."""

HEADING_MARK = re.compile(r"#{1,6}\s+")
"""Markdown's mark in front of a heading."""


class DayAndMonth(NamedTuple):
    """What a dateline without a year says."""

    month: int
    day: int


class HeadDate(NamedTuple):
    """A date in the head of an article: `YYYY-MM-DD`, or day and month where no year stands."""

    value: str | DayAndMonth
    span: Span


# Dates --------------------------------------------------------------------------------------------


def date_of(words: Mapping[str, str]) -> str | None:
    """The ISO date that the slots `year month day` say; None where a slot or such a day is not."""
    found = _date_of(words)
    return found if isinstance(found, str) else None


def _date_of(words: Mapping[str, str]) -> str | DayAndMonth | None:
    if "month" not in words or "day" not in words:
        return None
    said, day = words["month"], int(words["day"])
    month = int(said) if said.isdigit() else MONTHS.index(said[:3].lower()) + 1
    try:
        if "year" in words:
            return date(int(words["year"]), month, day).isoformat()
        date(2000, month, day)  # a leap year: February 29 is a day
    except ValueError:
        return None
    return DayAndMonth(month, day)


def publication_date(said: str) -> str:
    """`YYYY-MM-DD` from what metadata or a user says: ISO 8601 or RFC 2822, with or without time.

    The day is the one written, in the zone in which it was written. Raises `ValueError`.
    """
    said = said.strip()
    try:
        return datetime.fromisoformat(said).date().isoformat()
    except ValueError:
        pass
    try:
        return email.utils.parsedate_to_datetime(said).date().isoformat()
    except (TypeError, ValueError):
        raise ValueError(f"{said!r} is no date like 2026-01-16") from None


def head_date(lines: Sequence[Line], rules: LineRules) -> HeadDate | None:
    """The publication date in the head of an article: a full one before one without a year.

    `lines` are those that are not furniture. Of several, that of the rule first in the file.
    """
    found = sorted(_head_dates(lines, rules), key=lambda each: each[0])
    full = [date for _, date in found if isinstance(date.value, str)]
    return next(iter(full or [date for _, date in found]), None)


def _head_dates(lines: Sequence[Line], rules: LineRules) -> Iterator[tuple[int, HeadDate]]:
    prose = 0
    for line in lines[:HEAD_LINES]:
        if (found := rules.at_start(line)) is not None:
            rule, match = found
            words = {name: said for name, said in match.groupdict().items() if said is not None}
            if (value := _date_of(words)) is not None:
                start, end = (line.start + offset for offset in match.span("date"))
                span = Span(start=start, end=end, text=match.group("date"))
                yield rule.order, HeadDate(value, span)
        prose += line.is_prose
        if prose == PROSE_LINES:
            return


def publication(
    found: HeadDate | None, metadata: str | None, given: str | None
) -> tuple[Published | None, tuple[Problem, ...]]:
    """The publication date, and a problem where the text and the metadata disagree.

    What the text says comes before metadata, and that before what the user gives for articles
    that carry none.
    """
    problems: tuple[Problem, ...] = ()
    known: str | None = None
    if metadata is not None:
        try:
            known = publication_date(metadata)
        except ValueError as error:
            problems = (Problem(kind="unreadable-publication-date", message=str(error)),)
    if found is not None and isinstance(found.value, str):
        if known is not None and known != found.value:
            problems += (_disagreement(found.span.text, known),)
        return Published(value=found.value, basis="dateline", span=found.span), problems
    if found is not None and known is not None and not _near(found.value, known):
        problems += (_disagreement(found.span.text, known),)
    if known is not None:
        return Published(value=known, basis="metadata"), problems
    return (Published(value=given, basis="given") if given is not None else None), problems


def _disagreement(said: str, known: str) -> Problem:
    message = f"the text says {said!r}, the metadata {known}; the text was followed"
    return Problem(kind="publication-dates-differ", message=message)


def _near(dateline: str | DayAndMonth, known: str) -> bool:
    """Whether a dateline without a year fits a date: it is written a few days before at most."""
    if isinstance(dateline, str):
        return dateline == known
    day = date.fromisoformat(known)
    days = [_day(year, dateline) for year in (day.year - 1, day.year)]
    return any(0 <= (day - each).days <= 3 for each in days if each is not None)


def _day(year: int, of: DayAndMonth) -> date | None:
    try:
        return date(year, of.month, of.day)
    except ValueError:
        return None


# Title --------------------------------------------------------------------------------------------


def title_span(text: str, lines: Sequence[Line], said: str | None, rules: LineRules) -> Span | None:
    """The headline; `lines` are those that are not furniture.

    A title that metadata gives is taken where the text has it among its first lines; else the
    first line that looks like a headline: short, no sentence, with an article below it.
    """
    if said is not None and (line := _line_of(said, lines)) is not None:
        return Span(start=line.start, end=line.end, text=line.text)
    body = first_prose(lines)
    above = [i for i in range(min(body, len(lines))) if not _is_credit(lines[i], rules)]
    if not above or body == len(lines):
        return None
    first = above[0]
    if len(above) > 1 and lines[first].word_count <= 2 and lines[above[1]].word_count >= 4:
        first = above[1]  # a section label above the headline: "Economy"
    return _headline(text, lines[: body + 1], first)


def _line_of(said: str, lines: Sequence[Line]) -> Line | None:
    wanted = " ".join(said.split())
    return next((ln for ln in lines[:HEAD_LINES] if " ".join(ln.text.split()) == wanted), None)


def _is_credit(line: Line, rules: LineRules) -> bool:
    """Whether a line says who wrote the article or when."""
    return CREDIT.match(line.text) is not None or rules.at_start(line) is not None


def _headline(text: str, lines: Sequence[Line], first: int) -> Span | None:
    """The headline that begins on a line, over as many lines as it was set in, or None."""
    last = first
    while last + 1 < len(lines) and _goes_on(text, lines[last], lines[last + 1]):
        last += 1
    start, end = lines[first].start, lines[last].end
    if (mark := HEADING_MARK.match(lines[first].text)) is not None:
        start += mark.end()
    tail = lines[last]
    if end - start > LONGEST_TITLE or lines[first].word_count < 2:
        return None
    is_text = tail.ends_sentence and not tail.is_title_case
    if is_text or tail.text[-1] in ":,;-–—_" or _is_wrapped(text, lines[last : last + 2]):
        return None
    return Span(start=start, end=end, text=text[start:end])


def _goes_on(text: str, line: Line, following: Line) -> bool:
    """Whether a headline is set in two lines: the second is joined on and begins in lower case."""
    return adjoining(text, line, following) and following.text[0].islower()


def _is_wrapped(text: str, pair: Sequence[Line]) -> bool:
    """Whether a line is running text set to a width: the next, of like length, is joined on."""
    if len(pair) < 2 or pair[1].is_prose or not adjoining(text, *pair):
        return False
    return len(pair[1].text) > 0.6 * len(pair[0].text) and not DATELINE.match(pair[1].text)
