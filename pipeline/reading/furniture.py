"""Tells page furniture (skip links, cookie notices, navigation) from the article, by rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

import regex

from pipeline.article import Article
from pipeline.findings import Boilerplate, Finding
from pipeline.patterns import RegexPattern
from pipeline.reading.header import date_of
from pipeline.reading.layout import Line, adjoining, first_prose, last_prose, lines_of
from pipeline.rulebook import Match, Rule, Rulebook
from pipeline.rulefile import RuleFault

LONGEST_FURNITURE = 400
"""Characters of the longest line that is tried: a cookie notice; longer lines are paragraphs."""

ROW = 3
"""Neighbouring lines of menu words that are a menu even in the middle of an article."""


class Furniture:
    """Finds the furniture of a page with the rules of `reading.yaml`, before the parse.

    It has the shape of a stage, so that `rules check` holds its rules to their examples. What a
    rule finds says where it holds:

    - `line`: furniture wherever it stands.
    - `heading`: the same, and the short lines joined on below it are links to other stories; at
      the bottom of a page all lines below it.
    - `edge`: furniture only at the top or the bottom of a page, or in a row of three.
    - `filler`: what may stand between two pieces of furniture at the bottom.
    """

    name: ClassVar[str] = "reading"
    finds: ClassVar[tuple[type[Finding], ...]] = (Boilerplate,)
    needs: ClassVar[tuple[type[Finding], ...]] = ()

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.line, self.heading, self.edge, self.filler, self.published = (
            LineRules(rules.by_kind.get(kind, ()))
            for kind in ("line", "heading", "edge", "filler", "published")
        )

    def __call__(self, article: Article) -> Iterable[Boilerplate]:
        """In text order."""
        return self.of(article.text)

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """What a match gives: for a publication date its value, else the words of its slots."""
        if match.rule.finds != "published":
            return match.slot_words(article)
        words = {name: article.text[s.start : s.end] for name, s in match.slots.items()}
        return {**match.slot_words(article), "value": date_of(words)}

    def of(self, text: str) -> tuple[Boilerplate, ...]:
        """The furniture of a text, line by line, in text order."""
        lines = lines_of(text)
        sure = [self.line.rule_of(line) for line in lines]
        for i, rule in self._links(text, lines):
            sure[i] = sure[i] or rule
        likely = [rule or self.edge.rule_of(line) for rule, line in zip(sure, lines, strict=True)]
        at_edges = dict(self._bottom(lines, likely))
        top = first_prose(lines)
        rows = in_rows(likely)
        rules = (
            sure[i] or at_edges.get(i) or (likely[i] if i < top or i in rows else None)
            for i in range(len(lines))
        )
        return tuple(
            Boilerplate(start=line.start, end=line.end, text=line.text, rule=rule)
            for line, rule in zip(lines, rules, strict=True)
            if rule is not None
        )

    def _links(self, text: str, lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
        """Headings of links ("Related stories") and the links below them."""
        bottom = last_prose(lines) + 1
        heading: str | None = None
        for i, line in enumerate(lines):
            if (rule := self.heading.rule_of(line)) is not None:
                heading = rule
            elif line.is_prose or (i < bottom and not adjoining(text, lines[i - 1], line)):
                heading = None
            if heading is not None:
                yield i, heading

    def _bottom(
        self, lines: Sequence[Line], likely: Sequence[str | None]
    ) -> Iterator[tuple[int, str]]:
        """Lines from the end upwards, as long as they are furniture or stand between furniture."""
        between: list[tuple[int, str]] = []
        for i in range(len(lines) - 1, -1, -1):
            if (rule := likely[i]) is not None:
                yield from (*between, (i, rule))
                between = []
            elif i < len(lines) - 1 and (rule := self.filler.rule_of(lines[i])) is not None:
                between.append((i, rule))
            else:
                return


def in_rows(likely: Sequence[str | None]) -> set[int]:
    """Positions of lines in rows of at least `ROW` that all could be furniture."""
    rows: set[int] = set()
    start = 0
    for i in range(len(likely) + 1):
        if i == len(likely) or likely[i] is None:
            if i - start >= ROW:
                rows.update(range(start, i))
            start = i + 1
    return rows


class LineRules:
    """The regex rules that find one kind, tried on one line.

    Raises `RuleFault` for a rule of another kind: furniture is told before the parse.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = [(rule, compiled(rule)) for rule in rules]

    def rule_of(self, line: Line) -> str | None:
        """The id of the first rule, in the order of the file, that reads the whole line."""
        if len(line.text) > LONGEST_FURNITURE:
            return None
        return next((r.id for r, pattern in self.rules if pattern.fullmatch(line.text)), None)

    def at_start(self, line: Line) -> tuple[Rule, regex.Match[str]] | None:
        """The first rule that reads a line from its start, with offsets in the line."""
        for rule, pattern in self.rules:
            if (match := pattern.match(line.text)) is not None:
                return rule, match
        return None


def compiled(rule: Rule) -> regex.Pattern[str]:
    """The regex of a rule; raises `RuleFault` for a rule of another kind."""
    if not isinstance(rule.pattern, RegexPattern):
        message = f"rule {rule.id!r} runs before the parse: it needs a regex, not {rule.kind}"
        raise RuleFault(rule.where, message)
    return rule.pattern.compiled
