"""What a change is compared with: another rule folder, the rules of a git revision, or records.

Articles are compared in batches, by several processes where there are many of them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from pipeline.article import Article
from pipeline.extraction import Extractor, Rules
from pipeline.reading import RawArticle, Unreadable, UnreadableArticle, assemble, read_raw
from pipeline.record import Record
from pipeline.rulebook import OWN_RULES
from pipeline.tables.loading import RecordFault, read_record
from pipeline.tuning.comparing import Change, compare, worst_first
from pipeline.tuning.parses import ParseCache
from pipeline.tuning.passages import in_sentences
from pipeline.tuning.trial import Trial
from pipeline.writing import record_path

AT_ONCE = 25
"""Articles of a batch: what is in memory, and what is lost of the work when it is interrupted."""

WORTH = 100
"""Articles for which one more process is worth its start."""

MOST_WORKERS = 4
"""Each holds the model, about 400 MB."""


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
    model: str
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


@dataclass(frozen=True)
class RuleFolders:
    """Where rules lie: our own, and a user's laid over them."""

    overlay: Path | None = None
    own: Path = OWN_RULES

    def load(self) -> Rules:
        """The rules; raises `RuleFault`."""
        return Rules.load(self.overlay, own=self.own)


@dataclass(frozen=True)
class Work:
    """What every batch is compared by."""

    model: str
    after: RuleFolders
    before: RuleFolders | None
    """None where the base is records."""
    records: Path
    """The folder of these."""
    cache: Path
    published: str | None


@dataclass
class Found:
    """What was found in some articles."""

    changes: list[Change] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    def add(self, other: Found) -> None:
        """Take what was found in others."""
        self.changes += other.changes
        self.articles += other.articles
        self.unreadable += other.unreadable


def differences(question: Question, cache: Path) -> Answer:
    """What the rules as they are now change against a base.

    Args:
        question: What is compared with what.
        cache: Where parses, and what the base finds, are kept.

    Raises:
        BaseError: The base is nothing known, or there are no articles.
        RuleFault: Rules do not load.
    """
    records = base_records(question.base)
    inputs = question.inputs or sources_of((records or {}).values())
    if not inputs:
        raise BaseError(
            "the articles of its records are not here; name them with --on"
            if records
            else "say on which articles: tariffwire diff --base BASE --on FOLDER"
        )
    now = RuleFolders(question.rules)
    now.load()  # a fault is said here, once
    extractor_of.cache_clear()  # the files may be others than at an earlier diff
    with tempfile.TemporaryDirectory() as scratch:
        then = None if records else base_rules(question.base, question.rules, Path(scratch))
        folder = Path(question.base)
        work = Work(question.model, now, then, folder, cache, question.published)
        found = in_batches(list(read_raw(inputs)), work)
    ids = set(found.articles)
    return Answer(
        worst_first(found.changes),
        articles=len(ids & records.keys()) if records else len(ids),
        unreadable=tuple(found.unreadable),
        unknown=len(ids - records.keys()) if records else 0,
        missing=len(records.keys() - ids) if records else 0,
    )


def in_batches(raws: Sequence[RawArticle | Unreadable], work: Work) -> Found:
    """What changes in articles, batch by batch, in their order."""
    found = Found(unreadable=[raw for raw in raws if isinstance(raw, Unreadable)])
    readable = [raw for raw in raws if isinstance(raw, RawArticle)]
    starts = range(0, len(readable), AT_ONCE)
    batches = [(work, tuple(readable[at : at + AT_ONCE])) for at in starts]
    count = min(os.cpu_count() or 1, MOST_WORKERS, len(readable) // WORTH)
    if count <= 1:
        for batch in batches:
            found.add(compare_batch(batch))
        return found
    with workers(count) as pool:
        for part in pool.map(compare_batch, batches):
            found.add(part)
    return found


@contextmanager
def workers(count: int) -> Iterator[ProcessPoolExecutor]:
    """Processes forked from a clean server; an interrupt ends them with what they are at."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    context = get_context("spawn" if sys.platform == "win32" else "forkserver")
    pool = ProcessPoolExecutor(
        count,
        mp_context=context,
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@lru_cache(maxsize=2)
def extractor_of(rules: RuleFolders, model: str) -> Extractor:
    """An extractor, made once in each process."""
    return Extractor(rules=rules.load(), model=model)


def compare_batch(batch: tuple[Work, tuple[RawArticle, ...]]) -> Found:
    """What changes in some articles."""
    work, raws = batch
    after = extractor_of(work.after, work.model)
    if work.before is None:
        return against_records(work, raws, after)
    if work.published is not None:
        raws = tuple(replace(raw, published=raw.published or work.published) for raw in raws)
    trial = Trial.of(raws, extractor_of(work.before, work.model), work.cache)
    comparison = trial.against(after.rules)
    changes = [*comparison.gained(), *comparison.of(trial.articles)]
    ids = [article.id for article in trial.articles]
    return Found(changes, ids, list(trial.unreadable.values()))


def against_records(work: Work, raws: Iterable[RawArticle], after: Extractor) -> Found:
    """Every difference to records that were written before, where there are any.

    A publication date that the earlier run was given counts again.
    """
    found = Found()
    known: list[tuple[Record, Article]] = []
    for raw in raws:
        try:
            article = assemble(raw, given=work.published, furniture=after.rules.furniture)
        except UnreadableArticle as error:
            found.unreadable.append(error.fault)
            continue
        found.articles.append(article.id)
        path = record_path(work.records, article.id)
        if path.is_file():
            record = read_record(path)
            known.append((record, dated_as(record, article)))
    parsed = ParseCache(work.cache, after.parser).parsed([article for _, article in known])
    for (record, _), article in zip(known, parsed, strict=True):
        found.changes += in_sentences(compare(record, after(article)), article)
    return found


def dated_as(record: Record, article: Article) -> Article:
    """The article with the publication date that the run of a record was given."""
    given = record.published
    if article.published is not None or given is None or given.basis != "given":
        return article
    return replace(article, published=given)


def base_rules(base: str, overlay: Path | None, scratch: Path) -> RuleFolders:
    """The rules of a base: ours, a folder laid over them, or the rule files of a git revision.

    With `overlay` the revision is that of the user's folder, else that of our own rules; its files
    are put into the folder `scratch`.
    """
    folder = Path(base)
    if folder.is_dir():
        return RuleFolders(None if folder.resolve() == OWN_RULES.resolve() else folder)
    files_at(base, overlay or OWN_RULES, scratch)
    return RuleFolders(scratch) if overlay is not None else RuleFolders(own=scratch)


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


def sources_of(records: Iterable[Record]) -> list[str]:
    """The files that records were made from, as far as they are found here."""
    named = dict.fromkeys(r.source.path for r in records if r.source.path is not None)
    return [path for path in named if Path(path).is_file()]
