"""Holds every rule to its examples and counter-examples, each read by the stages before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.article import Article, Published, Source
from pipeline.patterns import PatternError, RegexPattern
from pipeline.rulebook import Example, Match, Rule, matches_of
from pipeline.rulefile import RuleFault
from pipeline.stage import Stage, run


def example_article(example: Example) -> Article:
    """The sentence of an example as an article."""
    published = (
        Published(value=example.published, basis="given") if example.published is not None else None
    )
    source = Source(sha256="", characters=len(example.text))
    return Article(id="example", text=example.text, source=source, published=published)


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is another than the example wants: its name, both values, and its words."""

    name: str
    wanted: str
    given: str
    span: tuple[int, int] | None
    """Half-open offsets in the sentence, where the value is a piece of the match."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How an example fails."""

    message: str
    found: tuple[tuple[int, int], ...] = ()
    """What the rule matches in the sentence, half-open."""
    differences: tuple[Difference, ...] = ()


class ExampleFault(RuleFault):
    """An example that does not do what it says, with what a report of it needs."""

    def __init__(self, rule: Rule, example: Example, article: Article, how: Shortfall) -> None:
        super().__init__(example.where, f"rule {rule.id!r}: {how.message}")
        self.rule = rule
        self.example = example
        self.article = article
        self.how = how


def faults_of(
    rule: Rule,
    stage: Stage,
    *,
    earlier: Sequence[Stage],
    parse: Callable[[Article], Article],
) -> Iterator[RuleFault]:
    """Each example of a rule that does not do what it says, as a fault with file, line and key.

    A pattern that spaCy refuses is one fault, and so is one without a piece that the stage reads.
    """
    for example in rule.examples:
        fault = fault_of(rule, example, stage, run(earlier, parse(example_article(example))))
        if fault is not None:
            yield fault
        if fault is not None and not isinstance(fault, ExampleFault):
            return


def fault_of(rule: Rule, example: Example, stage: Stage, article: Article) -> RuleFault | None:
    """What is wrong with one example, whose sentence the earlier stages have read as `article`."""
    try:
        shortfall = verdict(rule, example, stage, article)
    except PatternError as error:
        name = rule.id.partition("/")[2]
        fault = RuleFault(rule.pattern_at, f"rule {name!r}: {error}")
        fault.__cause__ = error
        return fault
    except KeyError as error:
        if not lacks(rule, error.args[0]):
            raise
        name, piece = rule.id.partition("/")[2], error.args[0]
        said = f"rule {name!r}: what finds {rule.finds!r} needs a piece named {piece!r}: "
        return RuleFault(rule.pattern_at, f"{said}write (?P<{piece}> … ) around its words")
    return None if shortfall is None else ExampleFault(rule, example, article, shortfall)


def lacks(rule: Rule, piece: object) -> bool:
    """Whether a regex rule has no group of this name."""
    pattern = rule.pattern
    return isinstance(pattern, RegexPattern) and piece not in pattern.compiled.groupindex


def verdict(rule: Rule, example: Example, stage: Stage, article: Article) -> Shortfall | None:
    """What is wrong with one example, or None."""
    matches = [m for m in matches_of(rule, article) if stage.answer(m, article) is not None]
    if example.kind == "rejects":
        hits = [m for m in matches if not example.marks or touches(m, example.marks)]
        if not hits:
            return None
        return Shortfall(f"fires on {words_of(hits[0], article)!r}, and must not", spans_of(hits))
    failure = shortcoming(matches, example, stage, article)
    if example.kind == "misses":
        if failure is not None:
            return None
        return Shortfall("is right now: move it from misses to matches", spans_of(matches))
    return failure


def shortcoming(
    matches: Sequence[Match], example: Example, stage: Stage, article: Article
) -> Shortfall | None:
    """Why no match is the marked one with what it must give, or None if one is."""
    start, end = example.marks[0]
    wanted = example.text[start:end]
    at_mark = [m for m in matches if (m.start, m.end) == (start, end)]
    if not at_mark:
        found = ", ".join(repr(words_of(m, article)) for m in matches) or "nothing"
        return Shortfall(f"must match {wanted!r}, matches {found}", spans_of(matches))
    failures = [
        tuple(differing(example.gives, stage.answer(match, article) or {}, match))
        for match in at_mark
    ]
    if not all(failures):
        return None
    said = "; ".join(f"{d.name} = {d.given}, not {d.wanted}" for d in failures[0])
    return Shortfall(f"on {wanted!r} gives {said}", ((start, end),), failures[0])


def differing(
    wanted: Mapping[str, Any], given: Mapping[str, object], match: Match
) -> Iterator[Difference]:
    """The values that differ."""
    for name, value in wanted.items():
        if as_text(given.get(name)) != as_text(value):
            slot = match.slots.get(name)
            span = (slot.start, slot.end) if slot is not None else None
            yield Difference(name, as_text(value), as_text(given.get(name)), span)


def spans_of(matches: Sequence[Match]) -> tuple[tuple[int, int], ...]:
    """What matches cover, each stretch once."""
    return tuple(dict.fromkeys((match.start, match.end) for match in matches))


def as_text(value: object) -> str:
    """A value as it is compared: 25, 25.0 and "25" are the same, and so are lists of them."""
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(as_text(item) for item in value) + "]"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "null" if value is None else str(value)


def touches(match: Match, marks: Sequence[tuple[int, int]]) -> bool:
    """Whether a match overlaps one of the marked stretches."""
    return any(match.start < end and start < match.end for start, end in marks)


def words_of(match: Match, article: Article) -> str:
    """The words that a match covers."""
    return article.text[match.start : match.end]
