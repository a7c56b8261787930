"""Trade figures: measured on a golden of invented sentences, and what they must never be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipeline.article import Article
from pipeline.extraction import Extractor
from pipeline.findings import Date, TradeFigure
from pipeline.rulefile import unmarked
from pipeline.stage import run
from tests.conftest import unparsed

GOLDEN = Path(__file__).parent / "golden" / "figures.yaml"
CORE = ("indicator", "value", "upper", "unit", "currency")
ARGUMENTS = ("direction", "reporter", "partner", "goods", "period")

Read = Callable[[str], Article]


@pytest.fixture(scope="session")
def read(extractor: Extractor) -> Read:
    """A text through the parse and all stages."""

    def through(text: str) -> Article:
        return run(extractor.stages, extractor.parser(unparsed(text)))

    return through


def shown(figure: TradeFigure, article: Article) -> dict[str, Any]:
    """A figure as the golden writes it."""
    dates = {date.id: date.text for date in article.of(Date)}
    return {
        **{name: getattr(figure, name) for name in (*CORE, "direction")},
        "reporter": figure.reporter and (figure.reporter.code or figure.reporter.name),
        "partner": figure.partner and (figure.partner.code or figure.partner.name),
        "goods": [goods.name for goods in figure.goods],
        "period": dates.get(figure.period or ""),
    }


def agrees(name: str, wanted: dict[str, Any], given: dict[str, Any]) -> bool:
    """Whether a field is right; a period where one date's words hold the other's."""
    expected, found = wanted.get(name), given[name]
    if name == "goods":
        return sorted(g.lower() for g in expected or []) == sorted(g.lower() for g in found)
    if name == "period" and expected and found:
        return expected.lower() in found.lower() or found.lower() in expected.lower()
    return bool(expected == found)


@dataclass
class Score:
    """Counts over the golden, and what went wrong, a line each."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def f1(self, right: str) -> float:
        total = self.counts["golden"] + self.counts["found"]
        return 200 * self.counts[right] / total if total else 100.0

    def add(self, marked: str, golden: Sequence[dict[str, Any]], article: Article) -> None:
        text, marks = unmarked(marked)
        wanted = dict(zip(marks, golden, strict=True))
        given = {(f.start, f.end): shown(f, article) for f in article.of(TradeFigure)}
        self.counts["golden"] += len(wanted)
        self.counts["found"] += len(given)
        for span in wanted.keys() - given.keys():
            self.faults.append(f"missed {text[slice(*span)]!r} in {text[:70]!r}")
        for span in given.keys() - wanted.keys():
            self.faults.append(f"surplus {text[slice(*span)]!r} in {text[:70]!r}: {given[span]}")
        for span in wanted.keys() & given.keys():
            self._compare(wanted[span], given[span], text[slice(*span)] + " in " + text[:70])

    def _compare(self, wanted: dict[str, Any], given: dict[str, Any], where: str) -> None:
        wrong = [name for name in (*CORE, *ARGUMENTS) if not agrees(name, wanted, given)]
        self.counts["spans"] += 1
        self.counts["records"] += not set(wrong) & set(CORE)
        self.counts["whole"] += not wrong
        for name in ARGUMENTS:
            self.counts[name] += name not in wrong
        self.faults += [f"{n} is {given[n]}, not {wanted.get(n)}: {where}" for n in wrong]


def examples() -> Iterator[dict[str, Any]]:
    content = YAML(typ="safe").load(GOLDEN)
    yield from content["sentences"]
    yield from content["articles"]


@pytest.fixture(scope="session")
def score(read: Read) -> Score:
    total = Score()
    for example in examples():
        marked = example["text"]
        total.add(marked, example.get("figures", []), read(unmarked(marked)[0]))
    return total


def test_most_figures_of_the_golden_are_found_and_little_else(score: Score) -> None:
    assert score.f1("spans") >= 97, "\n".join(score.faults)


def test_what_is_found_is_read_as_a_person_reads_it(score: Score) -> None:
    assert score.f1("records") >= 97, "\n".join(score.faults)
    assert score.f1("whole") >= 90, "\n".join(score.faults)


@pytest.mark.parametrize(
    "text", [e["text"] for e in examples() if not e.get("figures")], ids=lambda text: text[:40]
)
def test_numbers_that_are_not_about_trade_give_nothing(read: Read, text: str) -> None:
    assert read(text).of(TradeFigure) == ()


def only(article: Article) -> TradeFigure:
    (figure,) = article.of(TradeFigure)
    return figure


def test_a_country_is_stated_by_name_and_inferred_from_its_adjective(read: Read) -> None:
    figure = only(read("China's imports of Canadian goods fell 10.4% in 2025."))
    assert figure.reporter is not None
    assert figure.partner is not None
    assert (figure.reporter.basis, figure.partner.basis) == ("stated", "inferred")
    assert figure.partner.span is not None
    assert figure.partner.span.text == "Canadian"


def test_a_figure_inherits_the_reporter_of_its_paragraph(read: Read) -> None:
    article = read(
        "Japan's exports rose 4% in May. Shipments to China fell 3%.\n\nImports rose 2%."
    )
    first, second, third = article.of(TradeFigure)
    assert first.reporter is not None
    assert second.reporter is not None
    assert (second.reporter.code, second.reporter.basis) == ("JPN", "inherited")
    assert second.reporter.span == first.reporter.span
    assert third.reporter is None


def test_a_price_per_unit_has_the_unit_of_a_specific_duty(read: Read) -> None:
    figure = only(read("Copper fell to $9,150 a tonne."))
    assert (figure.indicator, figure.unit, figure.currency) == ("price", "USD/tonne", "USD")


def test_goods_carry_the_codes_of_their_entity(read: Read) -> None:
    figure = only(read("Japan imported 120,000 tonnes of beef in 2023."))
    assert [(goods.name, goods.hs) for goods in figure.goods] == [("beef", ("0201", "0202"))]


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Exports fell 3%.", "fall"),
        ("Exports were down 3%.", "fall"),
        ("Exports narrowed 3% to $5 billion.", "fall"),
        ("Exports rose by 3%.", "rise"),
        ("Exports were 3% higher.", "rise"),
        ("A 3% jump in exports was reported.", "rise"),
        ("Exports were flat at $5 billion.", "level"),
        ("Exports totalled $5 billion.", None),
    ],
)
def test_the_direction_is_that_of_the_words(read: Read, text: str, direction: str | None) -> None:
    assert read(text).of(TradeFigure)[0].direction == direction


def test_a_level_before_has_no_direction_and_its_own_date(read: Read) -> None:
    article = read("Exports rose to $5 billion in May from $4 billion a year earlier.")
    now, before = article.of(TradeFigure)
    dates = {date.id: date.text for date in article.of(Date)}
    assert (now.value, now.direction, dates[now.period or ""]) == (5e9, "rise", "May")
    assert (before.value, before.direction) == (4e9, None)
    assert dates[before.period or ""] == "a year earlier"


def test_a_currency_word_of_several_countries_is_read_by_the_reporter(read: Read) -> None:
    assert only(read("Mexico's exports totalled 80 billion pesos.")).currency == "MXN"
    assert only(read("Exports totalled 80 billion pesos.")).currency is None


def test_figures_are_numbered_in_text_order(read: Read) -> None:
    figures = read("Exports rose 3% and imports fell 2%.").of(TradeFigure)
    assert [figure.id for figure in figures] == ["f1", "f2"]
