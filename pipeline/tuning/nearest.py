"""Why not: how far each rule gets near a place in a text, and the first condition that fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.article import Article
from pipeline.frames import FramePattern
from pipeline.patterns import RegexPattern, TokensPattern, TreePattern
from pipeline.rulebook import Rule, Rulebook, matches_of
from pipeline.tuning.near_parse import near_frame, near_tokens, near_tree
from pipeline.tuning.near_regex import Spot, near_regex, spoken
from pipeline.tuning.nearness import Miss, Stretch, concerns

NEAR = 0.5
"""Least share of its conditions that a rule must meet to be called near."""


@dataclass(frozen=True)
class NearMiss:
    """A rule that came near: what it matched, what it needed next, and what it met there."""

    rule: str
    matched: str
    """The words that the rule takes."""
    start: int
    end: int
    needs: str
    """The first condition that failed, in words."""
    met: str
    """What stands where it should hold."""
    side: str
    """`after` or `before` the words that it takes, or `at` them."""
    passed: int
    conditions: int

    @property
    def share(self) -> float:
        """How far the rule got, 0 to 1."""
        return self.passed / self.conditions

    @property
    def said(self) -> str:
        """What it took, needs and met, in one line."""
        words = " ".join(self.matched.split())
        return f"{self.side} {words!r} it needs {self.needs}, met {self.met}"


def nearest(
    book: Rulebook, article: Article, place: Stretch, *, most: int = 3, least: float = NEAR
) -> list[NearMiss]:
    """The rules of a book that came nearest at a place (source offsets), the nearest first.

    `least` is the share of its conditions that a rule must meet.
    """
    around = Surroundings(book, article, place, least)
    misses = [
        miss
        for rule in book.rules
        if (miss := near_miss(rule, around)) is not None and miss.share >= least
    ]
    return sorted(misses, key=lambda m: (-m.share, -m.passed))[:most]  # else as in the file


def sentence_around(article: Article, place: Stretch) -> Stretch:
    """The source offsets of the sentence, or sentences, in which a place stands."""
    around = [s for s in article.doc.sents if s.start_char < place[1] and place[0] < s.end_char]
    if not around:
        return place
    return around[0].start_char, around[-1].end_char


@dataclass(frozen=True)
class Surroundings:
    """A place in an article, its sentence, and the words of a rulebook that stand there."""

    book: Rulebook
    article: Article
    place: Stretch
    least: float = 0.0
    """Share of its conditions that a rule must meet."""

    @cached_property
    def window(self) -> Stretch:
        """The sentence."""
        return sentence_around(self.article, self.place)

    @cached_property
    def spoken(self) -> Rulebook:
        """The book with no other words than those of the sentence."""
        return spoken(self.book, self.article.body[slice(*self.window)])


def near_miss(rule: Rule, around: Surroundings) -> NearMiss | None:
    """How near one rule comes at a place; None where it matches there or gets nowhere."""
    article, place = around.article, around.place
    matches = [(m.start, m.end) for m in matches_of(rule, article)]
    if any(start < place[1] and place[0] < end for start, end in matches):
        return None
    found = [
        miss
        for miss in _misses(rule, around, matches)
        if concerns(miss, place)
        and all(miss.end <= start or end <= miss.start for start, end in matches)
    ]
    best = max(found, key=lambda m: (m.passed / m.conditions, m.passed), default=None)
    if best is None:
        return None
    return NearMiss(
        rule=rule.id,
        matched=article.text[best.start : best.end],
        start=best.start,
        end=best.end,
        needs=best.needs,
        met=best.met,
        side=best.side,
        passed=best.passed,
        conditions=best.conditions,
    )


def _misses(rule: Rule, around: Surroundings, taken: Sequence[Stretch]) -> Iterator[Miss]:
    pattern, doc = rule.pattern, around.article.doc
    if isinstance(pattern, RegexPattern):
        text = around.article.body
        spot = Spot(around.spoken, text, around.window, around.place, taken, around.least)
        yield from near_regex(pattern.written, around.book, spot)
    elif isinstance(pattern, TokensPattern):
        yield from near_tokens(pattern, doc, around.window, around.place)
    elif isinstance(pattern, FramePattern):
        yield from near_frame(pattern, doc, around.window, around.place)
    elif isinstance(pattern, TreePattern):
        yield from near_tree(pattern, doc, around.window, around.place)
