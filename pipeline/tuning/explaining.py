"""Explains a place in a text: what was found there and by which rule, and what was not, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import BaseModel

from pipeline.article import Article
from pipeline.extraction import Extractor
from pipeline.findings import Finding, spans_of
from pipeline.record import Record, record_of
from pipeline.rulebook import Match, Rulebook, matches_of
from pipeline.stage import Stage
from pipeline.tuning.lists import ListedWord, listed_words
from pipeline.tuning.nearest import NEAR, NearMiss, nearest
from pipeline.tuning.steps import TELLERS, Step

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
    why_not: str
    """Why no finding came of it; empty where one did."""


@dataclass(frozen=True)
class StageExplanation:
    """What one stage makes of a place."""

    stage: str
    found: list[dict[str, Any]]
    """Items of the record that have words there, as in the record."""
    fired: list[Fired]
    steps: list[Step]
    """How the stage came to what it found, or to nothing."""
    listed: list[ListedWord]
    """Entries of the stage's word lists that stand there, or nearly."""
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
    stages = [explain_stage(furniture, books[furniture.name], unblanked, record, place)]
    out = next((each for each in found.boilerplate if touches(each, place)), None)
    if out is None:  # no stage reads what is left out
        stages += [
            explain_stage(stage, books[stage.name], found, record, place)
            for stage in extractor.stages
        ]
    sentence = next((s.text for s in found.doc.sents if s.end_char > start), "")
    sentence = sentence if out is None else out.text
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
    matches = [
        match
        for rule in book.rules
        for match in matches_of(rule, article)
        if match.start < place[1] and place[0] < match.end
    ]
    tell = TELLERS.get(stage.name)
    return StageExplanation(
        stage=stage.name,
        found=[item.model_dump(mode="json") for item in there],
        fired=[fired_of(match, stage, article, matches, items) for match in matches],
        steps=list(tell(stage, article, record, place)) if tell is not None else [],
        listed=list(listed_words(book, article, place)),
        near=nearest(book, article, place, least=0.75 if stage.name == "reading" else NEAR),
    )


def fired_of(
    match: Match,
    stage: Stage,
    article: Article,
    others: Sequence[Match],
    items: Sequence[BaseModel],
) -> Fired:
    """A match with its pieces in words, and what became of it among what else was found."""
    answer = stage.answer(match, article)
    there = [item for item in items if touches(item, (match.start, match.end))]
    used = any(match.rule.id in rules_of(item) for item in there)
    loses = beaten(match, others, article) if stage.name in LONGEST_WINS else ""
    why = "" if used else loses or unused(match, answer, there)
    return Fired(
        rule=match.rule.id,
        note=match.rule.note,
        start=match.start,
        end=match.end,
        words=article.text[match.start : match.end],
        slots={name: article.text[s.start : s.end] for name, s in match.slots.items()},
        gives={
            name: str(value)
            for name, value in (answer or {}).items()
            if value is not None and name not in match.slots and name not in OF_A_FINDING
        },
        used=used,
        why_not=why,
    )


OF_A_FINDING = frozenset({"id", "start", "end", "text", "rule"})
"""Fields that say where a finding is and by whom, which stands there already."""

LONGEST_WINS = frozenset({"dates", "entities"})
"""Stages in which the longest match of a kind wins; in the others more than words decides."""

HELPS = {
    "no-rate": "it says of a number that it is no rate",
    "change": "it joins two rates, the old and the new",
    "trade": "it tells articles of trade, for --only-trade",
    "published": "it tells the day of publication",
    "filler": "it may stand between pieces of furniture",
}
"""What rules do that no finding names, by their kind."""


def beaten(match: Match, others: Sequence[Match], article: Article) -> str:
    """By which match of the same kind a match is beaten; empty if by none."""
    for other in others:
        longer = other.end - other.start > match.end - match.start
        same = (other.start, other.end) == (match.start, match.end)
        earlier = same and other.rule.order < match.rule.order
        if other.rule.finds == match.rule.finds and (longer or earlier):
            words = " ".join(article.text[other.start : other.end].split())
            order = "stands before it in the file" if earlier else "takes more words"
            return f"{other.rule.id} {order}: {words!r}"
    return ""


def unused(match: Match, answer: Mapping[str, object] | None, there: Sequence[BaseModel]) -> str:
    """Why no finding names the rule of a match that no other beats."""
    if match.rule.finds in HELPS:
        return HELPS[match.rule.finds]
    if answer is None:
        return "the stage makes nothing of it here"
    for item in there:
        rules = ", ".join(sorted(set(rules_of(item))))
        return f"{getattr(item, 'id', 'what was found')} has these words, by {rules}"
    return "no finding came of it"


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
