"""Tries changed rules on a corpus: first where a change can be seen, then on all the rest.

An article is read and parsed anew only where the changed rules read or spell it otherwise, and a
stage runs again for it only if its own rules changed or a stage that it `needs` found something
else there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from pipeline.article import Article
from pipeline.examples import example_article, fault_of
from pipeline.extraction import Extractor, Rules
from pipeline.findings import Finding
from pipeline.parsing import parse_text
from pipeline.reading import RawArticle, Unreadable, UnreadableArticle, assemble
from pipeline.reading.layout import lines_of
from pipeline.record import record_of
from pipeline.rulebook import Example, Rule
from pipeline.rulefile import RuleFault
from pipeline.stage import Stage, run
from pipeline.tuning.comparing import Change, compare
from pipeline.tuning.edits import Edit, edit_of, hits, line_hits
from pipeline.tuning.parses import FindingCache, ParseCache
from pipeline.tuning.passages import in_sentences

Found = tuple[tuple[Finding, ...], ...]
"""What each stage found, in running order."""


class Trial:
    """Parsed articles with the rules that changes are compared with."""

    def __init__(
        self, articles: Iterable[Article], base: Extractor, kept: FindingCache | None = None
    ) -> None:
        self.articles = tuple(articles)
        self.base = base
        self.kept = kept
        self.raws: dict[str, RawArticle] = {}
        """What the articles were read from, by id, where other rules may read them otherwise."""
        self.unreadable: dict[str, Unreadable] = {}
        """Why an article cannot be read with the base rules, by id."""
        self._found: dict[str, Found] = {}
        self._words: dict[str, str] = {}
        self._hits: dict[tuple[str, str], list[object]] = {}
        self._examples: dict[object, Article] = {}

    @classmethod
    def of(cls, raws: Iterable[RawArticle], base: Extractor, cache: Path) -> Trial:
        """Articles as the base reads them; parses and findings are kept in the folder `cache`."""
        parses = ParseCache(cache, base.parser)
        by_id = {raw.id: raw for raw in raws}
        read = [read_by(base.rules, raw) for raw in by_id.values()]
        articles = parses.parsed([each for each in read if isinstance(each, Article)])
        trial = cls(articles, base, FindingCache(parses, base))
        trial.raws = by_id
        trial.unreadable = {
            id: each for id, each in zip(by_id, read, strict=True) if isinstance(each, Unreadable)
        }
        return trial

    def against(self, rules: Rules) -> Comparison:
        """What other rules change; raises `RuleFault` where a stage cannot use them."""
        after = self.base.with_rules(rules)
        _ = after.stages
        return Comparison(self, after)

    def found(self, article: Article) -> Found:
        """What the stages find with the base rules; found once."""
        if article.id not in self._found and self.kept is not None:
            self._found[article.id] = self.kept.found(article)
        if article.id not in self._found:
            parts = []
            for stage in self.base.stages:
                part = tuple(stage(article))
                article = article.adding(part)
                parts.append(part)
            self._found[article.id] = tuple(parts)
        return self._found[article.id]

    def words(self, article: Article) -> str:
        """Words and lemmas of an article."""
        if article.id not in self._words:
            lemmas = " ".join(token.lemma_ for token in article.doc)
            self._words[article.id] = f"{article.body}\n{lemmas}"
        return self._words[article.id]

    def hits(self, rule: Rule | None, article: Article) -> list[object]:
        """Where a base rule matches in an article; searched once."""
        if rule is None:
            return []
        if (rule.id, article.id) not in self._hits:
            self._hits[rule.id, article.id] = hits(rule, article)
        return self._hits[rule.id, article.id]

    def parsed(self, article: Article, by: Extractor) -> Article:
        """An article with its parse, from the cache where it is there."""
        if self.kept is None:
            return by.parser(article)
        return next(ParseCache(self.kept.parses.folder, by.parser).parsed([article]))

    def example(self, example: Example, earlier: Sequence[Stage], by: Extractor) -> Article:
        """The sentence of an example as the stages before leave it, remembered."""
        digests = tuple(by.rules.books[stage.name].digest for stage in earlier)
        key = example.text, example.published, by.parser.listed, digests
        if key not in self._examples:
            self._examples[key] = run(earlier, self.parsed(example_article(example), by))
        return self._examples[key]


@dataclass(frozen=True)
class Comparison:
    """Other rules on the articles of a trial."""

    trial: Trial
    after: Extractor
    _reread: dict[str, Article | Unreadable] = field(default_factory=dict)

    @cached_property
    def edits(self) -> dict[str, Edit]:
        """Stage → what changed in its rules, where something did."""
        old, new = self.trial.base.rules.books, self.after.rules.books
        return {
            name: edit_of(old[name], new[name])
            for name in new
            if old[name].digest != new[name].digest
        }

    @cached_property
    def touched(self) -> tuple[Article, ...]:
        """Articles that hold a changed word, or in which a changed rule matches otherwise."""
        return tuple(a for a in self.trial.articles if self.touches(a))

    @cached_property
    def rest(self) -> tuple[Article, ...]:
        """The others, in which a change is hardly to be expected; empty where no rule changed."""
        touched = {article.id for article in self.touched}
        return tuple(a for a in self.trial.articles if self.edits and a.id not in touched)

    def touches(self, article: Article) -> bool:
        """Whether an article holds a changed word, or a changed rule matches otherwise in it."""
        return any(self._touched_by(name, edit, article) for name, edit in self.edits.items())

    def _touched_by(self, name: str, edit: Edit, article: Article) -> bool:
        if edit.everywhere:
            return True
        if edit.words is not None and edit.words.search(self.trial.words(article)) is not None:
            return True
        if name == self._reading:
            lines = lines_of(article.text) if edit.rules else []
            return any(line_hits(a, lines) != line_hits(b, lines) for a, b in edit.rules)
        return any(self.trial.hits(a, article) != hits(b, article) for a, b in edit.rules)

    # What other rules do to one article

    def changes(self, article: Article) -> list[Change]:
        """Every difference in one article."""
        read = self.reread(article)
        if isinstance(read, Unreadable):
            return [article_change("loss", article, read)]
        if read is not article:
            return self._changes_of_reading(article, read)
        base, old = self.trial.base, self.trial.found(article)
        before = after = article
        changed: set[type[Finding]] = set()
        for stage, known in zip(self.after.stages, old, strict=True):
            before = before.adding(known)
            if stage.name not in self.edits and not changed.intersection(stage.needs):
                after = after.adding(known)
                continue
            found = tuple(stage(after))
            after = after.adding(found)
            if found != known:
                changed.update(stage.finds)
        if not changed:
            return []
        found_ = compare(record_of(before, base.receipt), record_of(after, base.receipt))
        return list(in_sentences(found_, article))

    def _changes_of_reading(self, article: Article, read: Article) -> list[Change]:
        for part in self.trial.found(article):
            article = article.adding(part)
        receipt = self.trial.base.receipt
        before, after = (record_of(a, receipt) for a in (article, run(self.after.stages, read)))
        return list(in_sentences(compare(before, after), read))

    def of(self, articles: Iterable[Article]) -> Iterator[Change]:
        """Every difference in some of the articles, one article after the other."""
        for article in articles:
            yield from self.changes(article)

    def gained(self) -> Iterator[Change]:
        """Each article that can only be read with the other rules."""
        if self._reading in self.edits:
            for id in self.trial.unreadable:
                read = read_by(self.after.rules, self.trial.raws[id])
                if isinstance(read, Article):
                    yield article_change("gain", read, self.trial.unreadable[id])

    def reread(self, article: Article) -> Article | Unreadable:
        """The article itself, or as it is read and parsed where the other rules do so otherwise."""
        if article.id not in self._reread:
            self._reread[article.id] = self._read(article)
        return self._reread[article.id]

    def _read(self, article: Article) -> Article | Unreadable:
        base, read = self.trial.base, article
        if self._reading in self.edits and article.id in self.trial.raws:
            again = read_by(self.after.rules, self.trial.raws[article.id])
            if isinstance(again, Unreadable):
                return again
            read = article if again == article else replace(again, parsed=article.parsed)
        old, new = base.parser.listed, self.after.parser.listed
        if read is article and old == new:
            return article
        if parse_text(article, old) == parse_text(read, new):
            return read
        return self.trial.parsed(replace(read, parsed=None), self.after)

    @property
    def _reading(self) -> str:
        return self.after.rules.furniture.name

    # The examples

    def verdicts(self, *, share: int = 0, of: int = 1) -> tuple[int, list[RuleFault]]:
        """How many examples were tried, of those that the change concerns, and which do not hold.

        First those of new and changed rules, then those that hold a changed word. Several at work
        each take a share of them.
        """
        stages: tuple[Stage, ...] = (self.after.rules.furniture, *self.after.stages)
        promises = [
            (stage, stages[1:i], rule, example)
            for i, stage in enumerate(stages)
            if stage.name in self.edits
            for rule, example in self.edits[stage.name].promises
        ][share::of]
        faults: list[RuleFault] = []
        for stage, earlier, rule, example in promises:
            article = self.trial.example(example, earlier, self.after)
            if (fault := fault_of(rule, example, stage, article)) is not None:
                faults.append(fault)
        return len(promises), faults


def read_by(rules: Rules, raw: RawArticle) -> Article | Unreadable:
    """An article as rules of the reading room read it."""
    try:
        return assemble(raw, given=None, furniture=rules.furniture)
    except UnreadableArticle as error:
        return error.fault


def article_change(kind: Literal["gain", "loss"], article: Article, fault: Unreadable) -> Change:
    """A whole article that is gained or lost, with why it is not read."""
    words = article.text.strip()[:60]
    said = ("", fault.message) if kind == "loss" else (fault.message, "")
    return Change("critical", kind, article.id, "article", "", 0, words, *said)
