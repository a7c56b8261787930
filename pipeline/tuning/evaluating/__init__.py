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
from math import isnan, nan
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from pydantic import ValidationError

from pipeline.article import Article, Published, Source
from pipeline.findings import Span
from pipeline.record import Record
from pipeline.tables.places import Place, place_of
from pipeline.tables.texts import source_text
from pipeline.tuning.evaluating import dates, entities, quotes, records, tariffs
from pipeline.tuning.evaluating.tallies import Metrics, Tally, share
from pipeline.writing import file_stem

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

    @property
    def is_more_than_chance(self) -> bool:
        """Of a difference: whether 0 lies outside its interval."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class RulePrecision:
    """How often what a rule found was right, in percent, and of how many."""

    right: int
    found: int
    precision: Score


@dataclass(frozen=True)
class Counted:
    """One document's part of an evaluation, as a later one compares itself with it."""

    gold: str
    """Digest of the gold document: one that was corrected since is not compared."""
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Evaluation:
    """The numbers of one gold set."""

    field: str
    documents: int
    scores: Mapping[str, Score]
    rules: Mapping[str, RulePrecision]
    sources: Mapping[str, Mapping[str, Score]]
    """Source of the documents → the same numbers, where there are several sources."""
    counted: Mapping[str, Counted]
    """Document by id → its counts."""


@dataclass(frozen=True)
class Comparison:
    """What changed since an earlier evaluation, on the documents that both have."""

    documents: int
    """How many both have, with the same gold."""
    left_out: int
    differences: Mapping[str, Score]
    """Number → now minus then."""


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
    kept = place_of(path) if gold.field == "records" else None
    for doc in gold.documents:
        yield article_of(doc) if kept is None else article_of_record(doc, kept)


def article_of(doc: Gold) -> Article:
    """The article of a document that holds its text."""
    text, published = doc["text"], doc.get("published")
    return Article(
        id=doc["id"],
        text=text,
        source=Source(sha256=sha256(text.encode()).hexdigest(), characters=len(text)),
        title=title_of(doc, text),
        published=Published(value=published, basis="given") if published else None,
    )


def article_of_record(doc: Gold, kept: Place) -> Article:
    """The article of a corrected record: its text, and what it says of the page."""
    try:
        record = Record.model_validate(dict(doc))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise GoldError(f"{doc.get('id')}: is no record: {place}: {first['msg']}") from error
    text = source_text(record, kept)
    if text is None:
        name = f"{file_stem(record.id)}.txt"
        raise GoldError(f"the text of record {record.id!r} is not beside it: {name}")
    return Article(
        id=record.id,
        text=text,
        source=record.source,
        title=record.title,
        published=record.published,
        boilerplate=record.boilerplate,
    )


def title_of(doc: Gold, text: str) -> Span | None:
    """The title of a gold document where its text begins with it."""
    title = doc.get("title")
    if not title or not text.startswith(title):
        return None
    return Span(start=0, end=len(title), text=title)


def as_json_of(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as plain data, as `--baseline` reads it back."""
    return asdict(evaluation)


def evaluate(gold: GoldSet, found: Iterable[Record], *, seed: int = 1) -> Evaluation:
    """Count each document, add up, and say how sure the sums are."""
    tallies = [gold.count(doc, record) for doc, record in zip(gold.documents, found, strict=True)]
    by_source: dict[str, list[Tally]] = defaultdict(list)
    for doc, tally in zip(gold.documents, tallies, strict=True):
        by_source[source_name(doc)].append(tally)
    return Evaluation(
        field=gold.field,
        documents=len(tallies),
        scores=scores_of([tally.counts for tally in tallies], gold.measure, seed),
        rules=precisions(tallies, seed),
        sources={
            name: scores_of([tally.counts for tally in group], gold.measure, seed)
            for name, group in sorted(by_source.items())
        }
        if len(by_source) > 1
        else {},
        counted={
            str(doc["id"]): Counted(digest_of(doc), {k: n for k, n in tally.counts.items() if n})
            for doc, tally in zip(gold.documents, tallies, strict=True)
        },
    )


def read_baseline(path: Path, name: str) -> Mapping[str, Any]:
    """What an earlier `eval --json` said of a gold set; raises `GoldError` where it said nothing.

    A baseline that holds one set only is of whatever set is scored now.
    """
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise GoldError(f"the baseline {path} cannot be read: {error}") from error
    if not isinstance(earlier, dict) or not earlier:
        raise GoldError(f"the baseline {path} is no evaluation; make it with eval --json")
    said = earlier.get(name) or (next(iter(earlier.values())) if len(earlier) == 1 else None)
    if not isinstance(said, dict):
        raise GoldError(f"the baseline {path} has nothing on it, but on {', '.join(earlier)}")
    return said


def compare(before: Mapping[str, Any], after: Evaluation, *, seed: int = 1) -> Comparison:
    """What changed since an earlier evaluation (its JSON), each document drawn with its pair.

    Raises:
        GoldError: The earlier evaluation is of another field, or holds no counts.
    """
    measures = {"records": records.metrics, **{field: each for _, field, _, each in KINDS}}
    if before.get("field") != after.field or "counted" not in before:
        said = f"it is of {before.get('field')!r}, not of {after.field!r}, or of an older version"
        raise GoldError(f"the baseline cannot be compared: {said}; make it with eval --json")
    then = before["counted"]
    both = [
        id
        for id, counted in after.counted.items()
        if id in then and then[id]["gold"] == counted.gold
    ]
    old = [Counter[str](then[id]["counts"]) for id in both]
    new = [Counter[str](after.counted[id].counts) for id in both]
    measure = measures[after.field]
    pairs = zip(drawn(old, measure, seed), drawn(new, measure, seed), strict=True)
    changes = [difference(a, b) for a, b in pairs]
    differences = {
        name: Score(value, *interval([each[name] for each in changes if name in each]))
        for name, value in difference(measure(added(old)), measure(added(new))).items()
    }
    return Comparison(len(both), len(then.keys() | after.counted) - len(both), differences)


def source_name(doc: Gold) -> str:
    """What the source of a gold document is called: of a record, its site or its folder."""
    source = doc.get("source") or ""
    if not isinstance(source, Mapping):
        return str(source)
    return urlsplit(source.get("url") or "").hostname or str(
        PurePath(source.get("path") or "").parent
    )


def difference(before: Metrics, after: Metrics) -> Metrics:
    """Now minus then, of the numbers that both are."""
    found = {name: after[name] - before[name] for name in after if name in before}
    return {name: value for name, value in found.items() if not isnan(value)}


def digest_of(doc: Gold) -> str:
    """What tells a gold document from a corrected one."""
    content = json.dumps(doc, ensure_ascii=False, sort_keys=True)
    return sha256(content.encode()).hexdigest()[:16]


def added(counts: Iterable[Counter[str]]) -> Counter[str]:
    """The counts of several documents together."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total


def scores_of(counts: Sequence[Counter[str]], measure: Measure, seed: int) -> dict[str, Score]:
    """The numbers of documents with their intervals."""
    total = measure(added(counts))
    draws = list(drawn(counts, measure, seed))
    return {
        name: Score(value, *interval([d[name] for d in draws if not isnan(d.get(name, nan))]))
        for name, value in total.items()
        if not isnan(value)
    }


def drawn(counts: Sequence[Counter[str]], measure: Measure, seed: int) -> Iterator[Metrics]:
    """The numbers of as many documents, drawn anew with replacement (bootstrap).

    The same seed draws the same documents, so that two evaluations can be paired.
    """
    names = sorted({name for each in counts for name in each})
    if not names:
        return
    table = np.array([[each[name] for name in names] for each in counts], dtype=np.int64)
    chance = random.Random(seed)  # noqa: S311  # statistics, no secret
    for _ in range(DRAWS):
        places = chance.choices(range(len(counts)), k=len(counts))
        sums = np.bincount(places, minlength=len(counts)) @ table
        yield measure(Counter(dict(zip(names, sums.tolist(), strict=True))))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Where the middle 95 of 100 values lie; nowhere where there are none."""
    ordered = sorted(values) or [0.0]
    low, high = (ordered[round(at * (len(ordered) - 1))] for at in INTERVAL)
    return low, high


def precisions(tallies: Sequence[Tally], seed: int) -> dict[str, RulePrecision]:
    """Rule → how often it was right, over all documents."""
    counts = []
    for tally in tallies:
        of_document: Counter[str] = Counter()
        for rule, is_right in tally.outcomes:
            of_document[f"{rule} found"] += 1
            of_document[f"{rule} right"] += is_right
        counts.append(of_document)
    total = added(counts)
    rules = sorted(name.removesuffix(" found") for name in total if name.endswith(" found"))

    def measure(sums: Counter[str]) -> Metrics:
        seen = [rule for rule in rules if sums[f"{rule} found"]]
        return {rule: share(sums[f"{rule} right"], sums[f"{rule} found"]) for rule in seen}

    scores = scores_of(counts, measure, seed)
    return {
        rule: RulePrecision(total[f"{rule} right"], total[f"{rule} found"], scores[rule])
        for rule in rules
    }
