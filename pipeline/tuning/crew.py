"""Processes that each hold a share of a corpus and say what a saved rule file does to it.

The parent asks with the number of a save; a worker that is asked again leaves what it is at.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from pipeline.extraction import Extractor, Rules
from pipeline.reading import RawArticle, Unreadable
from pipeline.rulebook import OWN_RULES
from pipeline.rulefile import RuleFault
from pipeline.tuning.comparing import Change
from pipeline.tuning.trial import Comparison, Trial

MOST_WORKERS = 4
"""Each holds the model, about 400 MB."""

WORTH = 40
"""Articles for which one more process is worth its start."""


@dataclass(frozen=True)
class Work:
    """What a worker works on."""

    folder: Path
    """The rule folder, as it is now: what later states of it are compared with."""
    model: str
    cache: Path
    raws: tuple[RawArticle, ...] = ()
    share: int = 0
    shares: int = 1


@dataclass(frozen=True)
class Ready:
    """A worker has read its articles."""

    articles: int
    unreadable: tuple[Unreadable, ...]


@dataclass(frozen=True)
class Examples:
    """The examples that a change concerns were tried; these do not hold."""

    save: int
    tried: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Unusable:
    """The rules do not load."""

    save: int
    fault: str


@dataclass(frozen=True)
class Tried:
    """What the save changes in one article."""

    save: int
    touched: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Done:
    """A worker has tried all its articles in which the change can be seen, or all the others."""

    save: int
    touched: bool
    articles: int


Said = Examples | Unusable | Tried | Done


def rules_in(folder: Path) -> Rules:
    """The rules with a folder laid over ours, or ours alone where it is the folder of ours."""
    return Rules.load(None if folder.resolve() == OWN_RULES.resolve() else folder)


class Crew:
    """The workers, started; ends them when it is left."""

    def __init__(self, work: Work, raws: Sequence[RawArticle]) -> None:
        cores = min(os.cpu_count() or 1, MOST_WORKERS)
        count = max(1, min(cores, len(raws) // WORTH))
        self._workers = [
            started(replace(work, raws=tuple(raws[i::count]), share=i, shares=count))
            for i in range(count)
        ]

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for process, connection in self._workers:
            connection.close()
            process.kill()
        for process, _connection in self._workers:
            process.join()

    @property
    def connections(self) -> list[Connection]:
        """What to listen to."""
        return [connection for _, connection in self._workers]

    def ask(self, save: int) -> None:
        """Let all try the rule folder as it is now."""
        for connection in self.connections:
            connection.send(save)

    def ready(self) -> Iterator[Ready]:
        """What each worker says when it has read its articles; raises `EOFError` if one died."""
        for connection in self.connections:
            yield connection.recv()

    def heard(self, connection: object) -> Said:
        """What a worker says; raises `EOFError` if it died."""
        said: Said = next(each for each in self.connections if each is connection).recv()
        return said


def started(work: Work) -> tuple[BaseProcess, Connection]:
    """A worker and the way to it; forked from a clean server, so that no thread comes with it."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    windows = sys.platform == "win32"
    context = get_context("spawn") if windows else get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def serve(asked: Connection, work: Work) -> None:
    """Read a share of the articles, then answer until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it goes to all; the parent ends us
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the parent has ended
        base = Extractor(rules=rules_in(work.folder), model=work.model)
        trial = Trial.of(work.raws, base, work.cache)
        for article in trial.articles:
            trial.found(article)
        asked.send(Ready(len(trial.articles), tuple(trial.unreadable.values())))
        while True:
            save = asked.recv()
            for said in answers(trial, work, save):
                asked.send(said)
                if asked.poll():
                    break


def answers(trial: Trial, work: Work, save: int) -> Iterator[Said]:
    """What a saved rule folder does: its faults, then the articles, short ones first."""
    try:
        comparison = trial.against(rules_in(work.folder))
        tried, faults = comparison.verdicts(share=work.share, of=work.shares)
        yield Examples(save, tried, tuple(str(fault) for fault in faults))
        yield from on_articles(comparison, save)
    except RuleFault as fault:
        yield Unusable(save, str(fault))
    except Exception as error:  # noqa: BLE001  # it is said, and the next save may mend it
        said = f"{type(error).__name__}: {error}"
        yield Unusable(save, f"a changed rule does not give what its stage needs: {said}")


def on_articles(comparison: Comparison, save: int) -> Iterator[Said]:
    """What a change does, first where it can be seen, then in the rest."""
    rest = []
    touched = 0
    for change in comparison.gained():
        yield Tried(save, True, (change,))
    for article in sorted(comparison.trial.articles, key=lambda article: len(article.text)):
        if not comparison.touches(article):
            rest.append(article)
            continue
        touched += 1
        yield Tried(save, True, tuple(comparison.changes(article)))
    yield Done(save, True, touched)
    if comparison.edits:
        for article in rest:
            yield Tried(save, False, tuple(comparison.changes(article)))
    yield Done(save, False, len(rest) if comparison.edits else 0)
