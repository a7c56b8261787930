"""The calendar values of partial dates: near a day, after the start of a range, in a narrative."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from pipeline.stages.dates.holidays import holiday
from pipeline.stages.dates.readings import Partial
from pipeline.stages.dates.timex import at_grain, interval, unknown


def is_weekday(what: object) -> bool:
    """Whether it is a weekday that has no month."""
    return isinstance(what, Partial) and what.weekday is not None and what.month is None


def in_month(partial: Partial, day: date) -> str | None:
    """The value of a day of the month in which another day lies; None for the 31st of April."""
    return calendar_value(replace(partial, month=day.month), day.year)


def real(value: str) -> bool:
    """Whether the calendar has such a day, as far as the value is known."""
    if not value.startswith("XXXX"):
        return interval(value) is not None
    return value[5:7] == "XX" or interval(f"2000{value[4:]}") is not None


def calendar_value(partial: Partial, year: int | None) -> str | None:
    """The value of parts of a date in a year, XXXX where it is not known; None for 31 April."""
    said = "XXXX" if year is None else f"{year:04}"
    if partial.holiday is not None:
        day = holiday(partial.holiday, year if year is not None else 2000)
        if day is None:
            return None
        if partial.around != "day":
            return (
                around_holiday(day, partial.around) if year is not None else unknown(partial.around)
            )
        fixed = partial.holiday[:2].isdigit() and partial.holiday[2:3] == "-"
        return f"{said}-{day:%m-%d}" if year is not None or fixed else f"{said}-XX-XX"
    if partial.quarter is not None:
        return f"{said}-Q{partial.quarter}"
    if partial.half is not None:
        return f"{said}-H{partial.half}"
    if partial.season is not None:
        return f"{said}-{partial.season}"
    if partial.month is not None:
        value = f"{said}-{partial.month:02}" + (f"-{partial.day:02}" if partial.day else "")
        return value if real(value) else None
    if partial.weekday is not None:
        return f"{said}-WXX-{partial.weekday}"
    return said


def around_holiday(day: date, stretch: Literal["week", "weekend"]) -> str:
    """The week of a holiday, or its weekend, which is the one before a Monday."""
    monday = stretch == "weekend" and day.weekday() == 0
    return at_grain(day - timedelta(1) if monday else day, stretch)


def near_value(partial: Partial, today: date, look: int) -> str | None:
    """The value of parts of a date without a year, near a day.

    Told by last, this, next, or by `look`, the direction of the clause.
    """
    if partial.weekday is not None and partial.week_lean is not None:
        days = partial.weekday - today.isoweekday() + 7 * partial.week_lean
        return (today + timedelta(days)).isoformat()
    if partial.weekday is not None and partial.month is None:
        return near_weekday(partial.weekday, today, partial.lean, look).isoformat()
    if (partial.quarter or partial.half) and partial.lean is None:
        return near_quarter(lambda year: calendar_value(partial, year), today, look)
    options = list(_options(partial, today))
    if partial.weekday is not None and partial.day is not None:
        options = [o for o in options if o[1][0].isoweekday() == partial.weekday] or options
    if not options:
        return calendar_value(partial, None)
    return nearest(options, today, look, partial.lean)


def follows(partial: Partial, first: object) -> bool:
    """Whether the words leave it to the first end of the range which one is meant."""
    if partial.year_lean is not None or partial.lean is not None or partial.week_lean is not None:
        return False
    return partial.month is not None or (is_weekday(partial) and is_weekday(first))


def after(partial: Partial, first: str) -> str | None:
    """The value of a date without a year as the end of a range that begins at `first`."""
    start = interval(first)
    if start is None:
        return calendar_value(partial, None)
    if partial.weekday is not None and partial.month is None:
        days_on = (partial.weekday - start[0].isoweekday()) % 7
        return (start[0] + timedelta(days_on)).isoformat()
    value = calendar_value(partial, int(first[:4]))
    days = interval(value or "")
    if days is not None and days[1] < start[0]:
        return calendar_value(partial, int(first[:4]) + 1)
    return value


def story_value(partial: Partial, year: int, month: int | None) -> str | None:
    """The value of parts of a date in a narrative that is in a year, and in a month of it.

    Of the same year, or of the next where the months start anew ("in December … in January").
    """
    if partial.weekday is not None and partial.month is None:
        return None
    value = calendar_value(partial, year)
    days = interval(value) if value is not None else None
    if days is not None and month is not None:
        start = (days[0].year - year) * 12 + days[0].month
        if month - start > STARTS_ANEW:
            return calendar_value(partial, year + 1)
    return value


STARTS_ANEW = 7
"""Months back from which a narrative is taken to have come to the next year."""


def near_weekday(weekday: int, today: date, lean: int | None, look: int) -> date:
    """The day of a weekday near another day, which is itself taken if it is one."""
    back = (today.isoweekday() - weekday) % 7
    if lean is not None and lean < 0:
        return today - timedelta((back or 7) + 7 * (-lean - 1))
    if lean is not None and lean > 0:
        return today + timedelta(7 * lean - back)
    if lean == 0:
        return today + timedelta(weekday - today.isoweekday())
    if look == 2 and back:
        return today + timedelta(7 - back)
    return today - timedelta(back)


Option = tuple[str, tuple[date, date]]


def _options(partial: Partial, today: date) -> Iterator[Option]:
    for year in range(today.year - 2, today.year + 3):
        value = calendar_value(partial, year)
        days = interval(value) if value is not None else None
        if value is not None and days is not None:
            yield value, days


def nearest(options: Sequence[Option], today: date, look: int, lean: int | None) -> str:
    """The option that the words or the direction of the clause ask for."""
    current = next((o for o in options if o[1][0] <= today <= o[1][1]), None)
    past = [o for o in options if o[1][1] < today]
    ahead = [o for o in options if o[1][0] > today]
    if lean == -1 and past:
        return past[-1][0]
    if lean == 1 and ahead:
        return ahead[0][0]
    if lean == 0:
        return next((o for o in options if o[0].startswith(f"{today.year:04}")), options[0])[0]
    if current is not None:
        return current[0]
    if look == -2 or not ahead:
        return (past or options)[-1][0]
    if not past:
        return ahead[0][0]
    back, on = (today - past[-1][1][1]).days, (ahead[0][1][0] - today).days
    return (ahead[0] if on < back * NEARNESS[look] else past[-1])[0]


NEARNESS = {-1: 0.5, 0: 1.0, 1: 4.0, 2: 8.0}
"""How much farther than the last one the next may be, by the direction of the clause; read off
bare months and days of half the TempEval-3 development texts."""


def near_quarter(value: Callable[[int], str | None], today: date, look: int) -> str | None:
    """A quarter or half near a day: of this year if it has begun or the clause looks ahead."""
    this = value(today.year)
    days = interval(this) if this is not None else None
    if days is not None and days[0] > today and look < 1:
        return value(today.year - 1)
    return this
