"""Reads a match: from the words in its slots to what they say, before anything is resolved.

A reading is one of five kinds: a value that is `Stated` in full; a `Partial` calendar date that
lacks its year; a `Shift` of some units from an anchor; a `Length` of time; or a bare `TimeOfDay`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

from pipeline.rulebook import Lexicon
from pipeline.stages.dates.numerals import Amount, read_amount, read_year_words
from pipeline.stages.dates.timex import Grain, Unit

TimexType = Literal["DATE", "TIME", "DURATION", "SET"]
Base = Literal["published", "text", "story", "range", "next-date"]
"""What something is counted from: the publication date; the last date in the text; that, but only
in a narrative; the first end of the range; or the date that follows."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A value that the words say in full; `fiscal` if it is the label of a fiscal year."""

    value: str
    fiscal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """Parts of a calendar date; what is missing comes from the anchor."""

    year: int | None = None
    year_lean: int | None = None
    """Years from the anchor's: -1 for "last year"."""
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    quarter: int | None = None
    half: int | None = None
    season: str | None = None
    holiday: str | None = None
    """How its day is computed: see `holidays.py`."""
    around: Literal["day", "week", "weekend"] = "day"
    """What of the holiday is meant: "Easter week"."""
    lean: int | None = None
    """-1 for "last", 0 for "this", 1 for "next", 2 for "… after next", -2 for "… before last"."""
    week_lean: int | None = None
    """Weeks from the anchor's: 1 for "Tuesday of next week"."""
    month_lean: int | None = None
    """Months from the anchor's: -1 for "the 20th of last month"."""
    base: Base = "published"
    fiscal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Some units before (negative) or after an anchor."""

    count: int
    unit: Unit
    grain: Grain | None = None
    """How wide the result is; None where the anchor says it."""
    base: Base = "published"
    of: Grain | None = None
    """The anchor is the last date of this grain in the text, if there is one."""
    year_to_year: bool = False
    """It may hold a period against the same one of another year."""
    fiscal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A length of time: value, and on which side of an anchor it lies where it says so."""

    value: str
    count: int | None = None
    unit: Unit | None = None
    side: Literal[-1, 1] | None = None


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of day whose day stands beside it, or is the anchor."""


What = Stated | Partial | Shift | Length | TimeOfDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the words of one expression say."""

    type: TimexType
    what: What
    mod: str | None = None
    time: str = ""
    """`T09:30` or `TNI`; empty where no time of day is said."""
    ambiguous: bool = False


@dataclass(frozen=True)
class Words:
    """The slots of a match as lower-case words, and what the lexicons know of them."""

    slots: Mapping[str, str]
    constants: Mapping[str, object]
    lexicons: Mapping[str, Lexicon]
    date_order: Literal["MDY", "DMY"] | None = None

    def __contains__(self, slot: str) -> bool:
        return slot in self.slots

    def number(self, slot: str) -> int | None:
        """The figures in a slot."""
        words = self.slots.get(slot)
        return None if words is None else int(re.sub(r"\D", "", words))

    def number_or_none(self, slot: str) -> int | None:
        """The figures in a slot that may hold words instead."""
        figures = re.sub(r"\D", "", self.slots.get(slot, ""))
        return int(figures) if figures else None

    def known(self, slot: str, *lexicons: str) -> object:
        """What the first lexicon that has the slot's words says of them; None for an empty slot."""
        words = self.slots.get(slot)
        if words is None:
            return None
        for name in lexicons:
            if words in self.lexicons[name]:
                return self.lexicons[name][words]
        return None

    def named(self, slot: str, *lexicons: str) -> int | None:
        """The same, where it is a number."""
        value = self.known(slot, *lexicons)
        return value if isinstance(value, int) else None

    def amount(self, slot: str) -> Amount:
        """How many the words in a slot say."""
        return read_amount(self.slots[slot], self.lexicons["numbers"])

    def lean(self, slot: str = "lean") -> int | None:
        """-1, 0 or 1 for last, this, next; a rule's constant `lean: this` counts as said."""
        if slot in self.slots:
            return self.named(slot, "leans")
        said = self.constants.get(slot)
        return self.lexicons["leans"].get(said) if isinstance(said, str) else None

    def unit(self, slot: str = "unit") -> Unit:
        """The unit in a slot, or the rule's constant."""
        said = self.lexicons["units"].get(self.slots.get(slot, ""), self.constants.get(slot))
        return cast("Unit", said or "year")

    @property
    def mod(self) -> str | None:
        """The modifier that the words say."""
        for slot, lexicon in (
            ("part", "parts"),
            ("halfpart", "halves"),
            ("edge", "edges"),
            ("about", "amounts-about"),
            ("bound", "bounds"),
        ):
            value = self.known(slot, lexicon)
            if isinstance(value, str):
                return value
        said = self.constants.get("mod")
        return said if isinstance(said, str) else None

    @property
    def time(self) -> str:
        """The time of day that the words say."""
        value = self.known("daypart", "dayparts")
        return value if isinstance(value, str) else ""


def plain(lexicons: Mapping[str, Lexicon]) -> dict[str, Lexicon]:
    """Lexicons with lower-case words, and one more that joins all number words."""
    lower = {name: {squeezed(w): v for w, v in words.items()} for name, words in lexicons.items()}
    names = ("small-numbers", "tens", "big-numbers", "loose-numbers")
    numbers = {word: value for name in names for word, value in lower.get(name, {}).items()}
    numbers |= {"couple": 2, "few": 0, "several": 0, "multi": 0, "dozen": 12, "oh": 0}
    return {**lower, "numbers": numbers}


def squeezed(words: str) -> str:
    """Words in lower case, with plain apostrophes and hyphens and one space between them."""
    return " ".join(words.lower().replace("’", "'").replace("‑", "-").split())


# Readers ------------------------------------------------------------------------------------------


def read_calendar(words: Words) -> Reading | None:
    """A date by month, day, weekday, quarter, season, holiday; its year may be missing."""
    year, time = _year(words), words.time
    holiday = _counted_day(words) if "nth" in words else words.known("holiday", "holidays")
    if "holiday" in words and not isinstance(holiday, str):
        return None
    portion = words.slots.get("portion")
    ordinal = words.named("ordinal", "ordinals") or words.number_or_none("ordinal")
    if portion is not None and ordinal is None:
        ordinal = 4 if portion == "quarter" else 2
    if portion is not None and ordinal is not None and ordinal > (4 if portion == "quarter" else 2):
        return None
    partial = Partial(
        year=year,
        year_lean=_year_lean(words),
        month=None if "nth" in words else _month(words),
        day=words.number("day") or words.named("dayword", "ordinals"),
        weekday=None if "nth" in words else _weekday(words),
        quarter=words.number("quarter")
        or OPENINGS.get(words.slots.get("opening", "")[:3])
        or (ordinal if portion == "quarter" else None),
        half=words.number("half") or (ordinal if portion == "half" else None),
        season=_text(words.known("season", "seasons")),
        holiday=_text(holiday),
        around=cast("Literal['day', 'week', 'weekend']", words.slots.get("around", "day")),
        lean=_lean(words),
        month_lean=words.lean("monthlean"),
        week_lean=words.lean("weeklean"),
        fiscal="fiscal" in words,
        base="published" if "weeklean" in words else _base(words),
    )
    return Reading(type="TIME" if time else "DATE", what=partial, mod=words.mod, time=time)


def _base(words: Words) -> Base:
    if {"yearago", "yearpointer", "pointer"} & words.slots.keys():
        return "text"
    return "story" if "the" in words or words.lean() is None else "published"


def _month(words: Words) -> int | None:
    return words.named("month", "month-names", "month-abbreviations") or words.number("monthnumber")


def _weekday(words: Words) -> int | None:
    return words.named("weekday", "weekday-names", "weekday-abbreviations")


def _counted_day(words: Words) -> str:
    """The first Monday in May, said as the holidays are: `05 monday 1`."""
    nth = words.named("nth", "ordinals") or -1
    return f"{_month(words):02} {words.slots['weekday']} {nth}"


OPENINGS = {"jan": 1, "apr": 2, "jul": 3, "oct": 4}
"""The month that opens a quarter → its number."""


def _lean(words: Words) -> int | None:
    if "twice" in words:
        return -2 if words.slots["twice"].startswith("before") else 2
    return POINTERS[words.slots["pointer"]] if "pointer" in words else words.lean()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _year(words: Words) -> int | None:
    if "yearwords" in words:
        return read_year_words(words.slots["yearwords"], words.lexicons["numbers"])
    year, short = words.number("year"), words.number("yy")
    if year is None and short is not None:
        return (2000 if short < PIVOT else 1900) + short
    return year


PIVOT = 50
"""Two-digit years below are of this century, the others of the last (as in POSIX, which has 69:
news tells of 1960 more often than of 2060)."""


def _year_lean(words: Words) -> int | None:
    if "yearago" in words:
        return -1
    said = words.slots.get("yearlean") or words.slots.get("yearpointer")
    return None if said is None else POINTERS.get(said.split()[-1], 0)


POINTERS = {"last": -1, "previous": -1, "preceding": -1, "next": 1, "following": 1}
"""How many units a pointing word goes from what it points at; any other goes none."""


def read_range_end(words: Words) -> Reading:
    """The second end of a range, which takes what it lacks from the first."""
    day = words.number("day")
    base: Base = "published" if day is None and "year" in words else "range"
    partial = Partial(year=_year(words), day=day, base=base)
    return Reading(type="DATE", what=partial)


def read_range_start(words: Words) -> Reading:
    """The first end of a range that is named only at the second."""
    return Reading(type="DATE", what=Partial(day=words.number("day"), base="next-date"))


def read_decade(words: Words) -> Reading:
    """Ten years; without their century, those of the last one that has them whole."""
    if "decade" in words:
        value = words.slots["decade"][:3]
    else:
        tens = words.number("decadeshort")
        if tens is None:
            tens = words.lexicons["tens"].get(words.slots["decadeword"][:-3] + "y", 0)
        value = f"19{tens // 10}"
    return Reading(type="DATE", what=Stated(value), mod=words.mod)


def read_century(words: Words) -> Reading | None:
    """A century by its number: the twentieth is `19`."""
    number = words.named("century", "ordinals") or words.number_or_none("century")
    if number is None or not 1 <= number <= 99:
        return None
    return Reading(type="DATE", what=Stated(f"{number - 1:02}"), mod=words.mod)


def read_fiscal(words: Words) -> Reading:
    """The label of a fiscal year."""
    return Reading(type="DATE", what=Stated(f"{_year(words):04}", fiscal=True), mod=words.mod)


def read_numeric(words: Words) -> Reading | None:
    """A date in figures; its order is told by the source, or by a part over 12, or not at all."""
    a, b, year = words.number("a"), words.number("b"), _year(words)
    if a is None or b is None or year is None or min(a, b) > 12:
        return None
    if a > 12 or b > 12:
        day, month = max(a, b), min(a, b)
    elif a == b or words.date_order is not None:
        month, day = (a, b) if words.date_order == "MDY" else (b, a)
    else:
        return Reading(type="DATE", what=Stated(f"{year:04}-XX-XX"), ambiguous=True)
    return Reading(type="DATE", what=Partial(year=year, month=month, day=day))


def read_near(words: Words) -> Reading:
    """This, last or next unit, seen from the day of writing."""
    unit: Unit = "quarter" if "latest" in words and "unit" not in words else words.unit()
    lean = words.lean() or 0
    grain: Grain = unit  # type: ignore[assignment]  # the rules name only units that are grains
    fiscal = words.slots.get("fiscal") in ("fiscal", "financial")
    reported = unit == "quarter" and (words.constants.get("lean") == "this" or "latest" in words)
    definite = words.constants.get("lean") == "this" or "the" in words
    what = Shift(
        count=lean,
        unit=unit,
        grain=grain,
        base="text" if reported else "story" if definite else "published",
        of="quarter" if reported else None,
        fiscal=fiscal,
    )
    return Reading(type="DATE", what=what, mod=words.mod)


def read_period(words: Words) -> Reading:
    """The quarter or half that the text reports on, of another year."""
    return Reading(type="DATE", what=Partial(year=_year(words), base="text"))


def read_ended(words: Words) -> Reading:
    """The quarter that the date after it ends, or the week in which it lies."""
    unit = words.unit()
    grain: Grain = unit  # type: ignore[assignment]  # the rules name only units that are grains
    what = Shift(count=0, unit=unit, grain=grain, base="next-date")
    return Reading(type="DATE", what=what)


def read_twice(words: Words) -> Reading:
    """The unit after the next one, or before the last one."""
    unit = words.unit()
    grain: Grain = unit  # type: ignore[assignment]  # the rules name only units that are grains
    count = 2 if words.slots["twice"].startswith("after") else -2
    return Reading(type="DATE", what=Shift(count=count, unit=unit, grain=grain))


def read_pointer(words: Words) -> Reading:
    """That day, the following month, the next morning: counted from the last date in the text."""
    count = POINTERS.get(words.slots["pointer"].split()[-1], 0)
    unit = words.unit() if "unit" in words else "day"
    grain: Grain = unit  # type: ignore[assignment]  # the rules name only units that are grains
    what = Shift(count=count, unit=unit, grain=grain, base="text")
    return Reading(type="TIME" if words.time else "DATE", what=what, mod=words.mod, time=words.time)


def read_ago(words: Words) -> Reading:
    """So many units before the day of writing, as wide as the unit."""
    return _away(words, -1, "published")


def read_ahead(words: Words) -> Reading:
    """So many units after the day of writing, as wide as the unit."""
    return _away(words, 1, "published")


def read_shift(words: Words) -> Reading:
    """So many units before or after the last date in the text."""
    back = words.slots["way"] in ("earlier", "before", "previously")
    away = _away(words, -1 if back else 1, "text")
    return replace(away, type="TIME", time=words.time) if words.time else away


def _away(words: Words, sign: int, base: Base) -> Reading:
    unit = words.unit()
    one = Amount(None if words.slots.get("unit", "").endswith("s") else 1)
    amount = words.amount("count") if "count" in words else one
    if "halfmore" in words and amount.number is not None:
        amount = Amount(amount.number + 0.5)
    mod = words.mod or ("APPROX" if amount.rough else None)
    if amount.number is None:
        return Reading(type="DATE", what=Stated("PAST_REF" if sign < 0 else "FUTURE_REF"), mod=mod)
    if unit in ("hour", "minute", "second"):
        return Reading(type="DURATION", what=Length(value=_period(amount.number, unit)), mod=mod)
    count = amount.number
    if count != int(count):
        count, unit = (count * 12, "month") if unit == "year" else (round(count), unit)
    grain: Grain | None = unit if base == "published" else None  # type: ignore[assignment]
    if unit in LARGER:
        unit, times = LARGER[unit]
        count, grain = count * times, unit if grain else None  # type: ignore[assignment]
    return Reading(
        type="DATE",
        what=Shift(
            count=sign * int(count),
            unit=unit,
            grain=grain,
            base=base,
            year_to_year=unit == "year" and count == 1 and sign < 0,
        ),
        mod=mod,
    )


LARGER: Mapping[Unit, tuple[Unit, int]] = {
    "fortnight": ("week", 2),
    "decade": ("year", 10),
    "century": ("year", 100),
}
"""Units of which "two … ago" names no stretch of the calendar: what they are counted in."""


def read_year_ago(words: Words) -> Reading:
    """The same stretch a year before."""
    stretch = words.slots.get("stretch")
    ordinal = words.named("ordinal", "ordinals")
    if ordinal is not None and stretch == "quarter":
        what: What = Partial(quarter=ordinal, year_lean=-1, base="text")
        return Reading(type="DATE", what=what)
    grain: Grain | None = stretch if stretch in ("quarter", "month", "half") else None  # type: ignore[assignment]
    return Reading(
        type="DATE",
        what=Shift(count=-1, unit="year", grain=grain, base="text", year_to_year=True),
    )


UNIT_CODES: Mapping[str, tuple[str, int]] = {
    "second": ("TS", 1),
    "minute": ("TM", 1),
    "hour": ("TH", 1),
    "day": ("D", 1),
    "weekend": ("WE", 1),
    "week": ("W", 1),
    "fortnight": ("W", 2),
    "month": ("M", 1),
    "quarter": ("Q", 1),
    "half": ("M", 6),
    "year": ("Y", 1),
    "decade": ("Y", 10),
    "century": ("Y", 100),
}
"""TIMEX3 designator of a unit (after `T` if it is of a day), and how many of it one is."""


def _period(number: float | None, unit: str) -> str:
    code, times = UNIT_CODES[unit]
    if number is None:
        return {"decade": "PXDE", "century": "PXCE"}.get(
            unit, f"PT{'X'}{code[1]}" if code[0] == "T" else f"PX{code}"
        )
    number *= times
    if number == int(number):
        return f"PT{int(number)}{code[1]}" if code[0] == "T" else f"P{int(number)}{code}"
    whole, rest = int(number), number - int(number)
    if rest == 0.5 and unit in ("minute", "hour", "year"):  # halves are exact
        smaller = {"minute": "30S", "hour": "30M", "year": "6M"}[unit]
        head = "PT" if code[0] == "T" else "P"
        return f"{head}{f'{whole}{code[-1]}' if whole else ''}{smaller}"
    return f"PT{number:g}{code[1]}" if code[0] == "T" else f"P{number:g}{code}"


def read_duration(words: Words) -> Reading:
    """How long something lasts, and whether it ends or begins at the anchor."""
    unit = words.unit()
    amount = words.amount("count") if "count" in words else Amount(None)
    plural = words.slots["unit"].endswith("s")
    if "count" not in words and "way" not in words and not plural:
        amount = Amount(1)
    way = words.slots.get("way", "").split()[-1:]
    side: Literal[-1, 1] | None = None
    if way and way[0] in ("last", "past", "previous", "preceding", "recent", "latest"):
        side = -1
        one = words.slots["way"] == "past" and not words.slots["unit"].endswith("s")
        amount = Amount(1) if one and "count" not in words else amount
    elif way and way[0] in ("next", "coming", "following", "future"):
        side = 1
    whole = amount.number is not None and amount.number == int(amount.number)
    number = amount.number
    if number is not None and "halfmore" in words:
        number += 0.5
    value = _period(number, unit)
    if "count2" in words:
        more = _period(words.amount("count2").number, words.unit("unit2"))
        value = value + more.removeprefix("PT" if "T" in value else "P")
    return Reading(
        type="DURATION",
        what=Length(
            value=value,
            count=int(amount.number) if whole and amount.number is not None else None,
            unit=unit,
            side=side,
        ),
        mod=words.mod or ("APPROX" if amount.rough else None),
    )


def read_rhythm(words: Words) -> Reading:
    """How often: each year, every Thursday, monthly."""
    weekday = words.named("weekday", "weekday-names")
    month = words.named("month", "month-names")
    if weekday is not None:
        return Reading(type="SET", what=Stated(f"XXXX-WXX-{weekday}{words.time}"))
    if month is not None:
        return Reading(type="SET", what=Stated(f"XXXX-{month:02}"))
    word = words.known("word", "adverbs-of-rhythm")
    if isinstance(word, str):
        return Reading(type="SET", what=Stated(word))
    amount = Amount(1)
    if "count" in words:
        amount = Amount(2) if words.slots["count"] == "other" else words.amount("count")
    return Reading(type="SET", what=Stated(_period(amount.number, words.unit())))


def read_today(words: Words) -> Reading:
    """Today, yesterday, tomorrow."""
    count = words.named("today", "words-of-today") or 0
    time = words.time or ("TNI" if words.slots["today"] == "tonight" else "")
    return Reading(
        type="TIME" if time else "DATE",
        what=Shift(count=count, unit="day", grain="day"),
        mod=words.mod,
        time=time,
    )


def read_that_time(words: Words) -> Reading:
    """A time that the text has spoken of: its present ("this time") or a past one ("that time")."""
    present = words.slots["word"].startswith("this")
    return Reading(type="DATE", what=Stated("PRESENT_REF" if present else "PAST_REF"))


def read_nothing(words: Words) -> None:
    """A look-alike: it takes its words, so that no other rule does, and says nothing."""
    del words


def read_word(words: Words) -> Reading | None:
    """A word that only points at the present, the past or the future."""
    value = words.constants.get("value") or words.known("word", "vague-words")
    return Reading(type="DATE", what=Stated(value)) if isinstance(value, str) else None


def read_clock(words: Words) -> Reading | None:
    """A time of day; its day stands beside it or is the anchor."""
    word = words.slots.get("clockword")
    if word is not None:
        time = "T00:00" if word == "midnight" else "T12:00"
    else:
        hour = words.number_or_none("hour")
        if hour is None:
            hour = words.named("hour", "small-numbers") or 0
        half = words.slots.get("half", "")[:1]
        if half or words.time == "TMO" or "daypart" in words:
            afternoon = half == "p" or (not half and words.time in ("TAF", "TEV", "TNI"))
            hour = hour % 12 + (12 if afternoon else 0)
        time = f"T{hour:02}:{words.number('minute') or 0:02}"
    return Reading(
        type="TIME", what=TimeOfDay(), time=time, mod="APPROX" if "about" in words else None
    )


def read_daypart(words: Words) -> Reading:
    """This morning, last night, or the night of a date that follows."""
    time = "TNI" if "overnight" in words else words.time
    lean = 0 if "overnight" in words else words.lean()
    what = TimeOfDay() if lean is None else Shift(count=lean, unit="day", grain="day")
    return Reading(type="TIME", what=what, mod=words.mod, time=time)


Reader = Callable[[Words], Reading | None]

READERS: Mapping[str, Reader] = {
    "calendar": read_calendar,
    "range-end": read_range_end,
    "range-start": read_range_start,
    "decade": read_decade,
    "century": read_century,
    "fiscal": read_fiscal,
    "numeric": read_numeric,
    "near": read_near,
    "period": read_period,
    "ended": read_ended,
    "twice": read_twice,
    "pointer": read_pointer,
    "ago": read_ago,
    "ahead": read_ahead,
    "shift": read_shift,
    "year-ago": read_year_ago,
    "duration": read_duration,
    "rhythm": read_rhythm,
    "today": read_today,
    "word": read_word,
    "that-time": read_that_time,
    "nothing": read_nothing,
    "clock": read_clock,
    "daypart": read_daypart,
}
"""`gives.read` of a rule → the function that reads its slots."""
