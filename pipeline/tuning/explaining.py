"""Explains a place in a text: what was found there and by which rule, and what was not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import BaseModel

from pipeline.article import Article
from pipeline.extraction import Extractor
from pipeline.findings import Finding, spans_of
from pipeline.record import Record, record_of
from pipeline.rulebook import Match, Rulebook, matches_of
from pipeline.stage import Stage
from pipeline.tuning.nearest import NearMiss, nearest

LISTS = {
    "reading": "boilerplate",
    "entities": "entities",
    "references": "entities",
    "dates": "dates",
    "quotes": "quotes",
    "tariffs": "tariffs",
    "figures": "figures",
}
"""Stage → the list of the record in which its findings stand."""


@dataclass(frozen=True)
class Fired:
    """A rule that matches at the place, with its pieces, and what became of the match."""

    rule: str
    note: str
    start: int
    end: int
    words: str
    slots: dict[str, str]
    gives: dict[str, str]
    used: bool
    """Whether a finding of the record names this rule at this place."""


@dataclass(frozen=True)
class StageExplanation:
    """What one stage makes of a place."""

    stage: str
    found: list[dict[str, Any]]
    """Items of the record that have words there, as in the record."""
    fired: list[Fired]
    near: list[NearMiss]


@dataclass(frozen=True)
class Explanation:
    """What the stages make of a place in a text."""

    id: str
    start: int
    end: int
    words: str
    sentence: str
    stages: list[StageExplanation]

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def explain(extractor: Extractor, article: Article, place: tuple[int, int]) -> Explanation:
    """Explain the source offsets `[start, end)` of an article."""
    found = extractor.found(article)
    record = record_of(found, extractor.receipt)
    start, end = place
    books, furniture = extractor.rules.books, extractor.rules.furniture
    unblanked = replace(found, boilerplate=())  # what the rules of the reading room read
    stages = [
        explain_stage(furniture, books[furniture.name], unblanked, record, place),
        *(
            explain_stage(stage, books[stage.name], found, record, place)
            for stage in extractor.stages
        ),
    ]
    sentence = next((s.text for s in found.doc.sents if s.end_char > start), "")
    return Explanation(
        id=article.id,
        start=start,
        end=end,
        words=article.text[start:end],
        sentence=" ".join(sentence.split()),
        stages=stages,
    )


def explain_stage(
    stage: Stage, book: Rulebook, article: Article, record: Record, place: tuple[int, int]
) -> StageExplanation:
    """What one stage makes of a place."""
    items: list[BaseModel] = list(getattr(record, LISTS[stage.name]))
    there = [item for item in items if touches(item, place)]
    rules_used = {rule for item in there for rule in rules_of(item)}
    fired = [
        fired_of(match, stage, article, used=match.rule.id in rules_used)
        for rule in book.rules
        for match in matches_of(rule, article)
        if match.start < place[1] and place[0] < match.end
    ]
    return StageExplanation(
        stage=stage.name,
        found=[item.model_dump(mode="json") for item in there],
        fired=fired,
        near=nearest(book, article, place),
    )


def fired_of(match: Match, stage: Stage, article: Article, *, used: bool) -> Fired:
    """A match with its pieces in words."""
    return Fired(
        rule=match.rule.id,
        note=match.rule.note,
        start=match.start,
        end=match.end,
        words=article.text[match.start : match.end],
        slots={name: article.text[s.start : s.end] for name, s in match.slots.items()},
        gives={
            name: str(value)
            for name, value in (stage.answer(match, article) or {}).items()
            if value is not None and name not in match.slots
        },
        used=used,
    )


def touches(item: BaseModel, place: tuple[int, int]) -> bool:
    """Whether a finding has words at the place."""
    return any(start < place[1] and place[0] < end for start, end, _ in spans_of(item))


def rules_of(item: BaseModel) -> Iterator[str]:
    """The rules that a finding and its parts name."""
    for name in type(item).model_fields:
        value = getattr(item, name)
        if name == "rule":
            yield value
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Finding):
                yield from rules_of(part)
