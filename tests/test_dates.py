"""Dates: spans, TIMEX3 values, what they are counted from, and the clock that is never asked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.article import Article
from pipeline.findings import Date
from pipeline.rulebook import load_rulebook
from pipeline.stages.dates import Dates
from pipeline.stages.dates.holidays import easter, holiday, lunar_new_year
from pipeline.stages.dates.timex import VALUE, interval

PUBLISHED = "2025-04-11"  # a Friday

Read = Callable[..., list[Date]]


@pytest.fixture(scope="module")
def stage() -> Dates:
    return Dates(load_rulebook("dates"))


@pytest.fixture(scope="module")
def read(stage: Dates, article: Callable[..., Article]) -> Read:
    def dates(text: str, *, published: str | None = PUBLISHED) -> list[Date]:
        return list(stage(article(text, published=published)))

    return dates


def told(dates: list[Date]) -> list[tuple[str, str | None]]:
    return [(d.text, d.value) for d in dates]


# Anchors ------------------------------------------------------------------------------------------


def test_a_weekday_that_is_publication_day_is_that_day(read: Read) -> None:
    (found,) = read("Ministers met on Friday in Geneva.")
    assert (found.value, found.anchor) == ("2025-04-11", "published")


def test_without_a_publication_date_nothing_is_invented(read: Read) -> None:
    found = read("Exports fell last month, the bureau said on Tuesday.", published=None)
    assert [(d.value, d.unresolved, d.earliest) for d in found] == [
        ("XXXX-XX", "no-publication-date", None),
        ("XXXX-WXX-2", "no-publication-date", None),
    ]


def test_later_counts_from_the_last_date_in_the_text_and_names_it(read: Read) -> None:
    signed, resigned = read("It was signed on March 3, 2025. Two weeks later he resigned.")
    assert (resigned.value, resigned.anchor) == ("2025-03-17", signed.id)


def test_a_year_earlier_is_the_same_month_of_the_year_before(read: Read) -> None:
    assert told(read("Trade rose in March from a year earlier."))[1] == (
        "a year earlier",
        "2024-03",
    )


def test_a_narrative_counts_from_its_own_dates(read: Read) -> None:
    text = (
        "The guild was founded in May 1901. In August it struck for the first time. By 1903 it had "
        "a hall. In June 1904 the hall burned down, and in September the guild moved. "
        "In March 1905 it moved back. On 3 January 1906 it was dissolved."
    )
    assert [d.value for d in read(text)] == [
        "1901-05", "1901-08", "1903", "1904-06", "1904-09", "1905-03", "1906-01-03",
    ]  # fmt: skip


def test_later_counts_from_a_look_back_too(read: Read) -> None:
    text = (
        "Duties rose on Monday. In 1930 Congress raised them; two years later trade had collapsed."
    )
    assert told(read(text))[1:] == [("1930", "1930"), ("two years later", "1932")]


# Ranges, lengths, times ---------------------------------------------------------------------------


def test_the_second_end_of_a_range_is_linked_to_the_first(read: Read) -> None:
    first, second = read("Negotiators met from April 2 to 9.")
    assert (first.value, second.value, second.anchor) == ("2025-04-02", "2025-04-09", first.id)


def test_the_end_of_a_range_lies_after_its_start(read: Read) -> None:
    first, second = read("The pause ran from Nov. 10 to Feb. 8, officials said.")
    assert (first.value, second.value, second.anchor) == ("2024-11-10", "2025-02-08", first.id)


def test_without_a_publication_date_the_ends_of_a_range_stay_linked(read: Read) -> None:
    first, second = read("The pause runs from April 9 to July 8.", published=None)
    assert (second.value, second.anchor, second.unresolved) == (
        "XXXX-07-08",
        first.id,
        "no-publication-date",
    )


def test_ends_that_both_say_their_year_are_linked_too(read: Read) -> None:
    first, second = read("Quotas applied between 2018 and 2020.")
    assert (first.value, second.value, second.anchor) == ("2018", "2020", first.id)


def test_a_quarter_that_ends_in_another_one_is_fiscal(read: Read) -> None:
    fiscal, calendar = (
        read(f"Profit fell in the {nth} quarter ended {day}.")[0]
        for nth, day in (("fourth", "Aug. 26"), ("third", "Sept. 30"))
    )
    assert (fiscal.value, fiscal.latest) == ("2024-Q4", None)
    assert (calendar.value, calendar.latest) == ("2024-Q3", "2024-09-30")


def test_a_clause_on_the_next_round_looks_ahead(read: Read) -> None:
    assert told(read("The next round is on January 5 in Geneva.")) == [("January 5", "2026-01-05")]


def test_both_ends_of_a_range_share_the_year_said_at_its_end(read: Read) -> None:
    assert [d.value for d in read("It ran between November 20 and February 3, 2021.")] == [
        "2020-11-20",
        "2021-02-03",
    ]


def test_a_time_joins_the_day_beside_it(read: Read) -> None:
    (found,) = read("Tariffs start at 12:01 a.m. EDT on April 5.")
    assert (found.text, found.type, found.value) == (
        "12:01 a.m. EDT on April 5",
        "TIME",
        "2025-04-05T00:01",
    )


def test_a_length_that_ends_on_publication_day_has_its_days(read: Read) -> None:
    (found,) = read("Over the past three months prices rose.")
    assert (found.value, found.earliest, found.latest) == ("P3M", "2025-01-11", "2025-04-11")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("It closed in early 2024.", ("2024-01-01", "2024-04-30")),
        ("A deal came in mid-July 2024.", ("2024-07-11", "2024-07-20")),
        ("Duties fell in late February 2024.", ("2024-02-21", "2024-02-29")),
        ("Quotas ended in the late 1990s.", ("1996-09-01", "1999-12-31")),
        ("Talks failed early last week.", ("2025-03-31", "2025-04-02")),
        ("Talks failed last weekend.", ("2025-04-05", "2025-04-06")),
        ("It was tried earlier this year.", ("2025-01-01", "2025-04-11")),
        ("It will be tried later this year.", ("2025-04-11", "2025-12-31")),
    ],
)
def test_early_mid_and_late_bound_a_part_of_their_stretch(
    read: Read, text: str, days: tuple[str, str]
) -> None:
    (found,) = read(text)
    assert (found.earliest, found.latest) == days


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Shipments in March were below those in the same month of 2024.", "2025-03 2024-03"),
        ("The third-quarter loss was wider than the year-ago loss.", "2024-Q3 2023-Q3"),
        ("The pact expires at 11:59 p.m. ET Tuesday.", "2025-04-15T23:59"),
        ("The quota runs from late June to early September.", "2025-06 2025-09"),
        ("In the late 1950s and early '60s duties fell.", "195 196"),
        ("In the fiscal year 2025-26 receipts rose.", "2025 2026"),
        ("Revenue for fiscal 2024 rose in the fiscal fourth quarter.", "2024 2024-Q4"),
        (
            "Mill owners struck in May 2019. The following month the guild gave in.",
            "2019-05 2019-06",
        ),
        ("In the spring and summer of 2023 yields fell.", "2023-SP 2023-SU"),
        ("The council is to meet on Wednesday.", "2025-04-16"),
        ("It met on March 3, April 5 and May 7, 2024.", "2024-03-03 2024-04-05 2024-05-07"),
        ("The year-ago results were better than in the 2024 period.", "2024 2024"),
        ("Lisbon said on Tuesday it would lift the levy from Monday.", "2025-04-08 2025-04-14"),
        ("The hearing is on Monday.", "2025-04-14"),
        ("Rain is forecast for Monday and Tuesday.", "2025-04-14 2025-04-15"),
        ("From Wednesday to Saturday the market was closed.", "2025-04-02 2025-04-05"),
        ("The truce had held until Wednesday.", "2025-04-09"),
        ("The truce lasted until 6 p.m. local time Thursday.", "2025-04-10T18:00"),
        ("The bill to be signed Tuesday is long.", "2025-04-15"),
        ("The talks lasted from 9 a.m. to 5 p.m. on Tuesday.", "2025-04-08T09:00 2025-04-08T17:00"),
        (
            "Talks met on March 3. On April 8 they failed. That month they met twice.",
            "2025-03-03 2025-04-08 2025-04",
        ),
        ("On April 2, a Wednesday, he signed it.", "2025-04-02 2025-04-02"),
        ("The levy, first due on Wednesday, was doubled a day earlier.", "2025-04-09 2025-04-08"),
        ("Shares have risen since Jan. 1.", "2025-01-01"),
        ("A month later, on May 3, 2024, the yard closed.", "2024-05-03 2024-05-03"),
        (
            "Imports fell in the January-March quarter from a year earlier.",
            "2025-Q1 2024-Q1",
        ),
        ("Growth will slow next year and the year after.", "2026 2027"),
        ("It was bought in 1987. That day he was abroad.", "1987 1987-XX-XX"),
        (
            "It struck at 10:35 a.m. (0735 GMT) Wednesday.",
            "2025-04-09T10:35 2025-04-09T07:35 2025-04-09",
        ),
        ("Talks run from Monday to Friday next week.", "2025-04-14 2025-04-18"),
        ("Next Monday and Tuesday the port is closed.", "2025-04-14 2025-04-15"),
        ("The port will stay shut from Friday to Sunday.", "2025-04-11 2025-04-13"),
        ("The peso traded at 18 in 2019. It fell from 20 a day earlier.", "2019 2025-04-10"),
        ("He is due in court on the 15th and again on the 22nd.", "2025-04-15 2025-04-22"),
        ("The bid had been due to expire Wednesday evening.", "2025-04-09TEV"),
        ("Exports beat the record set on June 6.", "2024-06-06"),
        ("Until Thursday, they had not called him a suspect.", "2025-04-10"),
        ("The slated visit in September is still on.", "2025-09"),
        ("Police have been searching for him since the Oct. 23 theft.", "2024-10-23"),
        ("Officials said the waiver expires Monday.", "2025-04-14"),
        ("The waiver expired on Monday.", "2025-04-07"),
        (
            "Net fell in the first quarter. For the nine months, net was up from a year earlier.",
            "2025-Q1 P9M 2024",
        ),
        (
            "Costs rose in the first quarter, as in 1986, when they were up from a year earlier.",
            "2025-Q1 1986 1985",
        ),
    ],
)
def test_what_a_reader_takes_from_the_sentence_is_the_value(
    read: Read, text: str, values: str
) -> None:
    assert [d.value for d in read(text)] == values.split()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("It holds for 90 days from April 9.", ("2025-04-09", "2025-07-08")),
        ("In the 12 months to March, exports rose.", ("2024-03-31", "2025-03-31")),
        ("It begins on April 20 for two weeks.", ("2025-04-20", "2025-05-04")),
    ],
)
def test_a_length_has_the_days_of_the_date_that_bounds_it(
    read: Read, text: str, days: tuple[str, str]
) -> None:
    found = read(text)
    length = next(d for d in found if d.type == "DURATION")
    bound = next(d for d in found if d.type == "DATE")
    assert (length.earliest, length.latest, length.anchor) == (*days, bound.id)


@pytest.mark.parametrize(
    "text",
    [
        "Inflation ran at 2.4% and core prices at 3.1%.",
        "We may raise the tariff to 50% on $20 billion of goods.",
        "A man of 22 sat in the second row of the Section 301 hearing.",
        "The code 8703.23 covers 1,900 lines; the rate is 2.5%.",
        "May the best firm win.",
        "The 22-year-old clerk paid a quarter of the price.",
    ],
)
def test_numbers_that_are_no_dates_stay_numbers(read: Read, text: str) -> None:
    assert told(read(text)) == []


def test_a_numeric_date_of_unknown_order_is_ambiguous(read: Read) -> None:
    (found,) = read("It was filed on 04/02/2025.")
    assert (found.value, found.unresolved) == ("2025-XX-XX", "ambiguous")


def test_a_date_that_shows_its_order_tells_it_for_the_others(read: Read) -> None:
    found = read("Filed on 04/02/2025, it was heard on 13/02/2025.")
    assert [d.value for d in found] == ["2025-02-04", "2025-02-13"]


def test_a_dateline_tells_the_order(read: Read) -> None:
    text = "{} (Reuters) - The levy was announced on 04/02/2025."
    assert [d.value for d in read(text.format("WASHINGTON"))] == ["2025-04-02"]
    assert [d.value for d in read(text.format("LONDON"))] == ["2025-02-04"]


def test_the_order_that_a_source_declares_comes_first(
    stage: Dates, article: Callable[..., Article]
) -> None:
    made = article("LONDON (Reuters) - The levy was announced on 04/02/2025.")
    (found,) = stage(replace(made, date_order="MDY"))
    assert (found.value, found.unresolved) == ("2025-04-02", None)


# Holidays -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "day"), [(1961, "04-02"), (2000, "04-23"), (2024, "03-31"), (2038, "04-25")]
)
def test_easter_is_on_its_day(year: int, day: str) -> None:
    assert easter(year) == date.fromisoformat(f"{year}-{day}")


@pytest.mark.parametrize(
    ("year", "day"),
    [(1985, "02-20"), (1996, "02-19"), (2014, "01-31"), (2024, "02-10"), (2026, "02-17")],
)
def test_lunar_new_year_is_on_its_day(year: int, day: str) -> None:
    assert lunar_new_year(year) == date.fromisoformat(f"{year}-{day}")


def test_every_holiday_of_the_rule_file_has_a_day() -> None:
    for name, how in load_rulebook("dates").lexicons["holidays"].items():
        assert holiday(how, 2025) is not None, name


def test_every_holiday_of_the_rule_file_is_found_where_it_stands(read: Read) -> None:
    for name in load_rulebook("dates").lexicons["holidays"]:
        found = read(f"Shops were shut on {name} as usual.")
        assert [d.text.removeprefix("the ") for d in found] == [name.removeprefix("the ")], name


# Properties ---------------------------------------------------------------------------------------

SCRAPS = (
    "Tuesday May March 2 9 31 2025 1999 '98 the last next this a few two days weeks month year "
    "ago later earlier quarter third of , . – - to from 04/02/2025 2025-13-40 9:30 a.m. noon EDT "
    "Easter February 29 30 Q3 half fiscal 1980s century twentieth morning night weekend mid early "
    "end fortnight hours century since 9999 0001 "
    "20th before after Monday Friday ended Q1 first ( ) GMT 1430 New Year's Day was on , every "
    "thousand rose will in on é 日本 🙂 ’s"
)


@given(
    words=st.lists(st.sampled_from(SCRAPS.split()), min_size=1, max_size=14),
    published=st.none() | st.dates().map(date.isoformat),
)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_found_is_well_formed(
    read: Read, words: list[str], published: str | None
) -> None:
    text = " ".join(words)
    for found in read(text, published=published):
        assert text[found.start : found.end] == found.text
        assert found.value is None or VALUE.fullmatch(found.value), found
        assert (found.earliest is None) == (found.latest is None)
        if found.earliest is not None and found.latest is not None:
            assert date.fromisoformat(found.earliest) <= date.fromisoformat(found.latest)
        if published is None and found.value is not None:
            assert found.unresolved or interval(found.value) is None or found.anchor != "published"


CLOCKED = """
import sys, time, datetime
def forbidden(*_, **__):
    raise AssertionError("the clock was asked")
class NoClock(datetime.datetime):
    now = utcnow = today = classmethod(forbidden)
class NoToday(datetime.date):
    today = classmethod(forbidden)
from pipeline.parsing import load_parser
from pipeline.article import Article, Source
from pipeline.rulebook import load_rulebook
from pipeline.stages.dates import Dates
stage, parser = Dates(load_rulebook("dates")), load_parser()
text = sys.argv[1]
article = parser(Article(id="a", text=text, source=Source(sha256="", characters=len(text))))
datetime.datetime, datetime.date = NoClock, NoToday
time.time = time.localtime = time.gmtime = forbidden
print([found.model_dump_json() for found in stage(article)])
"""


def test_the_clock_is_never_asked(read: Read) -> None:
    text = (
        "On Tuesday, 5 March 2024, at 9 a.m., it fell for the first time in two years, a year ago."
    )
    done = subprocess.run(
        [sys.executable, "-c", CLOCKED, text],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TZ": "Pacific/Kiritimati"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([d.model_dump_json() for d in read(text, published=None)])
