"""What one article says of one measure, in the form in which claims are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pipeline.findings import Date, DateOfMeasure, Goods, Party, Rate, TariffMeasure
from pipeline.record import Record
from pipeline.tables.columns import day
from pipeline.tables.links import link_to
from pipeline.wording import goods, parties, rate_text, squeezed

EVERYTHING = "ALL"
"""Code of every partner, and name of all goods."""

# Words that say of goods only that they are goods, or whose they are: what is left names them.
EMPTY_WORDS = frozenset(
{
    "a", "all", "an", "and", "certain", "commodity", "commodities", "export", "exports",
    "from", "goods", "import", "imported", "imports", "in", "into", "item", "items", "its",
    "made", "more", "most", "of", "on", "or", "other", "own", "product", "products", "range",
    "shipments", "some", "such", "the", "their", "these", "various",
}
)  # fmt: skip
# Sectors, not goods: "agricultural products" neither agrees with canola nor contradicts it.
SECTOR_WORDS = frozenset(
{
    "agri", "agricultural", "agriculture", "agri-food", "consumer", "farm", "farming", "food",
    "industrial", "key", "luxury", "manufactured", "strategic",
}
)  # fmt: skip
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True)
class Days:
    """The days that a date may mean, both included."""

    first: date
    last: date

    def gap(self, other: Days) -> int:
        """Days between the two, 0 where they overlap."""
        return max((self.first - other.last).days, (other.first - self.last).days, 0)


@dataclass(frozen=True)
class Claim:
    """One measure as one article tells it."""

    article: str
    tariff: str
    published: date | None
    by: frozenset[str]
    on: frozenset[str]
    goods: frozenset[str]
    """Names without empty words; `ALL` where they are everything."""
    sectors: frozenset[str]
    """Names that say a sector only."""
    hs: frozenset[str]
    firms: frozenset[str]
    legal_basis: frozenset[str]
    instrument: str
    status: str
    rate: Rate | None
    previous_rate: Rate | None
    announced: Days | None
    effective: Days | None
    covered: tuple[float, str] | None
    shown: Shown


@dataclass(frozen=True)
class Shown:
    """The claim in the words and values that people see."""

    implementers: str
    affected: str
    goods: str
    rate: str | None
    announced: str | None
    effective: str | None
    until: str | None
    value_covered: str | None
    words: str
    link: str | None


def claims_of(record: Record) -> Iterator[Claim]:
    """The claims of an article, one for each of its measures."""
    dates = {found.id: found for found in record.dates}
    for measure in record.tariffs:
        named = [name_of(each) for each in measure.goods]
        covered = measure.value_covered
        yield Claim(
            article=record.id,
            tariff=measure.id,
            published=day(record.published.value) if record.published else None,
            by=codes(measure.implementers),
            on=codes(measure.affected),
            goods=frozenset(name for name in named if name and not is_sector(name)),
            sectors=frozenset(name for name in named if name and is_sector(name)),
            hs=frozenset(code for each in measure.goods for code in each.hs),
            firms=frozenset(squeezed(firm.text).casefold() for firm in measure.firms),
            legal_basis=frozenset(squeezed(law.text).casefold() for law in measure.legal_basis),
            instrument=measure.instrument,
            status=measure.status,
            rate=measure.rate,
            previous_rate=measure.previous_rate,
            announced=days(measure.announced, dates),
            effective=days(measure.effective, dates),
            covered=(covered.amount, covered.currency) if covered else None,
            shown=shown(measure, record.source.url),
        )


def shown(measure: TariffMeasure, url: str | None) -> Shown:
    """The claim as people see it."""
    covered = measure.value_covered
    first = measure.evidence[0].text if measure.evidence else ""
    return Shown(
        implementers=parties(measure.implementers),
        affected=parties(measure.affected),
        goods=goods(measure.goods),
        rate=rate_text(measure.rate) if measure.rate else None,
        announced=measure.announced.value if measure.announced else None,
        effective=measure.effective.value if measure.effective else None,
        until=measure.until.value if measure.until else None,
        value_covered=f"{covered.amount:,.0f} {covered.currency}" if covered else None,
        words=" … ".join(squeezed(span.text) for span in measure.evidence),
        link=link_to(url, first),
    )


def codes(sides: Iterable[Party]) -> frozenset[str]:
    """Codes of the parties, or their names where they have none."""
    return frozenset(party.code or squeezed(party.name).casefold() for party in sides)


def name_of(item: Goods) -> str:
    """What goods are called, in the singular and without empty words; empty where none is left."""
    return EVERYTHING if item.name == EVERYTHING else bare(item.name)


@lru_cache(maxsize=100_000)
def bare(name: str) -> str:
    """Words of a name that say something, in the singular: "imported steel products" → "steel"."""
    words = [singular(word) for word in WORD.findall(name.casefold())]
    return " ".join(word for word in words if word not in EMPTY_WORDS)


def singular(word: str) -> str:
    """A plural noun in the singular, well enough to compare two names."""
    if word in EMPTY_WORDS or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word.removesuffix("s")


def is_sector(name: str) -> bool:
    """Whether a name says a sector only."""
    return all(word in SECTOR_WORDS for word in name.split())


def days(told: DateOfMeasure | None, dates: dict[str, Date]) -> Days | None:
    """The days that a date of a measure may mean, or null where no calendar has them."""
    if told is None:
        return None
    found = dates.get(told.date or "")
    if found is not None and (first := day(found.earliest)) and (last := day(found.latest)):
        return Days(first, last)
    return days_of(told.value)


MONTH = re.compile(r"(\d{4})-(\d{2})")
YEAR = re.compile(r"\d{4}")


def days_of(value: str) -> Days | None:
    """The days of a TIMEX3 day, month or year."""
    if (only := day(value)) is not None:
        return Days(only, only)
    if (month := MONTH.fullmatch(value)) and 1 <= int(month[2]) <= 12 and int(month[1]) > 0:
        first = date(int(month[1]), int(month[2]), 1)
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return Days(first, date.fromordinal(following.toordinal() - 1))
    if YEAR.fullmatch(value) and int(value) > 0:
        return Days(date(int(value), 1, 1), date(int(value), 12, 31))
    return None
