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
