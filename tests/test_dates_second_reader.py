"""Full dates are also read by dateparser, a second reader that shares no line with ours."""

from __future__ import annotations

from datetime import datetime

import pytest
from dateparser.date import DateDataParser

from pipeline.rulebook import load_rulebook
from pipeline.stages.dates import Dates
from tests.conftest import MakeArticle

SETTINGS = {
    "RELATIVE_BASE": datetime(2025, 4, 11),  # noqa: DTZ001  # dateparser wants it without a zone
    "PREFER_DATES_FROM": "current_period",
    "DATE_ORDER": "MDY",
    "PREFER_LOCALE_DATE_ORDER": False,
    "PARSERS": ["absolute-time"],
    "RETURN_AS_TIMEZONE_AWARE": False,
}
"""With a base and without the relative parser, dateparser never asks the clock."""


@pytest.mark.parametrize(
    "written",
    [
        "January 16, 2026",
        "16 January 2026",
        "Jan. 16, 2026",
        "2026-01-16",
        "Friday, January 16, 2026",
        "Sept. 3, 1998",
        "3rd September 1998",
        "December 31st, 1999",
        "29 February 2024",
        "01/31/2025",
    ],
)
def test_a_full_date_is_read_as_a_second_reader_reads_it(
    written: str, article: MakeArticle
) -> None:
    parsed = article(f"The duty took effect on {written}.", published="2025-04-11")
    second = DateDataParser(languages=["en"], settings=SETTINGS).get_date_data(written)
    assert second.period == "day"
    assert second.date_obj is not None
    found = list(Dates(load_rulebook("dates"))(parsed))
    assert [date.value for date in found] == [second.date_obj.date().isoformat()]
