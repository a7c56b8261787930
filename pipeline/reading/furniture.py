"""Tells page furniture (skip links, cookie notices, navigation) from the article, by rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

import regex

from pipeline.article import Article
from pipeline.findings import Boilerplate, Finding
from pipeline.patterns import RegexPattern
from pipeline.reading.header import date_of
from pipeline.reading.layout import Line, first_prose, lines_of
from pipeline.rulebook import Match, Rule, Rulebook
from pipeline.rulefile import RuleFault

LONGEST_FURNITURE = 400
"""Characters of the longest line that is tried: a cookie notice; longer lines are paragraphs."""

ROW = 3
"""Neighbouring lines of navigation words that are a menu even in the middle of an article."""


class Furniture:
    """Finds the furniture of a page with the rules of `reading.yaml`, before the parse.

    It has the shape of a stage, so that `rules check` holds its rules to their examples.

    Rules that find `line` tell furniture wherever it stands; rules that find `edge` tell words
    that are furniture only at the top or the bottom of a page, or in a row; rules that find
    `filler` tell what may stand between two of these at the bottom.
    """

    name: ClassVar[str] = "reading"
    finds: ClassVar[tuple[type[Finding], ...]] = (Boilerplate,)
    needs: ClassVar[tuple[type[Finding], ...]] = ()

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.anywhere = LineRules(rules.by_kind.get("line", ()))
        self.edge = LineRules(rules.by_kind.get("edge", ()))
        self.filler = LineRules(rules.by_kind.get("filler", ()))
        self.published = LineRules(rules.by_kind.get("published", ()))

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
        sure = [self.anywhere.rule_of(text, line) for line in lines]
        likely = [
            rule or self.edge.rule_of(text, line) for rule, line in zip(sure, lines, strict=True)
        ]
        rules: dict[int, str | None] = dict(self._bottom(text, lines, likely))
        for i in range(len(lines)):
            if sure[i] or i < first_prose(lines) or in_a_row(likely, i):
                rules[i] = likely[i]
        return tuple(
            Boilerplate(start=line.start, end=line.end, text=line.text, rule=rule)
            for i, line in enumerate(lines)
            if (rule := rules.get(i)) is not None
        )

    def _bottom(
        self, text: str, lines: Sequence[Line], likely: Sequence[str | None]
    ) -> Iterator[tuple[int, str]]:
        """Lines from the end upwards, as long as they are furniture or stand between furniture."""
        between: list[tuple[int, str]] = []
        for i in range(len(lines) - 1, -1, -1):
            if (rule := likely[i]) is not None:
                yield from (*between, (i, rule))
                between = []
            elif i < len(lines) - 1 and (rule := self.filler.rule_of(text, lines[i])) is not None:
                between.append((i, rule))
            else:
                return


def in_a_row(likely: Sequence[str | None], i: int) -> bool:
    """Whether a line is one of at least `ROW` neighbours that all could be furniture."""
    if likely[i] is None:
        return False
    first, last = i, i
    while first > 0 and likely[first - 1] is not None:
        first -= 1
    while last + 1 < len(likely) and likely[last + 1] is not None:
        last += 1
    return last - first + 1 >= ROW


class LineRules:
    """Several regex rules as one pattern that is tried once at the start of a line.

    Raises `RuleFault` for a rule of another kind: furniture is told before the parse.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.pattern = regex.compile(
            "|".join(f"(?P<r{n}>{_source(rule)}\n)" for n, rule in enumerate(rules)) or "(?!)",
            regex.VERBOSE | regex.IGNORECASE | regex.V1,
        )

    def rule_of(self, text: str, line: Line) -> str | None:
        """The id of the first rule, in the order of the file, that reads the whole line."""
        if line.end - line.start > LONGEST_FURNITURE:
            return None
        match = self.pattern.fullmatch(text, line.start, line.end)
        return None if match is None else self._rule(match).id

    def at_start(self, text: str, line: Line) -> tuple[Rule, regex.Match[str]] | None:
        """The first rule that reads a line from its start."""
        match = self.pattern.match(text, line.start, line.end)
        return None if match is None else (self._rule(match), match)

    def _rule(self, match: regex.Match[str]) -> Rule:
        return next(r for n, r in enumerate(self.rules) if match.span(f"r{n}") != (-1, -1))


def _source(rule: Rule) -> str:
    if not isinstance(rule.pattern, RegexPattern):
        message = f"rule {rule.id!r} runs before the parse: it needs a regex, not {rule.kind}"
        raise RuleFault(rule.where, message)
    return rule.pattern.source
