"""What a change is compared with: another rule folder, the rules of a git revision, or records."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.article import Article
from pipeline.extraction import Extractor, Rules
from pipeline.reading import Furniture, Unreadable, read
from pipeline.record import Record
from pipeline.rulebook import OWN_RULES
from pipeline.tables.loading import RecordFault, read_record
from pipeline.tuning.comparing import Change, compare, worst_first
from pipeline.tuning.parses import FindingCache, ParseCache
from pipeline.tuning.passages import in_sentences
from pipeline.tuning.trial import Comparison, Trial

AT_ONCE = 50
"""Articles whose parses are in memory at a time."""


class BaseError(ValueError):
    """A base is neither a folder of rules or records nor a revision; the message says so."""


@dataclass(frozen=True)
class Question:
    """What is compared with what, on which articles."""

    base: str
    rules: Path | None
    """The user's folder of rules as they are now."""
    inputs: tuple[str, ...]
    """Files and folders of articles; without any, what the base's records were made from."""
    published: str | None = None
    """Publication date of articles that carry none."""


@dataclass(frozen=True)
class Answer:
    """Every change, the worst first, and what it was looked for on."""

    changes: list[Change]
    articles: int
    unreadable: tuple[Unreadable, ...]
    unknown: int = 0
    """Articles of which the base has no record."""
    missing: int = 0
    """Records of the base whose article was not among the inputs."""

    @property
    def account(self) -> str:
        """How many changes on how many articles, in a sentence or two."""
        changed = len({change.article for change in self.changes})
        said = f"{len(self.changes)} changes on {self.articles} articles"
        said += f", in {changed} of them." if changed else "."
        if self.unknown:
            said += f" {self.unknown} articles have no record in the base."
        if self.missing:
            said += f" {self.missing} records of the base have no article here."
        return said


def differences(question: Question, after: Extractor, cache: Path) -> Answer:
    """What the rules as they are now change against a base.

    Raises:
        BaseError: The base is nothing known, or there are no articles.
    """
    records = base_records(question.base)
    if records is not None:
        return against_records(question, records, after, cache)
    if not question.inputs:
        raise BaseError("say on which articles: tariffwire diff --base BASE --on FOLDER")
    with tempfile.TemporaryDirectory() as scratch:
        rules = base_rules(question.base, question.rules, Path(scratch))
    before = Extractor(rules=rules, model=after.model)
    reading = read_twice(question.inputs, rules, after.rules, published=question.published)
    changes = worst_first(changes_by_rules(reading, before, after, cache))
    return Answer(changes, len(reading.after), reading.unreadable)


def against_records(
    question: Question, records: dict[str, Record], after: Extractor, cache: Path
) -> Answer:
    """What the rules as they are now change against records that were written before."""
    inputs = question.inputs or sources_of(records.values())
    if not inputs:
        raise BaseError("the articles of its records are not here; name them with --on")
    rules = after.rules
    reading = read_twice(inputs, rules, rules, published=question.published)
    ids = {article.id for article in reading.after}
    return Answer(
        worst_first(changes_to_records(reading.after, records, after, cache)),
        articles=len(ids & set(records)),
        unreadable=reading.unreadable,
        unknown=len(ids - set(records)),
        missing=len(set(records) - ids),
    )


def base_rules(base: str, overlay: Path | None, scratch: Path) -> Rules:
    """The rules of a base: ours, a folder laid over them, or the rule files of a git revision.

    With `overlay` the revision is that of the user's folder, else that of our own rules; its files
    are put into the folder `scratch`.
    """
    folder = Path(base)
    if folder.is_dir():
        return Rules.load(None if folder.resolve() == OWN_RULES.resolve() else folder)
    files_at(base, overlay or OWN_RULES, scratch)
    return Rules.load(scratch) if overlay is not None else Rules.load(own=scratch)


def base_records(base: str) -> dict[str, Record] | None:
    """The records of a base that is a folder of them, by id; None if it is none."""
    folder = Path(base)
    if not folder.is_dir() or any(folder.glob("*.yaml")):  # a rule folder may hold JSON, too
        return None
    paths = sorted(folder.glob("*.json"))
    try:
        records = [read_record(path) for path in paths]
    except RecordFault as fault:
        raise BaseError(f"{fault.path}: {fault.message}") from fault
    return {record.id: record for record in records} or None


def files_at(revision: str, folder: Path, scratch: Path) -> None:
    """Write the rule files of a folder as they were at a git revision into another folder."""
    listed = git(folder, "ls-tree", "--name-only", revision, "./")
    names = [name for name in listed.splitlines() if name.endswith(".yaml")]
    if not names:
        raise BaseError(f"{folder} had no rule files at {revision!r}")
    for name in names:
        content = git(folder, "show", f"{revision}:./{name}")
        (scratch / name).write_text(content, encoding="utf-8")


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints in a folder; raises `BaseError` with git's own words."""
    command = ["git", "-C", str(folder), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if result.returncode:
        said = result.stderr.strip().splitlines()[-1:] or ["git failed"]
        raise BaseError(f"no such folder, and no revision for {folder}: {said[0]}")
    return result.stdout


@dataclass(frozen=True)
class Reading:
    """The articles of a corpus as two states of the rules read them, one beside the other."""

    before: tuple[Article, ...]
    after: tuple[Article, ...]
    unreadable: tuple[Unreadable, ...]


def read_twice(
    inputs: Sequence[str], before: Rules, after: Rules, *, published: str | None = None
) -> Reading:
    """Read a corpus, a second time only where other rules tell page furniture."""
    found = list(read(inputs, published=published, furniture=after.furniture))
    articles = tuple(each for each in found if isinstance(each, Article))
    unreadable = tuple(each for each in found if isinstance(each, Unreadable))
    name = Furniture.name
    if before.books[name].digest == after.books[name].digest:
        return Reading(articles, articles, unreadable)
    again = read(inputs, published=published, furniture=before.furniture)
    return Reading(tuple(a for a in again if isinstance(a, Article)), articles, unreadable)


def changes_by_rules(
    reading: Reading, before: Extractor, after: Extractor, cache: Path
) -> Iterator[Change]:
    """Every difference that other rules make on these articles.

    Where both read an article alike, stages run again only as far as the change reaches. Parses,
    and what the base finds, are kept in the folder `cache`.
    """
    old_parses, new_parses = ParseCache(cache, before.parser), ParseCache(cache, after.parser)
    kept = FindingCache(old_parses, before)
    for at in range(0, len(reading.after), AT_ONCE):
        stretch = slice(at, at + AT_ONCE)
        old, new = reading.before[stretch], list(new_parses.parsed(reading.after[stretch]))
        comparison = Comparison(Trial(new, before, kept), after)
        for a, b in zip(old, new, strict=True):
            if alike(a, b) and old_parses.path(a) == new_parses.path(b):
                yield from comparison.changes(b)
            else:
                (parsed,) = old_parses.parsed([a])
                yield from in_sentences(compare(before(parsed), after(b)), b)


def alike(a: Article, b: Article) -> bool:
    """Whether two readings of an article give stages the same."""
    facts = ((x.text, x.title, x.published, x.date_order, x.boilerplate) for x in (a, b))
    return next(facts) == next(facts)


def changes_to_records(
    articles: Sequence[Article], before: dict[str, Record], after: Extractor, cache: Path
) -> Iterator[Change]:
    """Every difference to records that were written before; articles without one are left out.

    A publication date that the earlier run was given counts again.
    """
    known = [dated_as(before[a.id], a) for a in articles if a.id in before]
    parses = ParseCache(cache, after.parser)
    for at in range(0, len(known), AT_ONCE):
        for article in parses.parsed(known[at : at + AT_ONCE]):
            yield from in_sentences(compare(before[article.id], after(article)), article)


def dated_as(record: Record, article: Article) -> Article:
    """The article with the publication date that the run of a record was given."""
    given = record.published
    if article.published is not None or given is None or given.basis != "given":
        return article
    return replace(article, published=given)


def sources_of(records: Iterable[Record]) -> list[str]:
    """The files that records were made from, as far as they are found here."""
    named = dict.fromkeys(r.source.path for r in records if r.source.path is not None)
    return [path for path in named if Path(path).is_file()]
