"""Amounts: each way in which news writes a number, read as a person reads it."""

from __future__ import annotations

import pytest

from pipeline.amounts import Amount, AmountReader
from pipeline.rulebook import load_rulebook


@pytest.fixture(scope="module")
def reader() -> AmountReader:
    return AmountReader(load_rulebook("amounts"))


def values(amounts: list[Amount]) -> list[tuple[float, str | None]]:
    return [(amount.value, amount.currency or amount.unit) for amount in amounts]


@pytest.mark.parametrize(
    ("words", "value", "unit", "currency"),
    [
        ("10.4%", 10.4, "percent", None),
        ("10 per cent", 10, "percent", None),
        ("25-percent", 25, "percent", None),
        ("5-1/2 pct", 5.5, "percent", None),
        ("2½%", 2.5, "percent", None),
        ("minus 3 pct", -3, "percent", None),
        ("twenty-five percent", 25, "percent", None),
        ("one hundred and five pct", 105, "percent", None),
        ("eight percentage points", 8, "percentage-point", None),
        ("25 basis points", 25, "basis-point", None),
        ("$2.6 billion", 2_600_000_000, "currency", "USD"),
        ("$2.6B", 2_600_000_000, "currency", "USD"),
        ("$1.2-trillion", 1_200_000_000_000, "currency", "USD"),
        ("C$350k", 350_000, "currency", "CAD"),
        ("£5m", 5_000_000, "currency", "GBP"),
        ("€ 4.5 bn", 4_500_000_000, "currency", "EUR"),
        ("2.15 bln dlrs", 2_150_000_000, "currency", "USD"),
        ("300 mln stg", 300_000_000, "currency", "GBP"),
        ("40 billion Canadian dollars", 40_000_000_000, "currency", "CAD"),
        ("Rs 5,000 crore", 50_000_000_000, "currency", "INR"),
        ("₹2.3 lakh crore", 2_300_000_000_000, "currency", "INR"),
        ("1,23,456 rupees", 123_456, "currency", "INR"),
        ("12.5 billion won", 12_500_000_000, "currency", "KRW"),
        ("80 million pesos", 80_000_000, "currency", None),
        ("half a billion euros", 500_000_000, "currency", "EUR"),
        ("35-cent per gallon", 0.35, "USD/gallon", "USD"),
        ("4.29 dlrs a barrel", 4.29, "USD/barrel", "USD"),
        ("€210/tonne", 210, "EUR/tonne", "EUR"),
        ("a million tonnes", 1_000_000, "tonnes", None),
        ("5m tonnes", 5_000_000, "tonnes", None),
        ("1.2 mln bpd", 1_200_000, "barrels/day", None),
        ("1,200 cars", 1_200, "cars", None),
        ("1.4 billion", 1_400_000_000, None, None),
    ],
)
def test_an_amount_has_the_value_and_unit_that_a_reader_sees(
    reader: AmountReader, words: str, value: float, unit: str | None, currency: str | None
) -> None:
    amount = reader.read(words)
    assert amount is not None
    assert (amount.value, amount.upper, amount.unit) == (value, None, unit)
    assert amount.currency == currency


@pytest.mark.parametrize(
    ("text", "value", "upper", "unit"),
    [
        ("tariffs of 17.4% to 37.6%", 17.4, 37.6, "percent"),
        ("between five and 30 percentage points", 5, 30, "percentage-point"),
        ("ranging from 10% to 41%", 10, 41, "percent"),
        ("a 10-15% levy", 10, 15, "percent"),
        ("$2-3 billion of goods", 2e9, 3e9, "currency"),
        ("between $2 and $3 billion", 2e9, 3e9, "currency"),
        ("10 to 15 million euros", 10e6, 15e6, "currency"),
        ("three to four million tonnes", 3e6, 4e6, "tonnes"),
    ],
)
def test_a_range_is_one_amount_with_an_upper_end(
    reader: AmountReader, text: str, value: float, upper: float, unit: str
) -> None:
    (amount,) = reader.find(text)
    assert (amount.value, amount.upper, amount.unit, amount.operator) == (
        value,
        upper,
        unit,
        "range",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to 20 pct from seven", [(20, "percent"), (7, "percent")]),
        ("to 3.5 from seven pct", [(3.5, "percent"), (7, "percent")]),
        ("from 10 to 15 percent", [(10, "percent"), (15, "percent")]),
        ("5, 10 and 15 percent", [(5, "percent"), (10, "percent"), (15, "percent")]),
        ("rose $2 billion to $15 billion", [(2e9, "USD"), (15e9, "USD")]),
        ("in 2024 and 15 percent", [(15, "percent")]),
        ("June 10, 25%", [(25, "percent")]),
        ("US$1.2 billion ($900 million)", [(1.2e9, "USD"), (9e8, "USD")]),
    ],
)
def test_numbers_of_one_list_share_the_unit_that_is_said_once(
    reader: AmountReader, text: str, expected: list[tuple[float, str]]
) -> None:
    assert values(reader.find(text)) == expected


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("more than $2.6 billion", ">="),
        ("up to 25%", "<="),
        ("an estimated 3 million tonnes", "~"),
        ("250 percent or more", ">="),
        ("exactly 3 percent", "="),
    ],
)
def test_the_words_around_an_amount_say_how_exactly_it_is_meant(
    reader: AmountReader, text: str, operator: str
) -> None:
    (amount,) = reader.find(text)
    assert amount.operator == operator


def test_a_bound_before_an_amount_is_led_by_its_words(reader: AmountReader) -> None:
    text = "worth more than $2.6 billion a year"
    (amount,) = reader.find(text)
    assert text[amount.lead : amount.start] == "more than "
    assert text[amount.start : amount.end] == "$2.6 billion"


def test_part_of_a_whole_is_a_percentage(reader: AmountReader) -> None:
    text = "two-thirds of its exports, and half of the rest; a quarter of a million people"
    assert values(reader.find(text)) == [(66.67, "percent"), (50, "percent")]


@pytest.mark.parametrize(
    "text",
    [
        "the G20, the F-35 and COVID-19",
        "the 19th century",
        "Section 232",
        "the second half of the year",
        "billions of dollars",
        "the team that 3 won",
        "one of them",
        "heading 8703.23.01",
    ],
)
def test_what_has_no_unit_is_no_amount(reader: AmountReader, text: str) -> None:
    assert reader.find(text) == []


def test_pounds_of_something_are_a_weight_and_other_pounds_are_money(reader: AmountReader) -> None:
    text = "40 million pounds of beef for 12 million pounds"
    assert values(reader.find(text)) == [(40e6, "pounds"), (12e6, "GBP")]


def test_an_earlier_price_is_per_unit_like_the_later_one(reader: AmountReader) -> None:
    assert [a.unit for a in reader.find("4.29 dlrs a barrel from 3.29 dlrs")] == ["USD/barrel"] * 2


def test_a_text_with_more_than_an_amount_is_not_read_as_one(reader: AmountReader) -> None:
    assert reader.read("25% on steel") is None
