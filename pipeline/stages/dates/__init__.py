"""Finds dates, times, lengths of time and rhythms, with TIMEX3 values counted from an anchor.

Find (`cues.py` and the rules), read (`readings.py`), join a time with its day, resolve
(`resolving.py`). The clock is never asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date
from typing import ClassVar

from pipeline.article import Article
from pipeline.findings import Date, Finding
from pipeline.patterns import RegexPattern
from pipeline.rulebook import Match, Rule, Rulebook, longest
from pipeline.rulefile import RuleFault
from pipeline.stages.dates.cues import Cues
from pipeline.stages.dates.direction import Directions
from pipeline.stages.dates.orders import Orders
from pipeline.stages.dates.readings import (
    READERS,
    Partial,
    Reading,
    Shift,
    TimeOfDay,
    Words,
    plain,
    squeezed,
)
from pipeline.stages.dates.resolving import Expression, Resolver
from pipeline.stages.dates.timex import interval


class Dates:
    """Finds dates."""

    name: ClassVar[str] = "dates"
    finds: ClassVar[tuple[type[Finding], ...]] = (Date,)
    needs: ClassVar[tuple[type[Finding], ...]] = ()

    def __init__(self, rules: Rulebook) -> None:
        self._patterns: dict[str, list[tuple[Rule, RegexPattern]]] = {}
        for rule in rules.rules:
            if rule.gives.get("read") not in READERS:
                known = ", ".join(sorted(READERS))
                raise RuleFault(rule.where, f"gives no `read` that is one of {known}")
            if not isinstance(rule.pattern, RegexPattern):
                raise RuleFault(rule.where, "a rule of this stage is a regex")
            self._patterns.setdefault(rule.finds, []).append((rule, rule.pattern))
        self._cues = Cues(rules)
        self._lexicons = plain(rules.lexicons)
        self._orders = Orders(rules)
        self._directions = Directions(
            plans=frozenset(self._lexicons["plans"]),
            plans_for=frozenset(self._lexicons["plans-for"]),
            lasting=frozenset(self._lexicons["lasting"]),
            timetabled=frozenset(self._lexicons["timetabled"]),
            before=self._lexicons["ahead-before"],
        )

    def __call__(self, article: Article) -> Iterable[Date]:
        """In text order."""
        expressions = self.expressions(article)
        published = publication_day(article)
        return Resolver(
            expressions,
            text=article.text,
            published=published,
            narrative=is_narrative(expressions, published),
            looks=lambda start, end: self.looks(article, start, end),
        ).dates()

    def expressions(self, article: Article) -> list[Expression]:
        """What is found and read, in text order, before it is resolved."""
        read = [
            Expression(match.start, match.end, match.rule.id, outcome)
            for match, outcome in self.outcomes(article)
            if not isinstance(outcome, str)
        ]
        return joined(read, article.text)

    def looks(self, article: Article, start: int, end: int) -> int:
        """Where the clause of a date looks: 1 ahead, -1 back, 0 neither."""
        return self._directions.of(article, start, end)

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """The date found where the rule matches, else the words of its slots."""
        for found in self(article):
            if found.start <= match.start and match.end <= found.end:
                return found.model_dump()
        return match.slot_words(article)

    def outcomes(self, article: Article) -> Iterator[tuple[Match, Reading | str]]:
        """The longest matches, each with what its words say, or why they are no date."""
        matches = longest(self._matches(article))
        order = self._orders.of(article, matches)
        for match in matches:
            words = Words(
                {name: squeezed(match.words(article, name) or "") for name in match.slots},
                match.rule.gives,
                self._lexicons,
                order,
            )
            ahead = match.rule.gives.get("clause") == "ahead"
            if is_verb(match, article):
                yield match, "the word is a verb here"
            elif ahead and self.looks(article, match.start, match.end) < 1:
                yield match, "the clause does not look ahead, as the rule wants"
            else:
                reading = READERS[str(match.rule.gives["read"])](words)
                yield match, reading or "the words say no value that there is"

    def _matches(self, article: Article) -> Iterator[Match]:
        for kind, windows in self._cues.windows(article.doc, article.body).items():
            for rule, pattern in self._patterns[kind]:
                for start, end in windows:
                    for hit in pattern.search(article.body, start, end):
                        yield Match(rule, hit.start, hit.end, hit.slots)


def is_verb(match: Match, article: Article) -> bool:
    """Whether a bare "May" or "March" is one, as in "May the best firm win"."""
    month = match.slots.get("month")
    if month is None or (month.start, month.end) != (match.start, match.end):
        return False
    word = article.doc.char_span(month.start, month.end, alignment_mode="expand")
    return word is not None and word.root.tag_ in ("MD", "VB", "VBP")


def publication_day(article: Article) -> date | None:
    """The day of publication; None where only a month or a year is known, or nothing.

    Also None in the first and last year of the calendar, where counting would leave it.
    """
    if article.published is None:
        return None
    days = interval(article.published.value)
    if days is None or days[0] != days[1] or not MINYEAR < days[0].year < MAXYEAR:
        return None
    return days[0]


def is_narrative(expressions: Sequence[Expression], published: date | None) -> bool:
    """Whether the text tells of the past and counts from its own dates.

    It goes by months and days of years long before its publication, and hardly has a word that
    points from the day of writing. Years alone are the background of news.
    """
    told, pointing = 0, 0
    for expression in expressions:
        what = expression.reading.what
        if isinstance(what, Partial):
            year = what.year if what.month is not None else None
            told += year is not None and (published is None or year < published.year - 1)
            pointing += what.year is None and what.weekday is not None and what.month is None
        elif isinstance(what, Shift):
            pointing += what.base == "published"
    return told >= LEAST_TOLD and told >= TOLD_PER_POINTING * pointing


LEAST_TOLD = 4
"""Months and days of a year of long ago that make a narrative; news has two or three."""
TOLD_PER_POINTING = 4
"""How many of them outweigh one "yesterday" or "Tuesday"."""


def joined(expressions: Sequence[Expression], text: str) -> list[Expression]:
    """Expressions with each time of day joined to the day beside it: "9 a.m. EST Tuesday".

    A time with another one in brackets, or up to which it runs, takes the day after them: "3 p.m.
    (1900 GMT) Tuesday", "9 a.m. to 5 p.m. Monday".
    """
    result: list[Expression] = []
    for expression in expressions:
        if result and (both := _join(result[-1], expression, text)) is not None:
            result[-1] = both
        else:
            result.append(expression)
    for i in range(len(result) - 2):
        time, other, day = result[i : i + 3]
        times = _is_time(time) and _is_time(other)
        if times and _is_day(day) and _in_brackets(time, other, day, text):
            result[i] = replace(time, reading=_with_day(time, day))
            result[i + 1] = replace(other, reading=_with_day(other, day))
    for i in range(len(result) - 1):
        first, last = result[i : i + 2]
        between = squeezed(text[first.end : last.start])
        if _is_time(first) and last.reading.time and not _is_time(last) and between in TIMES:
            result[i] = replace(first, reading=_with_day(first, last))
    return result


TIMES = frozenset({"to", "-", "–", "until", "and", "or"})
"""What stands between two times of one day."""
TIME_THEN_DAY = frozenset({"", ",", "on", "of", ", on"})
DAY_THEN_TIME = frozenset({"", ",", "at", ", at", "around", "about"})


def _join(first: Expression, second: Expression, text: str) -> Expression | None:
    if text.count("\n", first.end, second.start) > 1:
        return None  # a date line, and the first time stamp after it
    between = " ".join(text[first.end : second.start].split())
    if _is_time(first) and _is_day(second) and between in TIME_THEN_DAY:
        time, day = first, second
    elif _is_day(first) and _is_time(second) and between in DAY_THEN_TIME:
        time, day = second, first
    else:
        return None
    return Expression(first.start, second.end, time.rule, _with_day(time, day))


def _in_brackets(before: Expression, it: Expression, after: Expression, text: str) -> bool:
    opening, closing = text[before.end : it.start], text[it.end : after.start]
    return squeezed(opening) == "(" and squeezed(closing) in (")", ") on", "),")


def _with_day(time: Expression, day: Expression) -> Reading:
    mod = time.reading.mod or day.reading.mod
    return replace(day.reading, type="TIME", time=time.reading.time, mod=mod)


def _is_time(expression: Expression) -> bool:
    return isinstance(expression.reading.what, TimeOfDay)


def _is_day(expression: Expression) -> bool:
    """Whether it names a day and no time of day yet (or one that figures make more exact)."""
    reading = expression.reading
    what = reading.what
    if isinstance(what, Partial):
        return what.day is not None or what.weekday is not None or what.holiday is not None
    return isinstance(what, Shift) and what.grain == "day" and what.base == "published"
