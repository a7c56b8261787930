"""Lists the rules: where each stands, how often it fires and is right, what it costs, who beats it.

A corpus is read once, by the stages as they are, with regexes that count and time themselves: hits
and cost are those of the places where a stage looks. Rules on the parse, and those of the reading
room, are matched on the whole article. What comes of the matches is counted beside them: the
findings of the records that name the rule.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Any

from pydantic import BaseModel

from pipeline.article import Article
from pipeline.extraction import Extractor, Rules
from pipeline.patterns import Hit, RegexPattern
from pipeline.record import Record
from pipeline.rulebook import Rule, Rulebook, matches_of, place_of_list
from pipeline.rulefile import Where
from pipeline.stages.entities.gazetteers import LEXICONS
from pipeline.tuning.explaining import LISTS, rules_of
from pipeline.tuning.nearness import Stretch

SORTS = ("file", "hits", "precision", "cost")


@dataclass(frozen=True)
class Listed:
    """A rule, a word list that findings name, or an id that the program gives by itself."""

    id: str
    stage: str
    kind: str
    """`regex`, `tokens`, `tree`, `frame`, `lexicon` or `program`."""
    finds: str
    where: Where | None
    note: str
    right: int
    """Findings on the gold sets that were right, of `seen`."""
    seen: int
    hits: int | None = None
    """Matches on the corpus; None where none was given, or nothing is matched by itself."""
    found: int | None = None
    """Findings on the corpus that name it."""
    us_per_kiloword: float | None = None
    shadowed_by: tuple[str, ...] = ()
    """The rules that beat each of its matches on the corpus: it never decides."""

    @property
    def precision(self) -> float | None:
        """Share of its findings on the gold sets that were right, 0 to 1."""
        return self.right / self.seen if self.seen else None


@dataclass
class Log:
    """What one rule did: where it matched in the article that is read, and its seconds in all."""

    seconds: float = 0.0
    spans: set[Stretch] = field(default_factory=set)


@dataclass(frozen=True)
class CountingRegex(RegexPattern):
    """A regex that notes its matches and its time."""

    log: Log = field(default_factory=Log, compare=False, repr=False)

    def search(self, text: str, start: int, end: int) -> Iterator[Hit]:
        """Every match that lies in `[start, end)`."""
        _ = self.compiled  # made when it is first used, which is no cost of matching
        started = perf_counter()
        hits = list(super().search(text, start, end))
        self.log.seconds += perf_counter() - started
        self.log.spans.update((hit.start, hit.end) for hit in hits)
        return iter(hits)

    def at(self, text: str, start: int, end: int) -> Hit | None:
        """The match on `[start, end)`, or None."""
        _ = self.compiled
        started = perf_counter()
        hit = super().at(text, start, end)
        self.log.seconds += perf_counter() - started
        if hit is not None:
            self.log.spans.add((hit.start, hit.end))
        return hit


class Tally:
    """One pass over a corpus: hits, findings and time of each rule, and who beats whom."""

    def __init__(self, extractor: Extractor) -> None:
        self.logs: dict[str, Log] = {}
        self.rules = Rules(
            {name: self._counting(book) for name, book in extractor.rules.books.items()}
        )
        self.extractor = Extractor(rules=self.rules, model=extractor.model)
        self.articles = self.words = 0
        self.took_s = 0.0
        """Without reading and parsing."""
        self.hits: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.beaten: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """Rule → rule that beats it → of how many matches."""

    def _counting(self, book: Rulebook) -> Rulebook:
        rules = []
        for rule in book.rules:
            log = self.logs[rule.id] = Log()
            if isinstance(rule.pattern, RegexPattern):
                own = rule.pattern
                pattern = CountingRegex(own.source, own.written, own.cues, log)
                rules.append(replace(rule, pattern=pattern))
            else:
                rules.append(rule)
        return replace(book, rules=tuple(rules))

    def read(self, article: Article) -> None:
        """Count one article, which has its parse."""
        started = perf_counter()
        record = self.extractor(article)
        self.found.update(rule for item in findings_of(record) for rule in rules_of(item))
        unblanked = replace(article, boilerplate=())  # what the rules of the reading room read
        _ = unblanked.body
        for name, book in self.rules.books.items():
            for rule in book.rules:
                if name == self.rules.furniture.name:
                    list(matches_of(rule, unblanked))
                elif not isinstance(rule.pattern, RegexPattern):
                    self._match(rule, article)
            self._compare(book)
        self.articles += 1
        self.words += len(article.body.split())
        self.took_s += perf_counter() - started

    def _match(self, rule: Rule, article: Article) -> None:
        log, started = self.logs[rule.id], perf_counter()
        spans = {(match.start, match.end) for match in matches_of(rule, article)}
        log.seconds += perf_counter() - started
        log.spans |= spans

    def _compare(self, book: Rulebook) -> None:
        """Note by which rules of the same kind each match is beaten, and end with the article."""
        for rules in book.by_kind.values():
            for rule in rules:
                for span in self.logs[rule.id].spans:
                    winners = [
                        other.id
                        for other in rules
                        if other is not rule and self._beats(other, rule, span)
                    ]
                    self.hits[rule.id] += 1
                    self.beaten[rule.id].update(winners or [NOBODY])
        for rule in book.rules:
            self.logs[rule.id].spans.clear()

    def _beats(self, other: Rule, rule: Rule, span: Stretch) -> bool:
        """Whether another rule has a longer match over a span, or the same and stands earlier."""
        return any(
            start <= span[0]
            and span[1] <= end
            and ((start, end) != span or other.order < rule.order)
            for start, end in self.logs[other.id].spans
        )

    def shadows(self, rule: Rule) -> tuple[str, ...]:
        """The rules that beat every match of a rule: one alone if there is one, else several."""
        winners = self.beaten[rule.id]
        if not winners or NOBODY in winners:
            return ()
        alone = [id for id, count in winners.items() if count == self.hits[rule.id]]
        return tuple(alone[:1]) or tuple(sorted(winners))


NOBODY = ""
"""Beats a match that no rule beats."""


def tally_of(articles: Iterable[Article], extractor: Extractor) -> Tally:
    """One pass over articles with their parses."""
    tally = Tally(extractor)
    for article in articles:
        tally.read(article)
    return tally


def findings_of(record: Record) -> Iterator[BaseModel]:
    """Everything that a record holds of the stages and the reading room."""
    for name in dict.fromkeys(LISTS.values()):
        yield from getattr(record, name)


def listed(
    rules: Rules,
    observed: Mapping[str, tuple[int, int]],
    tally: Tally | None,
    overlay: Path | None = None,
) -> Iterator[Listed]:
    """Every rule, then what else findings name: word lists, and what the program says by itself."""
    known: set[str] = set()
    for name, book in rules.books.items():
        for rule in book.rules:
            known.add(rule.id)
            right, seen = observed.get(rule.id, (0, 0))
            entry = Listed(rule.id, name, rule.kind, rule.finds, rule.where, rule.note, right, seen)
            yield entry if tally is None else measured(entry, rule, tally)
    lists = {f"{stem}/{name}" for name, stem in LEXICONS.items()}
    counted = set() if tally is None else set(tally.found)
    for id in sorted((lists | observed.keys() | counted) - known):
        where = place_of_list(id, overlay)
        right, seen = observed.get(id, (0, 0))
        kind = "program" if where is None else "lexicon"
        stage = id.partition("/")[0]
        stage = stage if stage in rules.books else "entities"
        found = None if tally is None else tally.found[id]
        yield Listed(id, stage, kind, "", where, "", right, seen, found=found)


def measured(entry: Listed, rule: Rule, tally: Tally) -> Listed:
    """An entry with what a pass over a corpus counted."""
    kilowords = tally.words / 1000
    cost = 1e6 * tally.logs[rule.id].seconds / kilowords if kilowords else None
    return replace(
        entry,
        hits=tally.hits[rule.id],
        found=tally.found[rule.id],
        us_per_kiloword=cost,
        shadowed_by=tally.shadows(rule),
    )


def in_order(entries: Iterable[Listed], sort: str) -> list[Listed]:
    """By file, or most hits first, or least precision first, or dearest first; unknown last.

    Without a corpus the hits are the findings on the gold sets.
    """
    keys: Mapping[str, Callable[[Listed], float | None]] = {
        "hits": lambda entry: -entry.seen if entry.found is None else -(entry.hits or entry.found),
        "precision": lambda entry: entry.precision,
        "cost": lambda entry: None if entry.us_per_kiloword is None else -entry.us_per_kiloword,
    }
    if sort not in keys:
        return list(entries)
    key = keys[sort]
    return sorted(entries, key=lambda entry: (key(entry) is None, key(entry) or 0.0))


def silent(entries: Iterable[Listed]) -> list[Listed]:
    """The rules that never fire on the corpus; without one, that no finding on gold sets names."""
    return [
        entry
        for entry in entries
        if entry.kind != "program"
        and not (entry.seen if entry.found is None else entry.hits or entry.found)
    ]


def account(entries: Sequence[Listed], tally: Tally | None) -> Iterator[str]:
    """What is worth a look: rules that never fire and rules that never decide; and what it took."""
    shadowed = [entry for entry in entries if entry.shadowed_by]
    quiet = sorted(silent(entries), key=lambda entry: entry.id.partition("/")[0])
    where = "on the gold sets" if tally is None else f"on these {tally.articles} articles"
    if quiet:
        yield f"{len(quiet)} never fire {where}:"
        for stage, group in groupby(quiet, key=lambda entry: entry.id.partition("/")[0]):
            names = (f"{entry.id.partition('/')[2]}{place_said(entry)}" for entry in group)
            yield f"  {stage}: {', '.join(names)}"
    for entry in shadowed:
        by = " or ".join(entry.shadowed_by)
        place = f"{entry.where.file}:{entry.where.line}: " if entry.where else ""
        times = "its only match lies" if entry.hits == 1 else f"all {entry.hits} matches lie"
        yield f"{place}{entry.id} never decides: {times} within those of {by}."
    if tally is None:
        yield "Say --on which articles to count hits, cost and rules that shadow each other."
    else:
        yield (
            f"{tally.articles} articles of {tally.words:,} words in {tally.took_s:.1f} s, besides "
            "reading and parsing; the cost was measured on this machine."
        )


def place_said(entry: Listed) -> str:
    """The line of a rule, in brackets."""
    return f" (line {entry.where.line})" if entry.where else ""


def as_json(entry: Listed) -> dict[str, Any]:
    """As plain data, for programs."""
    return {
        "rule": entry.id,
        "stage": entry.stage,
        "kind": entry.kind,
        "finds": entry.finds,
        "file": entry.where.file if entry.where else None,
        "line": entry.where.line if entry.where else None,
        "note": entry.note,
        "right": entry.right,
        "seen": entry.seen,
        "precision": entry.precision,
        "hits": entry.hits,
        "found": entry.found,
        "us_per_thousand_words": entry.us_per_kiloword,
        "shadowed_by": list(entry.shadowed_by),
    }
