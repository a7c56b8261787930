"""TIMEX3 values: their grammar, the days that they name, and arithmetic on them. Pure, no clock."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

Grain = Literal[
    "day", "weekend", "week", "month", "quarter", "half", "season", "year", "decade", "century"
]
"""How wide a stretch of the calendar a value names."""

Unit = Literal[
    "second", "minute", "hour", "day", "weekend", "week", "fortnight", "month", "quarter", "half",
    "year", "decade", "century",
]  # fmt: skip

_CALENDAR = {
    "day": r"(?:\d{4}|X{4})-(?:\d\d|XX)-(?:\d\d|XX)|(?:\d{4}|X{4})-W(?:\d\d|XX)-[1-7]",
    "weekend": r"(?:\d{4}|X{4})-W(?:\d\d|XX)-WE",
    "week": r"(?:\d{4}|X{4})-W(?:\d\d|XX)",
    "month": r"(?:\d{4}|X{4})-(?:\d\d|XX)",
    "quarter": r"(?:\d{4}|X{4})-Q[1-4X]",
    "half": r"(?:\d{4}|X{4})-H[1-2X]",
    "season": r"(?:\d{4}|X{4})-(?:SP|SU|FA|WI)",
    "year": r"\d{4}|X{4}",
    "decade": r"\d{3}|XXX",
    "century": r"\d\d|XX",
}
_CLOCK = r"T(?:\d\d(?::\d\d(?::\d\d)?)?|MO|MI|AF|EV|NI|DT)(?:Z|[+-]\d\d(?::\d\d)?)?"
_AMOUNT = r"(?:\d+(?:\.\d+)?|X)"
_PERIOD = (
    rf"P(?:{_AMOUNT}(?:Y|M|W|D|Q|H|WE|DE|CE))+(?:T(?:{_AMOUNT}[HMS])+)?|PT(?:{_AMOUNT}[HMS])+|PTX"
)
_CALENDAR_VALUE = {grain: re.compile(source) for grain, source in _CALENDAR.items()}
VALUE = re.compile(
    rf"(?:{'|'.join(_CALENDAR.values())})(?:{_CLOCK})?|{_CLOCK}|{_PERIOD}"
    r"|PRESENT_REF|PAST_REF|FUTURE_REF"
)
"""What a value may be (TimeML 1.2.1, with halves and written periods of quarters)."""

SEASON_MONTHS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
"""First month of each season by the meteorological convention of the northern hemisphere; the
winter of a year is the one that ends in it (`1778-WI` is December 1777 to February 1778)."""

_UNIT_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}
_UNIT_DAYS = {"day": 1, "week": 7, "weekend": 7, "fortnight": 14}


@lru_cache(maxsize=4096)
def grain_of(value: str) -> Grain | None:
    """The grain of a calendar value (its time of day aside), or None for any other value."""
    calendar = value.partition("T")[0]
    return next(
        (grain for grain, form in _CALENDAR_VALUE.items() if form.fullmatch(calendar)),  # type: ignore[misc]  # the keys are the grains
        None,
    )


@lru_cache(maxsize=4096)
def interval(value: str) -> tuple[date, date] | None:
    """First and last day that a calendar value names; None where it names none, or not fully."""
    calendar = value.partition("T")[0]
    grain = grain_of(value)
    if grain is None or calendar.startswith("XX"):
        return None
    try:
        return _days(calendar, grain)
    except ValueError:
        return None


def _days(calendar: str, grain: Grain) -> tuple[date, date] | None:
    year = int(calendar[:4]) if len(calendar) >= 4 else 0
    rest = calendar[5:]
    if grain == "decade":
        return date(int(calendar) * 10, 1, 1), date(int(calendar) * 10 + 9, 12, 31)
    if grain == "century":
        return date(int(calendar) * 100, 1, 1), date(int(calendar) * 100 + 99, 12, 31)
    if grain == "year" or rest.startswith("XX"):
        return date(year, 1, 1), date(year, 12, 31)
    if grain in ("week", "weekend") or (rest.startswith("W") and grain == "day"):
        if rest[1:3] == "XX":
            return None
        monday = date.fromisocalendar(year, int(rest[1:3]), 1)
        if grain == "week":
            return monday, monday + timedelta(6)
        if grain == "weekend":
            return monday + timedelta(5), monday + timedelta(6)
        return (day := monday + timedelta(int(rest[-1]) - 1)), day
    if grain == "season":
        first_month = SEASON_MONTHS[rest]
        start = date(year - 1 if rest == "WI" else year, first_month, 1)
        return start, month_end(plus_months(start, 2))
    if grain in ("quarter", "half"):
        if rest[1] == "X":
            return date(year, 1, 1), date(year, 12, 31)
        length = 3 if grain == "quarter" else 6
        start = date(year, (int(rest[1]) - 1) * length + 1, 1)
        return start, month_end(plus_months(start, length - 1))
    month = date(year, int(rest[:2]), 1)
    if grain == "month" or rest[3:] == "XX":
        return month, month_end(month)
    return (day := date(year, int(rest[:2]), int(rest[3:]))), day


def third(days: tuple[date, date], mod: str | None) -> tuple[date, date]:
    """The part of a stretch that START, MID or END leaves: a third of it.

    Of a month the days 1-10, 11-20 and the rest (the dekads of the weather services), of a longer
    stretch a third of its months, of a week three days. A day, and any other `mod`, leaves all.
    """
    first, last = days
    length = (last - first).days + 1
    number = {"START": 0, "MID": 1, "END": 2}.get(mod or "")
    if number is None or length < DAYS_OF_A_WEEK:
        return days
    if length == DAYS_OF_A_WEEK:
        return first + timedelta(2 * number), first + timedelta(2 * number + 2)
    if length <= LONGEST_MONTH:
        edges = (first, first + timedelta(10), first + timedelta(20), last + timedelta(1))
    else:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        starts = [plus_months(first, months * part // 3) for part in range(3)]
        edges = (starts[0], starts[1], starts[2], last + timedelta(1))
    return edges[number], edges[number + 1] - timedelta(1)


DAYS_OF_A_WEEK = 7
LONGEST_MONTH = 31


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def plus_months(day: date, months: int) -> date:
    """The same day some months on (or back), or that month's last day where it has no such day.

    Raises `ValueError` outside the years 1 to 9999.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def plus(day: date, count: int, unit: Unit) -> date:
    """A day some units on (or back); raises `ValueError` or `OverflowError` off the calendar."""
    if unit in _UNIT_MONTHS:
        return plus_months(day, count * _UNIT_MONTHS[unit])
    return day + timedelta(days=count * _UNIT_DAYS.get(unit, 0))


def at_grain(day: date, grain: Grain) -> str:
    """The value of the stretch of this grain in which a day lies."""
    year, week, _ = day.isocalendar()
    match grain:
        case "day":
            return day.isoformat()
        case "week":
            return f"{year:04}-W{week:02}"
        case "weekend":
            return f"{year:04}-W{week:02}-WE"
        case "month":
            return f"{day.year:04}-{day.month:02}"
        case "quarter":
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case "half":
            return f"{day.year:04}-H{(day.month + 5) // 6}"
        case "season":
            return season_of(day)
        case "year":
            return f"{day.year:04}"
        case "decade":
            return f"{day.year // 10:03}"
        case "century":
            return f"{day.year // 100:02}"


def season_of(day: date) -> str:
    """The season in which a day lies."""
    if day.month == 12:
        return f"{day.year + 1:04}-WI"
    name = ("WI", "WI", "SP", "SP", "SP", "SU", "SU", "SU", "FA", "FA", "FA")[day.month - 1]
    return f"{day.year:04}-{name}"


def unknown(grain: Grain) -> str:
    """The value of a stretch of this grain of which nothing else is known."""
    return {
        "day": "XXXX-XX-XX",
        "week": "XXXX-WXX",
        "weekend": "XXXX-WXX-WE",
        "month": "XXXX-XX",
        "quarter": "XXXX-QX",
        "half": "XXXX-HX",
        "season": "XXXX",
        "year": "XXXX",
        "decade": "XXX",
        "century": "XX",
    }[grain]


def shifted(value: str, count: int, unit: Unit, grain: Grain) -> str | None:
    """A calendar value some units on (or back), at a grain; None where there is no such day."""
    days = interval(value)
    if days is None:
        return None
    try:
        return at_grain(plus(days[0], count, unit), grain)
    except (ValueError, OverflowError):
        return None
