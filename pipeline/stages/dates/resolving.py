"""Resolves readings in text order: from what the words say and an anchor to a TIMEX3 value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.findings import Date, Unresolved
from pipeline.stages.dates.partials import (
    after,
    calendar_value,
    follows,
    in_month,
    is_weekday,
    near_value,
    nearest,
    real,
    story_value,
)
from pipeline.stages.dates.readings import (
    Length,
    Partial,
    Reading,
    Shift,
    Stated,
    TimeOfDay,
)
from pipeline.stages.dates.timex import (
    Grain,
    at_grain,
    grain_of,
    interval,
    plus,
    plus_months,
    shifted,
    third,
    unknown,
)


@dataclass(frozen=True, slots=True)
class Expression:
    """One temporal expression of the article: half-open source offsets, rule, and what it says."""

    start: int
    end: int
    rule: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an expression came to."""

    value: str | None
    anchor: str | None = None
    unresolved: Unresolved | None = None
    fiscal: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A calendar value of the text, the id of its date, and where it ends."""

    value: str
    date: str
    end: int
    grain: Grain
    aside: bool
    """Whether the text only looks there, and goes on where it was."""
    fiscal: bool = False
    reported: bool = False
    """Whether it is over, whatever the calendar says, since the text looks back on it."""


NO_DATE: Unresolved = "no-publication-date"

SAME_REPORT = 1200
"""Characters after a quarter within which "a year ago" means that quarter of the year before:
about what a report gives to one company's figures."""

LONG_BEFORE = 20
"""Years back at which a bare year is a look back and no step of the narrative."""

SENTENCE_END = re.compile(r"[.!?][\"”’')]*\s+(?=[\"“‘A-Z])")

SAME_DAY = 120
"""Characters after a day within which a time of day is one of that day: its sentence."""


class Resolver:
    """Resolves the expressions of one article, from first to last."""

    def __init__(
        self,
        expressions: Sequence[Expression],
        *,
        text: str,
        published: date | None,
        narrative: bool,
        looks: Callable[[int, int], int],
    ) -> None:
        self._expressions = expressions
        self._text = text
        self._published = published
        self._narrative = narrative
        self._looks = looks
        self._found: list[Date] = []
        self._mentions: list[Mention] = []
        """What a later date can count from, in text order."""
        self._sum_end = -SAME_REPORT
        """Where the last length ends that a report adds up over quarters: "the nine months"."""

    def dates(self) -> list[Date]:
        """Every expression as a date, in text order."""
        for number, expression in enumerate(self._expressions):
            self._found.append(self._date(number, expression))
        return [self._bounded(number) for number in range(len(self._found))]

    def _bounded(self, number: int) -> Date:
        """A length with the days that it has by the date beside it: "90 days from April 9"."""
        found, what = self._found[number], self._expressions[number].reading.what
        if not isinstance(what, Length) or what.side is not None:
            return found
        for neighbour, sides in ((number + 1, SIDE_OF_NEXT), (number - 1, SIDE_OF_LAST)):
            if not 0 <= neighbour < len(self._found):
                continue
            other = self._found[neighbour]
            first, second = sorted((found, other), key=lambda d: d.start)
            between = " ".join(self._text[first.end : second.start].split()).lower()
            if (side := sides.get(between)) is None:
                continue
            edge = other.latest if side < 0 else other.earliest
            days = None if edge is None else stretch(what, date.fromisoformat(edge), side)
            earliest, latest = (d.isoformat() for d in days) if days else (None, None)
            return found.model_copy(
                update={"anchor": other.id, "earliest": earliest, "latest": latest}
            )
        return found

    def _date(self, number: int, expression: Expression) -> Date:
        reading = expression.reading
        resolved = self._resolve(number, expression)
        value = resolved.value
        if value is not None and reading.time and "T" not in value:
            value += reading.time
        days = None if value is None or resolved.fiscal else interval(value)
        if days is not None and value is not None and reading.mod is not None:
            days = self._narrowed(days, expression)
        if isinstance(reading.what, Length):
            days = None
            if self._published is not None and reading.what.side is not None:
                days = stretch(reading.what, self._published, reading.what.side)
        identity = f"d{number + 1}"
        grain = grain_of(value) if value is not None else None
        dated = grain is not None and reading.type in ("DATE", "TIME")
        if value is not None and grain is not None and dated and not compares(reading.what):
            aside = self._is_aside(value)
            reported = grain in ("quarter", "half") and (
                resolved.fiscal or self._looks(expression.start, expression.end) < 0
            )
            mention = Mention(
                value, identity, expression.end, grain, aside, resolved.fiscal, reported
            )
            self._mentions.append(mention)
        if adds_up(reading.what):
            self._sum_end = expression.end
        unresolved = resolved.unresolved
        if unresolved is None and (value in ("PAST_REF", "FUTURE_REF") or value is None):
            unresolved = "vague"
        return Date(
            id=identity,
            start=expression.start,
            end=expression.end,
            text=self._text[expression.start : expression.end],
            type=reading.type,
            value=value,
            mod=reading.mod,
            earliest=days[0].isoformat() if days else None,
            latest=days[1].isoformat() if days else None,
            anchor=resolved.anchor,
            unresolved=unresolved,
            rule=expression.rule,
        )

    def _narrowed(self, days: tuple[date, date], expression: Expression) -> tuple[date, date]:
        """The days of a part of a stretch: of "mid-July", and of "earlier this year" up to today.

        A stretch that publication has not reached, or has passed, keeps its thirds.
        """
        today, words = self._published, self._text[expression.start : expression.end].lower()
        if today is not None and days[0] <= today <= days[1]:
            if words.startswith("earlier"):
                return days[0], today
            if words.startswith("later"):
                return today, days[1]
        return third(days, expression.reading.mod)

    def _is_aside(self, value: str | None) -> bool:
        """Whether it is a date to which the text does not move.

        A decade or a century; a bare year after publication, or long before the last date.
        """
        if value is None or not re.fullmatch(r"\d{2,4}", value):
            return False
        if len(value) < 4 or (self._published is not None and int(value) > self._published.year):
            return True
        steps = (mention.value for mention in reversed(self._mentions) if not mention.aside)
        last = interval(next(steps, ""))
        return last is not None and int(value) < last[0].year - LONG_BEFORE

    def _resolve(self, number: int, expression: Expression) -> Resolved:
        reading = expression.reading
        match reading.what:
            case Stated(value, fiscal):
                first = self._range_before(number, expression) if grain_of(value) else None
                unresolved: Unresolved | None = "ambiguous" if reading.ambiguous else None
                return Resolved(value, first.date if first else None, unresolved, fiscal)
            case Length() as length:
                anchored = length.side is not None and self._published is not None
                return Resolved(length.value, "published" if anchored else None)
            case TimeOfDay():
                return self._day_at(expression)
            case Shift() as shift if shift.base == "next-date":
                return self._of_next(number, shift)
            case Shift() as shift:
                return self._apposed(number, shift) or self._shift(shift, expression)
            case Partial() as partial:
                return self._partial(number, expression, partial)

    # Shifts -----------------------------------------------------------------------------------

    def _anchor(self, base: str, grain: Grain | None = None) -> tuple[str, str] | None:
        """Value and name of what to count from."""
        if base == "text" or (base == "story" and self._narrative):
            for mention in reversed(self._mentions):
                if mention.aside and base == "story":
                    continue
                if grain is None or (mention.grain == grain and self._has_ended(mention)):
                    return mention.value, mention.date
        if self._published is not None:
            return self._published.isoformat(), "published"
        return None

    def _has_ended(self, mention: Mention) -> bool:
        """Whether a period is over on the day of publication, as one must be to be reported on."""
        days = interval(mention.value)
        if days is None or self._published is None or mention.reported:
            return True
        return days[1] <= self._published

    def _shift(self, shift: Shift, expression: Expression) -> Resolved:
        if shift.unit == "year" and abs(shift.count) == 1 and shift.year_to_year:
            told = shift.base == "published"
            grains: Sequence[Grain] = ("quarter", "half") if told else ("quarter", "half", "month")
            grains = grains if shift.grain in (None, "year") else (shift.grain,)
            same = self._period_before(expression.start, grains)
            if same is not None:
                if same.value.startswith("XXXX"):
                    return Resolved(same.value, same.date, NO_DATE)
                value = shifted(same.value, shift.count, "year", same.grain)
                return Resolved(value, same.date, fiscal=same.fiscal)
        anchor = self._anchor(shift.base, shift.of)
        if shift.base == "text" and shift.of is None:
            anchor = self._point(shift)
        grain = shift.grain
        if anchor is None:
            wide: Grain = grain or (shift.unit if shift.unit in GRAINS else "day")  # type: ignore[assignment]
            return Resolved(unknown(wide), unresolved=NO_DATE)
        value, name = anchor
        if "X" in value:
            return Resolved(value, name, "vague")
        if grain is None:
            grain = self._grain(shift, value)
        look = (
            self._looks(expression.start, expression.end) if shift.of or grain == "weekend" else 0
        )
        if grain == "weekend":
            return Resolved(weekend(value, shift.count, look), name)
        count = shift.count
        if shift.of and name == "published" and look < 1:
            count -= 1
        result = shifted(value, count, shift.unit, grain)
        if result is None:
            return Resolved(unknown(grain), name, "vague" if name == "published" else NO_DATE)
        return Resolved(result, name, fiscal=shift.fiscal)

    def _point(self, shift: Shift) -> tuple[str, str] | None:
        """Value and name of the last date from which one can count by this unit.

        Nobody counts days from a year. News goes back to the last day told, or to its own; in a
        narrative that has moved on, what is counted to is as unknown as what it is counted from.
        """
        finest: Grain = "week" if shift.unit == "weekend" else shift.unit  # type: ignore[assignment]
        wide: Mention | None = None
        if shift.count == 0 and finest == "quarter":  # "that quarter", and not one of its days
            for mention in reversed(self._mentions):
                if mention.grain == finest:
                    return mention.value, mention.date
        for mention in reversed(self._mentions):
            if GRAINS.index(mention.grain) > GRAINS.index(finest):
                wide = wide or (None if mention.aside else mention)
                continue
            moved = wide is not None and not lies_in(mention.value, wide.value)
            if moved and (self._narrative or shift.count == 0):
                break
            return mention.value, mention.date
        if wide is None or not (self._narrative or shift.count == 0):
            return None if self._published is None else (self._published.isoformat(), "published")
        if wide.grain == "month" and finest == "day" and shift.count == 0:
            return f"{wide.value}-XX", wide.date
        return f"{wide.value[:4]}{unknown(shift.grain or finest)[4:]}", wide.date

    def _day_at(self, time: Expression) -> Resolved:
        """The day that a time of day is of.

        In a narrative the last one; else one named just before, or the day of publication, as it is
        for a time that has a line to itself, which says when what follows was written.
        """
        start = time.start
        is_stamp = self._published is not None and alone_on_line(time, self._text)
        for mention in () if is_stamp else reversed(self._mentions):
            if mention.grain == "day" and (self._narrative or start - mention.end <= SAME_DAY):
                return Resolved(mention.value.partition("T")[0], mention.date)
            if not self._narrative:
                break
        if self._published is None:
            return Resolved(unknown("day"), unresolved=NO_DATE)
        return Resolved(self._published.isoformat(), "published")

    def _of_next(self, number: int, shift: Shift) -> Resolved:
        """The stretch in which the date after this expression lies."""
        if shift.grain == "quarter" and self._mentions and self._mentions[-1].fiscal:
            last = self._mentions[-1]
            return Resolved(last.value, last.date, fiscal=True)
        if number + 1 < len(self._expressions) and shift.grain is not None:
            following = self._resolve(number + 1, self._expressions[number + 1])
            if following.value is not None and interval(following.value) is not None:
                value = shifted(following.value, 0, "day", shift.grain)
                return Resolved(value, following.anchor)
        return Resolved(unknown(shift.grain or "day"), unresolved=NO_DATE)

    def _apposed(self, number: int, shift: Shift) -> Resolved | None:
        """What the date after it says that it is: "a day later, on March 6"."""
        if shift.base != "text" or shift.grain is not None:
            return None
        for following in self._expressions[number + 1 : number + 2]:
            what, start = following.reading.what, self._expressions[number].end
            between = " ".join(self._text[start : following.start].split())
            if isinstance(what, Partial) and what.day is not None and between in APPOSED:
                same = self._resolve(number + 1, following)
                return Resolved(same.value, same.anchor, same.unresolved)
        return None

    def _period_before(self, start: int, grains: Sequence[Grain]) -> Mention | None:
        """The last period of these grains that the text reports on, just before a place.

        Or the year, where that or a sum over months is what the text has just told.
        """
        latest: Mention | None = None
        for mention in reversed(self._mentions):
            if start - mention.end > SAME_REPORT:
                break
            together = not SENTENCE_END.search(self._text, mention.end, start)
            if together and latest is None and mention.grain in (*grains, "year"):
                return self._summed(mention)
            over = mention.grain in grains and self._has_ended(mention)
            if over and (latest is None or mention.grain == latest.grain):
                latest = max(latest or mention, mention, key=lambda m: m.value)
        return None if latest is None else self._summed(latest)

    def _summed(self, mention: Mention) -> Mention:
        """A period, or its year where a sum over months was told after it."""
        if mention.end > self._sum_end or not mention.value[:4].isdigit():
            return mention
        return replace(mention, value=mention.value[:4], grain="year")

    @staticmethod
    def _grain(shift: Shift, value: str) -> Grain:
        """How wide "a month later" is: as the unit or as the anchor, whichever is finer.

        But days and weeks from a day make a day.
        """
        anchor = grain_of(value) or "day"
        if shift.unit in ("day", "week"):
            return "day" if anchor == "day" else "week" if shift.unit == "week" else "day"
        unit: Grain = shift.unit  # type: ignore[assignment]
        if abs(shift.count) > 1 and unit == "year":
            return unit
        return unit if anchor == "day" else min(unit, anchor, key=GRAINS.index)

    # Partial dates ----------------------------------------------------------------------------

    def _partial(self, number: int, expression: Expression, partial: Partial) -> Resolved:
        if partial.base == "range":
            return self._range_end(partial)
        if partial.base == "next-date":
            return self._range_start(number, partial)
        if partial.year is None and partial.year_lean is None:
            partial = self._with_year_of_range(number, expression, partial)
            partial = self._with_week_of_range(number, expression, partial)
        if (placed := self._by_its_place(number, expression, partial)) is not None:
            return placed
        first = self._range_before(number, expression)
        if partial.year is not None:
            value = calendar_value(partial, partial.year)
            return Resolved(value, first.date if first else None, fiscal=partial.fiscal)
        if first is not None and follows(partial, self._expressions[number - 1].reading.what):
            value = after(partial, first.value)
            unknown_year = value is None or value.startswith("XXXX")
            return Resolved(value, first.date, NO_DATE if unknown_year else None)
        anchor = self._anchor(partial.base)
        days = None if anchor is None else interval(anchor[0])
        if anchor is None or days is None:
            return Resolved(calendar_value(partial, None), unresolved=NO_DATE)
        today = days[0]
        if partial.year_lean is not None:
            year = today.year + partial.year_lean
            return Resolved(calendar_value(partial, year), anchor[1], fiscal=partial.fiscal)
        told = partial.weekday is None or partial.month is not None
        if self._narrative and partial.lean is None and anchor[1] != "published" and told:
            return Resolved(story_value(partial, *self._story(anchor[0])), anchor[1])
        look = self._look(number) if partial.lean is None else 0
        value = near_value(partial, today, look)
        if look == -2 and value is not None and self._ends_after(number, expression, value, today):
            value = (date.fromisoformat(value) - timedelta(7)).isoformat()
        return Resolved(value, anchor[1], fiscal=partial.fiscal)

    def _by_its_place(
        self, number: int, expression: Expression, partial: Partial
    ) -> Resolved | None:
        """What the text around it says that it is, where it does."""
        if partial.quarter is not None:
            return self._ended(number, expression, partial)
        if partial.base == "text" and partial.year is not None:
            return self._of_period(expression.start, partial.year)
        if partial.day is not None and partial.month is None:
            return self._day_of_month(expression, partial)
        same = self._called(number, expression)
        return None if same is None else Resolved(same.value, same.date)

    def _look(self, number: int) -> int:
        """How the clause around an expression looks; the members of a list look as its first."""
        while number > 0:
            first, second = self._expressions[number - 1 : number + 1]
            between = " ".join(self._text[first.end : second.start].split())
            both = isinstance(first.reading.what, Partial) and first.reading.what.year is None
            if between not in ("and", "or") or not both:
                break
            number -= 1
        expression = self._expressions[number]
        return self._looks(expression.start, expression.end)

    def _story(self, last: str) -> tuple[int, int | None]:
        """Year and month that a narrative is in at its last date.

        The month is that of an earlier date of the same year, where the last one has none.
        """
        days = interval(last)
        year = days[0].year if days is not None else 1
        for mention in reversed(self._mentions):
            days = interval(mention.value)
            if mention.aside:
                continue
            if days is None or days[0].year != year:
                return year, None
            if mention.grain in ("day", "week", "weekend", "month"):
                return year, days[0].month
        return year, None

    def _of_period(self, start: int, year: int) -> Resolved:
        """The quarter, half or month that the text reports on, of another year; or that year."""
        period = self._period_before(start, ("quarter", "half", "month"))
        if period is None:
            return Resolved(f"{year:04}")
        return Resolved(f"{year:04}{period.value[4:]}", period.date, fiscal=period.fiscal)

    def _range_end(self, partial: Partial) -> Resolved:
        if not self._mentions:
            return Resolved(None, unresolved="vague")
        first, name = self._mentions[-1].value, self._mentions[-1].date
        if partial.day is not None:
            year = f"{partial.year:04}" if partial.year is not None else first[:4]
            value = f"{year}{first[4:8]}{partial.day:02}"
            return Resolved(value if real(value) else None, name, NO_DATE if "X" in year else None)
        year_end = partial.year or 0
        if len(first) == 4 and first.isdigit():
            year_end = int(first[:2]) * 100 + year_end % 100
            year_end += 100 if year_end < int(first) else 0
        return Resolved(f"{year_end:04}", name)

    def _range_start(self, number: int, partial: Partial) -> Resolved:
        for following in self._expressions[number + 1 : number + 2]:
            what = following.reading.what
            if isinstance(what, Partial) and what.month is not None:
                whole = replace(what, day=partial.day, weekday=None)
                return self._partial(number + 1, following, whole)
        return Resolved(None, unresolved="vague")

    def _range_before(self, number: int, expression: Expression) -> Mention | None:
        """The first end of the range that a date ends: "from April 9 to July 8"."""
        if number == 0 or not self._mentions or self._mentions[-1].date != f"d{number}":
            return None
        first = self._expressions[number - 1]
        between = " ".join(self._text[first.end : expression.start].split())
        before = self._text[max(0, first.start - 12) : first.start].split()[-1:]
        opened = before and before[0].lower() in ("from", "between")
        joins = ("to", "through", "until", "till", "and") if opened else ("-", "–", "—", "through")
        if is_weekday(first.reading.what) and is_weekday(expression.reading.what):
            joins = (*joins, "to", "until")
        return self._mentions[-1] if between in joins else None

    def _called(self, number: int, expression: Expression) -> Mention | None:
        """The day that a weekday only calls by its name: "On Feb. 1, a Saturday, he signed"."""
        if number == 0 or not self._mentions or self._mentions[-1].date != f"d{number}":
            return None
        between = self._text[self._expressions[number - 1].end : expression.start].split()
        if between != [",", "a"] or not is_weekday(expression.reading.what):
            return None
        return self._mentions[-1] if self._mentions[-1].grain == "day" else None

    def _with_week_of_range(self, number: int, expression: Expression, partial: Partial) -> Partial:
        """The week that the weekday beside it names: "Monday to Friday next week"."""
        if not is_weekday(partial) or partial.lean is not None or partial.week_lean is not None:
            return partial
        for following in self._expressions[number + 1 : number + 2]:
            what = following.reading.what
            joint = " ".join(self._text[expression.end : following.start].split())
            if isinstance(what, Partial) and what.week_lean is not None and joint in RANGE_WORDS:
                return replace(partial, week_lean=what.week_lean, base=what.base)
        for before in self._expressions[max(0, number - 1) : number]:
            what = before.reading.what
            joint = " ".join(self._text[before.end : expression.start].split())
            if isinstance(what, Partial) and is_weekday(what) and joint in ("and", "or"):
                return replace(partial, lean=what.lean, week_lean=what.week_lean, base=what.base)
        return partial

    def _ends_after(self, number: int, expression: Expression, value: str, today: date) -> bool:
        """Whether a weekday opens a range whose other end would lie ahead of publication."""
        for following in self._expressions[number + 1 : number + 2]:
            what = following.reading.what
            joint = " ".join(self._text[expression.end : following.start].split())
            if not isinstance(what, Partial) or joint not in RANGE_WORDS - {"and", "or"}:
                return False
            if is_weekday(expression.reading.what) and follows(what, expression.reading.what):
                end = after(what, value)
                return end is not None and end > today.isoformat()
        return False

    def _ended(self, number: int, expression: Expression, partial: Partial) -> Resolved | None:
        """A quarter whose last day is said after it: "the fourth quarter ended Aug. 26".

        Where that day lies in another quarter of the calendar, it is the label of a fiscal one.
        """
        for following in self._expressions[number + 1 : number + 2]:
            between = " ".join(self._text[expression.end : following.start].split())
            if between.removesuffix(" on") not in ("ended", "that ended", "which ended"):
                return None
            end = self._resolve(number + 1, following)
            days = interval(end.value) if end.value is not None else None
            if days is not None:
                year = days[1].year if partial.year is None else partial.year
                value = calendar_value(partial, year)
                return Resolved(value, end.anchor, fiscal=value != at_grain(days[1], "quarter"))
        return None

    def _day_of_month(self, expression: Expression, partial: Partial) -> Resolved:
        """A day of the month that the text is in: "on the 20th", "by the 5th of next month"."""
        today = self._published
        if today is not None and partial.month_lean is not None:
            return Resolved(in_month(partial, plus_months(today, partial.month_lean)), "published")
        for mention in reversed(self._mentions):
            days = interval(mention.value)
            if days is None or mention.grain not in ("day", "week", "month"):
                continue
            if today is None or self._narrative or not lies_in(mention.value, f"{today:%Y-%m}"):
                return Resolved(in_month(partial, days[0]), mention.date)
            break
        if today is None:
            return Resolved(f"XXXX-XX-{partial.day:02}", unresolved=NO_DATE)
        values = [in_month(partial, plus_months(today, count)) for count in range(-2, 3)]
        options = [(v, days) for v in values if v is not None and (days := interval(v))]
        look = self._looks(expression.start, expression.end)
        return Resolved(nearest(options, today, look, None), "published")

    def _with_year_of_range(self, number: int, expression: Expression, partial: Partial) -> Partial:
        """The year at the end of a range or list: "March 3, April 5 and May 7, 2025"."""
        if not (partial.month or partial.season or partial.quarter):
            return partial
        end = expression.end
        for following in self._expressions[number + 1 :]:
            what = following.reading.what
            joint = " ".join(self._text[end : following.start].split())
            if not isinstance(what, Partial) or joint not in RANGE_WORDS | LIST_MARKS:
                return partial
            if not (what.month or what.season or what.quarter) and what.base != "range":
                return partial
            if what.year is None and what.year_lean is None:
                end = following.end
                continue
            if what.year is None or joint == ",":
                return partial
            earlier = (what.month or 12) < (partial.month or 0)
            return replace(partial, year=what.year - 1 if earlier else what.year)
        return partial


APPOSED = frozenset({", on", ",", "(", ", on the night of"})
"""What stands between a date that is counted and its day of the calendar."""
GRAINS: Sequence[Grain] = (
    "day", "weekend", "week", "month", "quarter", "season", "half", "year", "decade", "century",
)  # fmt: skip
SIDE_OF_NEXT = {
    "to": -1, "ended": -1, "ending": -1, "through": -1, "until": -1, "before": -1,
    "from": 1, "after": 1, "since": 1, "of": 1, "starting": 1, "beginning": 1,
    "starting on": 1, "beginning on": 1, "starting in": 1, "beginning in": 1,
}  # fmt: skip
"""What stands between a length and the date after it → whether it ends (-1) or begins there."""
SIDE_OF_LAST = {"for": 1, ", for": 1, "and lasts": 1, "and lasted": 1, "and run for": 1}
"""The same for the date before it."""
RANGE_WORDS = frozenset({"to", "-", "–", "—", "and", "through", "until", "till", "or"})
LIST_MARKS = frozenset({",", ", and", ", or", "/"})
"""What stands between the members of a list whose last one says the year."""


def adds_up(what: object) -> bool:
    """Whether it is a length of more than a quarter, up to a year: "the first nine months"."""
    if not isinstance(what, Length) or what.count is None:
        return False
    return (what.unit == "month" and 3 < what.count <= 12) or (
        what.unit == "year" and what.count == 1 and what.side is None
    )


def lies_in(value: str, stretch: str) -> bool:
    """Whether the days of a calendar value begin within those of another."""
    days, around = interval(value), interval(stretch)
    return days is not None and around is not None and around[0] <= days[0] <= around[1]


def compares(what: object) -> bool:
    """Whether it only holds a time against one before it, and the text does not move there."""
    if isinstance(what, Partial):
        return what.base == "text" and (what.year is not None or what.year_lean is not None)
    if not isinstance(what, Shift):
        return False
    return (what.unit == "year" and what.year_to_year) or (what.base == "text" and what.count < 0)


def alone_on_line(expression: Expression, text: str) -> bool:
    """Whether an expression fills its line."""
    before = text[: expression.start].rpartition("\n")[2]
    after = text[expression.end :].partition("\n")[0]
    return not before.strip() and not after.strip()


def weekend(value: str, weeks: int, look: int) -> str | None:
    """The weekend some weeks from a day's; from the last one, unless the clause looks ahead."""
    days = interval(value)
    if days is None:
        return None
    today = days[0]
    if weeks == 0 and today.weekday() < 5 and look < 1:
        weeks = -1
    return at_grain(today + timedelta(7 * weeks), "weekend")


def stretch(length: Length, day: date, side: int) -> tuple[date, date] | None:
    """First and last day of a length that ends (-1) or begins (1) on a day; None if it is vague."""
    if length.count is None or length.unit in (None, "second", "minute", "hour"):
        return None
    try:
        other = plus(day, side * length.count, length.unit)
    except (ValueError, OverflowError):
        return None
    return (other, day) if side < 0 else (day, other)
