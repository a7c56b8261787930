"""The ledger: each measure once, with everything that articles claim of it side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from pipeline.ledger.claims import EVERYTHING, Claim, claims_of
from pipeline.ledger.copies import copies
from pipeline.ledger.linking import link
from pipeline.record import Record
from pipeline.tables.texts import known_words

TOLD = ("affected", "goods", "rate", "announced", "effective", "until", "value_covered")
"""What claims tell of a measure."""
EXCLUSIVE = TOLD[2:]
"""What can be told in one way only; goods and partners may each be told in part."""
UNKNOWN = "—"


class Model(BaseModel):
    """Base of what the ledger holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Told(Model):
    """One value that is told of a measure, and by how many."""

    value: str
    articles: tuple[str, ...]
    """Ids, copies left out."""


class Phase(Model):
    """A time in which articles gave a measure the same status."""

    status: str
    first: str | None
    last: str | None
    """Publication dates of the first and the last article that says so."""
    articles: tuple[str, ...]
    """Ids, copies left out."""


class Source(Model):
    """One claim: what one article says of the measure, and the words that prove it."""

    article: str
    tariff: str
    """Id of the measure in the article's record."""
    published: str | None
    status: str
    rate: str | None
    words: str
    link: str | None
    copy_of: str | None = None
    """Id of the article that this one is a copy of."""


class Measure(Model):
    """One measure with the claims of all articles."""

    id: str
    implementers: str
    affected: str
    goods: str
    """As most articles put it; the longer wording where they are as many."""
    status: str
    """As the last articles put it."""
    told: dict[str, tuple[Told, ...]]
    """Field → its values, the one that most articles tell first."""
    contradictions: tuple[str, ...]
    """Fields of which articles tell different values."""
    history: tuple[Phase, ...]
    """Statuses in the order of publication; articles without a date come first."""
    articles: int
    """How many articles tell it, copies counted once."""
    claims: tuple[Source, ...]


class Ledger(Model):
    """Measures across articles, those told by most articles first."""

    articles: int
    copies: dict[str, str]
    """Id of an article that is a copy → id of the first like it."""
    measures: tuple[Measure, ...]


def ledger_of(
    records: Iterable[Record], *, text: Callable[[Record], str | None] = lambda _: None
) -> Ledger:
    """The ledger of records.

    Args:
        records: The records, read once.
        text: Gives the source text of a record, to tell copies. Where it gives none, articles are
            compared by the words that their findings quote.
    """
    claims: list[Claim] = []
    texts: list[tuple[str, str, str]] = []
    count = 0
    for record in records:
        count += 1
        claims += claims_of(record)
        if record.tariffs:
            published = record.published.value if record.published else "9999"
            texts.append((published, record.id, text(record) or known_words(record)))
    copied = copies((id, words) for _, id, words in sorted(texts))
    ordered = sorted(claims, key=lambda c: (c.published or date.min, c.article, c.tariff))
    measures = [measure_of(linked, copied) for linked in link(ordered)]
    ranked = sorted(measures, key=rank)
    numbered = (
        measure.model_copy(update={"id": f"m{number}"})
        for number, measure in enumerate(ranked, start=1)
    )
    return Ledger(articles=count, copies=copied, measures=tuple(numbered))


def rank(measure: Measure) -> tuple[int, str, str, str]:
    """Told by most articles first, then the earliest; what has no date comes last."""
    first = measure.claims[0]
    dated = min((claim.published for claim in measure.claims if claim.published), default="9999")
    return (-measure.articles, dated, first.article, first.tariff)


def measure_of(claims: Sequence[Claim], copied: dict[str, str]) -> Measure:
    """The measure that some claims speak of."""
    ordered = sorted(claims, key=lambda c: (c.published or date.min, c.article, c.tariff))
    own = [claim for claim in ordered if claim.article not in copied] or ordered[:1]
    told = {field: values for field in TOLD if (values := tuple(told_values(own, field)))}
    history = tuple(phases(own))
    return Measure(
        id="",
        implementers=usual(claim.shown.implementers for claim in own),
        affected=usual(claim.shown.affected for claim in own),
        goods=usual(claim.shown.goods for claim in own),
        status=history[-1].status,
        told=told,
        contradictions=tuple(f for f in EXCLUSIVE if f in told and contradict(own, f)),
        history=history,
        articles=len({claim.article for claim in own}),
        claims=tuple(source_of(claim, copied) for claim in ordered),
    )


def source_of(claim: Claim, copied: dict[str, str]) -> Source:
    """A claim as the ledger shows it."""
    return Source(
        article=claim.article,
        tariff=claim.tariff,
        published=iso(claim.published),
        status=claim.status,
        rate=claim.shown.rate,
        words=claim.shown.words,
        link=claim.shown.link,
        copy_of=copied.get(claim.article),
    )


def told_values(claims: Sequence[Claim], field: str) -> Iterator[Told]:
    """The values of a field, the one that most articles tell first."""
    articles: dict[str, list[str]] = {}
    for claim in claims:
        value = getattr(claim.shown, field)
        if value not in (None, UNKNOWN):
            articles.setdefault(value, []).append(claim.article)
    for value, ids in sorted(articles.items(), key=lambda each: (-len(each[1]), each[0])):
        yield Told(value=value, articles=tuple(dict.fromkeys(ids)))


def contradict(claims: Sequence[Claim], field: str) -> bool:
    """Whether the values of a field cannot all be true: 2024 and October 2024 can."""
    if field in ("announced", "effective"):
        spans = {getattr(claim, field) for claim in claims} - {None}
        return any(one.gap(other) > 0 for one in spans for other in spans)
    return len({getattr(claim.shown, field) for claim in claims} - {None}) > 1


def phases(claims: Sequence[Claim]) -> Iterator[Phase]:
    """Runs of the same status, of claims ordered by publication."""
    run: list[Claim] = []
    for claim in claims:
        if run and run[-1].status != claim.status:
            yield phase(run)
            run = []
        run.append(claim)
    yield phase(run)


def phase(run: Sequence[Claim]) -> Phase:
    """One run of the same status."""
    days = [claim.published for claim in run if claim.published is not None]
    return Phase(
        status=run[0].status,
        first=iso(min(days, default=None)),
        last=iso(max(days, default=None)),
        articles=tuple(dict.fromkeys(claim.article for claim in run)),
    )


def usual(names: Iterable[str]) -> str:
    """The name that is used most; of two used as often "ALL", else the longer one."""
    counted = Counter(name for name in names if name != UNKNOWN)
    return max(
        counted,
        key=lambda name: (counted[name], name == EVERYTHING, len(name), name),
        default=UNKNOWN,
    )


def iso(day: date | None) -> str | None:
    """A day as text."""
    return day.isoformat() if day else None
