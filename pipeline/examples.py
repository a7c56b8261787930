"""Holds every rule to its examples and counter-examples, each read by the stages before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.article import Article, Published, Source
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


def faults_of(
    rule: Rule,
    stage: Stage,
    *,
    earlier: Sequence[Stage],
    parse: Callable[[Article], Article],
) -> Iterator[RuleFault]:
    """Each example of a rule that does not do what it says, as a fault with file, line and key."""
    for example in rule.examples:
        article = run(earlier, parse(example_article(example)))
        if message := verdict(rule, example, stage, article):
            yield RuleFault(example.where, f"rule {rule.id!r}: {message}")


def verdict(rule: Rule, example: Example, stage: Stage, article: Article) -> str | None:
    """What is wrong with one example, or None."""
    matches = [m for m in matches_of(rule, article) if stage.answer(m, article) is not None]
    if example.kind == "rejects":
        hits = [m for m in matches if not example.marks or touches(m, example.marks)]
        return f"fires on {words_of(hits[0], article)!r}, and must not" if hits else None
    failure = shortcoming(matches, example, stage, article)
    if example.kind == "misses":
        return None if failure else "is right now: move it from misses to matches"
    return failure


def shortcoming(
    matches: Sequence[Match], example: Example, stage: Stage, article: Article
) -> str | None:
    """Why no match is the marked one with what it must give, or None if one is."""
    start, end = example.marks[0]
    wanted = example.text[start:end]
    at_mark = [m for m in matches if (m.start, m.end) == (start, end)]
    if not at_mark:
        found = ", ".join(repr(words_of(m, article)) for m in matches) or "nothing"
        return f"must match {wanted!r}, matches {found}"
    differences = [differing(example.gives, stage.answer(m, article) or {}) for m in at_mark]
    if all(differences):
        return f"on {wanted!r} gives {differences[0]}"
    return None


def differing(wanted: Mapping[str, Any], given: Mapping[str, object]) -> str:
    """The values that differ, as `name = given, not wanted`; empty if none does."""
    return "; ".join(
        f"{name} = {as_text(given.get(name))}, not {as_text(value)}"
        for name, value in wanted.items()
        if as_text(given.get(name)) != as_text(value)
    )


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
