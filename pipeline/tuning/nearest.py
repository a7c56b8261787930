"""Why not: how far each rule gets near a place in a text, and the first condition that fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.article import Article
from pipeline.frames import FramePattern
from pipeline.patterns import RegexPattern, TokensPattern, TreePattern
from pipeline.rulebook import Rule, Rulebook, matches_of
from pipeline.tuning.near_parse import near_frame, near_tokens, near_tree
from pipeline.tuning.near_regex import Spot, near_regex
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
    misses = [
        miss
        for rule in book.rules
        if (miss := near_miss(rule, book, article, place)) is not None and miss.share >= least
    ]
    return sorted(misses, key=lambda m: (-m.share, -m.passed))[:most]  # else as in the file


def sentence_around(article: Article, place: Stretch) -> Stretch:
    """The source offsets of the sentence, or sentences, in which a place stands."""
    around = [s for s in article.doc.sents if s.start_char < place[1] and place[0] < s.end_char]
    if not around:
        return place
    return around[0].start_char, around[-1].end_char


def near_miss(rule: Rule, book: Rulebook, article: Article, place: Stretch) -> NearMiss | None:
    """How near one rule comes at a place; None where it matches there or gets nowhere."""
    window = sentence_around(article, place)
    matches = [(m.start, m.end) for m in matches_of(rule, article)]
    if any(start < place[1] and place[0] < end for start, end in matches):
        return None
    found = [
        miss
        for miss in _misses(rule, book, article, Spot(article.body, window, place, matches))
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


def _misses(rule: Rule, book: Rulebook, article: Article, spot: Spot) -> Iterator[Miss]:
    pattern = rule.pattern
    if isinstance(pattern, RegexPattern):
        yield from near_regex(pattern.written, book, spot)
    elif isinstance(pattern, TokensPattern):
        yield from near_tokens(pattern, article.doc, spot.window, spot.place)
    elif isinstance(pattern, FramePattern):
        yield from near_frame(pattern, article.doc, spot.window, spot.place)
    elif isinstance(pattern, TreePattern):
        yield from near_tree(pattern, article.doc, spot.window, spot.place)
