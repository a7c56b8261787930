"""Computes the day of a holiday in a year, as the rule file says how."""

from __future__ import annotations

import re
from datetime import date, timedelta
from math import floor, radians, sin

_FIXED = re.compile(r"(\d\d)-(\d\d)")
_NTH = re.compile(r"(\d\d) (\w+) (-?\d)(?: \+(\d+))?")
_EASTER = re.compile(r"easter(?: ([+-]\d+))?")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def holiday(how: str, year: int) -> date | None:
    """The day in a year of `12-25`, `11 thursday 4 +1`, `easter -2` or `lunar-new-year`.

    None for a year that the calendar does not have; raises `ValueError` for any other wording.
    """
    if not 1 <= year <= 9998:
        return None
    if fixed := _FIXED.fullmatch(how):
        return date(year, int(fixed[1]), int(fixed[2]))
    if nth := _NTH.fullmatch(how):
        day = nth_weekday(year, int(nth[1]), _WEEKDAYS.index(nth[2]), int(nth[3]))
        return day + timedelta(int(nth[4] or 0))
    if days := _EASTER.fullmatch(how):
        return easter(year) + timedelta(int(days[1] or 0))
    if how == "lunar-new-year":
        return lunar_new_year(year)
    raise ValueError(
        f"a holiday is computed as MM-DD, 'MM weekday N [+days]', 'easter [+-days]' or "
        f"'lunar-new-year', not {how!r}"
    )


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth weekday (Monday is 0) of a month, from its end if n is negative."""
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta((weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
    return last - timedelta((last.weekday() - weekday) % 7 + 7 * (-nth - 1))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 19 * m) // 433
    month = (h + m - 7 * n + 90) // 25
    return date(year, month, (h + m - 7 * n + 33 * month + 19) % 32)


def lunar_new_year(year: int) -> date | None:
    """The second new moon after the day of the December solstice, by the date in China.

    True but for years with a leap month between the two: in 1900 to 2100 only 2034.
    """
    solstice = december_solstice_day(year - 1)
    k = floor((year - 2000) * 12.3685) - 2
    while new_moon_day(k) <= solstice:
        k += 1
    day = new_moon_day(k + 1)
    return date.fromordinal(day) if day > 0 else None


def december_solstice_day(year: int) -> int:
    """Day (proleptic ordinal, China time) of the solstice (Meeus, chapter 27, mean value)."""
    t = (year - 2000) / 1000
    return china_day(2451900.05952 + 365242.74049 * t - 0.06223 * t * t)


def china_day(julian_day: float) -> int:
    """The proleptic ordinal of the day in China in which a Julian day lies."""
    return floor(julian_day + 0.5 + 8 / 24 - 1721425)


def new_moon_day(k: int) -> int:
    """Day (proleptic ordinal, China time) of the kth new moon since January 2000.

    Meeus, Astronomical Algorithms, chapter 49, with its five greatest terms: good to half an hour.
    """
    t = k / 1236.85
    mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    sun = radians(2.5534 + 29.10535670 * k)
    moon = radians(201.5643 + 385.81693528 * k)
    node = radians(160.7108 + 390.67050284 * k)
    true = (
        mean
        - 0.40720 * sin(moon)
        + 0.17241 * sin(sun)
        + 0.01608 * sin(2 * moon)
        + 0.01039 * sin(2 * node)
        + 0.00739 * sin(moon - sun)
    )
    return china_day(true)
