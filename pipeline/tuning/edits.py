"""What differs between two states of a rulebook, and where in an article that can be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from pipeline.article import Article
from pipeline.compiled import FLAGS
from pipeline.frames import FramePattern
from pipeline.patterns import RegexPattern, TokensPattern, TreePattern, word_list_regex
from pipeline.reading.furniture import LONGEST_FURNITURE
from pipeline.reading.layout import Line
from pipeline.rulebook import Example, Rule, Rulebook, matches_of


@dataclass(frozen=True)
class Edit:
    """The difference between two states of a rulebook."""

    book: Rulebook
    """The new state."""
    rules: tuple[tuple[Rule | None, Rule | None], ...]
    """Each rule that is new, gone or changed by more than the words of a lexicon in it."""
    words: regex.Pattern[str] | None
    """The words of the lexicon entries that differ; None where none does."""
    everywhere: bool
    """Whether it cannot be told where it matters: an atom, or the order of rules."""
    promises: tuple[tuple[Rule, Example], ...]
    """The examples that have to hold anew, those of new and changed rules first."""


def edit_of(old: Rulebook, new: Rulebook) -> Edit:
    """What differs between two states of a rulebook."""
    before, after = by_id(old), by_id(new)
    pairs = [(before.get(id), after.get(id)) for id in {**before, **after}]
    kept = [[id for id in rules if id in before and id in after] for rules in (before, after)]
    said = sorted({word for word in changed_words(old, new) if word.strip()})
    words = regex.compile(word_list_regex(tuple(said)), FLAGS) if said else None
    everywhere = old.atoms != new.atoms or kept[0] != kept[1]
    changed = tuple(pair for pair in pairs if not same(*pair) and not same_writing(*pair))
    return Edit(new, changed, words, everywhere, tuple(promises(pairs, words, changed)))


def promises(
    pairs: Sequence[tuple[Rule | None, Rule | None]],
    words: regex.Pattern[str] | None,
    changed: Sequence[tuple[Rule | None, Rule | None]],
) -> Iterator[tuple[Rule, Example]]:
    """The examples of new and changed rules, then those that hold a word of a changed lexicon.

    A rule that is written as before and holds a changed atom counts as changed here.
    """
    held: list[tuple[Rule, Example]] = []
    for old, new in pairs:
        if new is None:
            continue
        known = set() if old is None else {promised(example) for example in old.examples}
        whole = (old, new) in changed or (words is None and not same(old, new))
        for example in new.examples:
            if whole or promised(example) not in known:
                yield new, example
            elif words is not None and words.search(example.text):
                held.append((new, example))
    yield from held


def changed_words(old: Rulebook, new: Rulebook) -> Iterator[str]:
    """The words of each lexicon entry that is new, gone or changed, and the texts in its value."""
    nothing: dict[str, Any] = {}
    missing = object()
    for name in {**old.lexicons, **new.lexicons}:
        before, after = old.lexicons.get(name, nothing), new.lexicons.get(name, nothing)
        for word in {**before, **after}:
            values = before.get(word, missing), after.get(word, missing)
            if values[0] != values[1]:
                yield word
                for value in values:
                    yield from texts_in(value)


def texts_in(value: object) -> Iterator[str]:
    """Every text in nested data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(key)
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)


def by_id(book: Rulebook) -> dict[str, Rule]:
    """The rules of a book by id, in their order."""
    return {rule.id: rule for rule in book.rules}


def same(old: Rule | None, new: Rule | None) -> bool:
    """Whether two states of a rule match, give and promise the same."""
    if old is None or new is None:
        return old is new
    states = [
        (said(r), r.finds, dict(r.gives), [promised(e) for e in r.examples]) for r in (old, new)
    ]
    return states[0] == states[1]


def same_writing(old: Rule | None, new: Rule | None) -> bool:
    """Whether two states of a regex rule are written alike and give the same."""
    if old is None or new is None or (old.finds, old.gives) != (new.finds, new.gives):
        return False
    a, b = old.pattern, new.pattern
    return isinstance(a, RegexPattern) and isinstance(b, RegexPattern) and a.written == b.written


def promised(example: Example) -> tuple[object, ...]:
    """What an example says, wherever it stands in the file."""
    gives = tuple(sorted((name, repr(value)) for name, value in example.gives.items()))
    return example.kind, example.text, example.marks, gives, example.published


def said(rule: Rule) -> object:
    """The pattern of a rule, as it is compared."""
    pattern = rule.pattern
    if isinstance(pattern, RegexPattern):
        return pattern.source
    if isinstance(pattern, TokensPattern):
        return pattern.patterns, pattern.names
    if isinstance(pattern, TreePattern):
        return pattern.pattern
    return pattern if isinstance(pattern, FramePattern) else None


# Where it can be seen -----------------------------------------------------------------------------


def hits(rule: Rule | None, article: Article) -> list[object]:
    """Where a rule matches, with what it gives there."""
    if rule is None:
        return []
    return [
        (m.start, m.end, dict(m.slots), rule.finds, dict(rule.gives))
        for m in matches_of(rule, article)
    ]


def line_hits(rule: Rule | None, lines: Sequence[Line]) -> list[object]:
    """Which lines of a page a rule of the reading room reads, whole or from their start."""
    if rule is None or not isinstance(rule.pattern, RegexPattern):
        return []
    read = rule.pattern.compiled
    match = read.match if rule.finds == "published" else read.fullmatch
    return [
        (line.start, found.span(), found.groupdict(), rule.finds)
        for line in lines
        if (rule.finds == "published" or len(line.text) <= LONGEST_FURNITURE)
        and (found := match(line.text)) is not None
    ]
