"""Tries changed rules on a corpus: first where a change can be seen, then on all the rest.

A stage runs again for an article only if its own rules changed or a stage that it `needs` found
something else there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from pipeline.article import Article
from pipeline.examples import faults_of
from pipeline.extraction import Extractor
from pipeline.findings import Finding
from pipeline.frames import FramePattern
from pipeline.patterns import FLAGS, RegexPattern, TokensPattern, TreePattern, word_list_regex
from pipeline.record import record_of
from pipeline.rulebook import Rule, Rulebook, matches_of
from pipeline.rulefile import RuleFault
from pipeline.tuning.comparing import Change, compare
from pipeline.tuning.parses import FindingCache
from pipeline.tuning.passages import in_sentences

Found = tuple[tuple[Finding, ...], ...]
"""What each stage found, in running order."""


class TrialError(ValueError):
    """A change that cannot be tried on articles that are parsed already."""


class Trial:
    """Parsed articles with the rules that changes are compared with."""

    def __init__(
        self, articles: Iterable[Article], base: Extractor, kept: FindingCache | None = None
    ) -> None:
        self.articles = tuple(articles)
        self.base = base
        self.kept = kept
        self._found: dict[str, Found] = {}
        self._words: dict[str, str] = {}

    def against(self, after: Extractor) -> Comparison:
        """What other rules change; raises `TrialError` where they change what is parsed."""
        old, new = self.base.rules, after.rules
        reading = old.furniture.name
        if old.books[reading].digest != new.books[reading].digest:
            raise TrialError("reading.yaml changes what is parsed: start the watch anew")
        names = [stage.name for stage in after.stages]
        edits = [
            edit_of(old.books[name], new.books[name])
            for name in names
            if old.books[name].digest != new.books[name].digest
        ]
        touched = {a.id for a in self.articles if any(self._touches(e, a) for e in edits)}
        return Comparison(
            self,
            after,
            touched=tuple(a for a in self.articles if a.id in touched),
            rest=tuple(a for a in self.articles if a.id not in touched) if edits else (),
        )

    def found(self, article: Article) -> Found:
        """What the stages find with the base rules; found once."""
        if self.kept is not None and article.id not in self._found:
            self._found[article.id] = self.kept.found(article)
        if article.id not in self._found:
            parts = []
            for stage in self.base.stages:
                part = tuple(stage(article))
                article = article.adding(part)
                parts.append(part)
            self._found[article.id] = tuple(parts)
        return self._found[article.id]

    def _touches(self, edit: Edit, article: Article) -> bool:
        return (
            edit.everywhere
            or (edit.words is not None and edit.words.search(self._read(article)) is not None)
            or any(hits(old, article) != hits(new, article) for old, new in edit.rules)
        )

    def _read(self, article: Article) -> str:
        """Words and lemmas of an article."""
        if article.id not in self._words:
            lemmas = " ".join(token.lemma_ for token in article.doc)
            self._words[article.id] = f"{article.body}\n{lemmas}"
        return self._words[article.id]


@dataclass(frozen=True)
class Comparison:
    """Other rules on the articles of a trial."""

    trial: Trial
    after: Extractor
    touched: tuple[Article, ...]
    """Articles that hold a changed word, or in which a changed rule matches otherwise."""
    rest: tuple[Article, ...]
    """The others, in which a change is hardly to be expected; empty where no rule changed."""

    def changes(self, article: Article) -> list[Change]:
        """Every difference in one article."""
        base, old = self.trial.base, self.trial.found(article)
        before = after = article
        changed: set[type[Finding]] = set()
        for stage, known in zip(self.after.stages, old, strict=True):
            before = before.adding(known)
            books = base.rules.books[stage.name], self.after.rules.books[stage.name]
            if books[0].digest == books[1].digest and not changed.intersection(stage.needs):
                after = after.adding(known)
                continue
            found = tuple(stage(after))
            after = after.adding(found)
            if found != known:
                changed.update(stage.finds)
        if not changed:
            return []
        found_ = compare(record_of(before, base.receipt), record_of(after, self.after.receipt))
        return list(in_sentences(found_, article))

    def of(self, articles: Sequence[Article]) -> Iterator[Change]:
        """Every difference in some of the articles, one article after the other."""
        for article in articles:
            yield from self.changes(article)

    def faults(self) -> list[RuleFault]:
        """Each example of a new or changed rule that does not hold."""
        stages = tuple(self.after.stages)
        old = self.trial.base.rules.books
        return [
            fault
            for i, stage in enumerate(stages)
            for rule in self.after.rules.books[stage.name].rules
            if not same(by_id(old[stage.name]).get(rule.id), rule)
            for fault in faults_of(rule, stage, earlier=stages[:i], parse=self.after.parser)
        ]


# What changed in a rulebook -----------------------------------------------------------------------


@dataclass(frozen=True)
class Edit:
    """The difference between two states of a rulebook."""

    rules: tuple[tuple[Rule | None, Rule | None], ...]
    """Each rule that is new, gone or changed by more than the words of a lexicon in it."""
    words: regex.Pattern[str] | None
    """The words of the lexicon entries that differ; None where none does."""
    everywhere: bool
    """Whether it cannot be told where it matters: an atom, or the order of rules."""


def edit_of(old: Rulebook, new: Rulebook) -> Edit:
    """What differs between two states of a rulebook."""
    before, after = by_id(old), by_id(new)
    pairs = [(before.get(id), after.get(id)) for id in {**before, **after}]
    kept = [[id for id in rules if id in before and id in after] for rules in (before, after)]
    words = sorted({word for word in changed_words(old, new) if word.strip()})
    return Edit(
        rules=tuple(pair for pair in pairs if not same(*pair) and not same_writing(*pair)),
        words=regex.compile(word_list_regex(tuple(words)), FLAGS) if words else None,
        everywhere=old.atoms != new.atoms or kept[0] != kept[1],
    )


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
    states = [(said(r), r.finds, dict(r.gives), promised(r)) for r in (old, new)]
    return states[0] == states[1]


def same_writing(old: Rule | None, new: Rule | None) -> bool:
    """Whether two states of a regex rule are written alike and give the same."""
    if old is None or new is None or (old.finds, old.gives) != (new.finds, new.gives):
        return False
    a, b = old.pattern, new.pattern
    return isinstance(a, RegexPattern) and isinstance(b, RegexPattern) and a.written == b.written


def promised(rule: Rule) -> list[tuple[object, ...]]:
    """The examples of a rule, wherever they stand in the file."""
    return [(e.kind, e.text, e.marks, dict(e.gives), e.published) for e in rule.examples]


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


def hits(rule: Rule | None, article: Article) -> list[object]:
    """Where a rule matches, with what it gives there."""
    if rule is None:
        return []
    return [
        (m.start, m.end, dict(m.slots), rule.finds, dict(rule.gives))
        for m in matches_of(rule, article)
    ]
