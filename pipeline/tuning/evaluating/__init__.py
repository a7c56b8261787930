"""How good the records are on a gold set, by field, rule and source, with how sure that is.

Counting follows the scorers that come with each gold set; a test compares the two where the sets
are at hand. Intervals come from drawing documents anew (bootstrap), with a fixed seed.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.article import Article, Published, Source
from pipeline.findings import Span
from pipeline.record import Record
from pipeline.tuning.evaluating import dates, entities, quotes, records, tariffs
from pipeline.tuning.evaluating.tallies import Metrics, Tally

DRAWS = 500
INTERVAL = (0.025, 0.975)

Gold = Mapping[str, Any]
Count = Callable[[Gold, Record], Tally]
Measure = Callable[[Counter[str]], Metrics]


class GoldError(ValueError):
    """A file is no gold set that is known; the message says what was expected."""


@dataclass(frozen=True)
class GoldSet:
    """Documents with their answers, and how to count and measure."""

    field: str
    documents: tuple[Gold, ...]
    count: Count
    measure: Measure


@dataclass(frozen=True)
class Score:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class RulePrecision:
    """How often what a rule found was right."""

    right: int
    found: int

    @property
    def precision(self) -> float:
        """0 to 1."""
        return self.right / self.found


@dataclass(frozen=True)
class Evaluation:
    """The numbers of one gold set."""

    field: str
    documents: int
    scores: Mapping[str, Score]
    rules: Mapping[str, RulePrecision]
    sources: Mapping[str, Metrics]


KINDS: tuple[tuple[str, str, Count, Measure], ...] = (
    ("timexes", "dates", dates.tally, dates.metrics),
    ("measures", "tariffs", tariffs.tally, tariffs.metrics),
    ("quotes", "quotes", quotes.tally, quotes.metrics),
    ("entities", "entities", entities.tally, entities.metrics),
)
"""Key of a gold document → its field, how it is counted and measured."""


def read_gold(path: Path) -> GoldSet:
    """A gold set: JSON Lines in the form of one of the fields, or a folder of corrected records."""
    if path.is_dir():
        files = sorted(path.glob("*.json"))
        documents = tuple(json.loads(file.read_text(encoding="utf-8")) for file in files)
        return GoldSet("records", documents, records.tally, records.metrics)
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        documents = tuple(json.loads(line) for line in lines if line.strip())
    except json.JSONDecodeError as error:
        raise GoldError(f"{path}: no JSON Lines: {error}") from error
    for key, field, count, measure in KINDS:
        if documents and key in documents[0]:
            return GoldSet(field, documents, count, measure)
    known = ", ".join(key for key, *_ in KINDS)
    raise GoldError(f"{path}: its lines have none of the keys {known}; is it a gold set?")


def articles_of(gold: GoldSet, path: Path) -> Iterator[Article]:
    """The texts of a gold set as articles; those of corrected records stand beside them."""
    for doc in gold.documents:
        if "text" in doc:
            text, published = doc["text"], doc.get("published")
        else:
            file = path / f"{doc['id']}.txt"
            if not file.is_file():
                raise GoldError(f"the text of record {doc['id']!r} is not beside it: {file.name}")
            text = file.read_bytes().decode("utf-8")
            published = (doc.get("published") or {}).get("value")
        yield Article(
            id=doc["id"],
            text=text,
            source=Source(sha256=sha256(text.encode()).hexdigest(), characters=len(text)),
            title=title_of(doc, text),
            published=Published(value=published, basis="given") if published else None,
        )


def title_of(doc: Gold, text: str) -> Span | None:
    """The title of a gold document where its text begins with it."""
    title = doc.get("title")
    words = title.get("text") if isinstance(title, Mapping) else title
    if not words or not text.startswith(words):
        return None
    return Span(start=0, end=len(words), text=words)


def as_json_of(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as plain data, as `--baseline` reads it back."""
    return asdict(evaluation)


def evaluate(gold: GoldSet, found: Iterable[Record], *, seed: int = 1) -> Evaluation:
    """Count each document, add up, and say how sure the sums are."""
    tallies = [gold.count(doc, record) for doc, record in zip(gold.documents, found, strict=True)]
    total = gold.measure(added(tallies))
    drawn = list(draws(tallies, gold.measure, seed))
    scores = {
        name: Score(value, *interval([d[name] for d in drawn])) for name, value in total.items()
    }
    by_source: dict[str, list[Tally]] = defaultdict(list)
    for doc, tally in zip(gold.documents, tallies, strict=True):
        by_source[str(doc.get("source", ""))].append(tally)
    sources = {name: gold.measure(added(group)) for name, group in sorted(by_source.items())}
    return Evaluation(
        field=gold.field,
        documents=len(tallies),
        scores=scores,
        rules=precisions(tallies),
        sources=sources if len(sources) > 1 else {},
    )


def added(tallies: Iterable[Tally]) -> Counter[str]:
    """The counts of all documents together."""
    total: Counter[str] = Counter()
    for tally in tallies:
        total.update(tally.counts)
    return total


def draws(tallies: Sequence[Tally], measure: Measure, seed: int) -> Iterator[Metrics]:
    """The numbers of as many documents, drawn anew with replacement."""
    chance = random.Random(seed)  # noqa: S311  # statistics, no secret
    for _ in range(DRAWS):
        yield measure(added(chance.choices(tallies, k=len(tallies))))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Where the middle 95 of 100 values lie."""
    ordered = sorted(values)
    low, high = (ordered[round(share * (len(ordered) - 1))] for share in INTERVAL)
    return low, high


def precisions(tallies: Iterable[Tally]) -> dict[str, RulePrecision]:
    """Rule → how often it was right, over all documents."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for tally in tallies:
        for rule, is_right in tally.outcomes:
            total[rule] += 1
            right[rule] += is_right
    return {rule: RulePrecision(right[rule], total[rule]) for rule in sorted(total)}
