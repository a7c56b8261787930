"""Watches a rule folder and gathers what its processes say of each save into few reports."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

from pipeline.tuning.comparing import Change, worst_first
from pipeline.tuning.crew import Crew, Done, Examples, Said, Tried, Unusable

FIRST_S = 0.5
"""Seconds after a save when the changes that are known by then are shown."""

NEXT_S = 2.0
"""Seconds after which those that came since are shown."""

LOOK_MS = 50
"""How long a file must be left alone: editors write several times."""


@dataclass(frozen=True)
class Faults:
    """What is wrong with the rules or their examples; empty where the examples tried hold."""

    faults: tuple[str, ...]
    examples: int | None
    """How many were tried; None where the rules do not load."""
    seconds: float
    """Since the save."""


@dataclass(frozen=True)
class Changes:
    """Changes, the worst first; the last report of its kind says on how many articles."""

    changes: tuple[Change, ...]
    touched: bool
    """Whether the articles hold a changed word or match, or are the others."""
    articles: int | None
    """On how many articles, with what was reported before; None where more may come."""
    total: int
    """Changes that are reported by now."""
    seconds: float


Report = Faults | Changes


@dataclass
class Saves:
    """A rule folder that is watched."""

    folder: Path
    told: Connection
    """Something comes here at each save of a rule file."""
    state: str
    """What stood in its files when it was last looked at."""

    def changed(self) -> bool:
        """Whether a save has changed anything since it was last asked; takes note of it."""
        self.told.recv()
        before, self.state = self.state, state_of(self.folder)
        return before != self.state


@contextmanager
def saves_of(watched: Path) -> Iterator[Saves]:
    """A rule file, or a folder of them, that is watched from now on."""
    folder = watched if watched.is_dir() else watched.parent
    state = state_of(folder)
    ours, theirs = multiprocessing.Pipe(duplex=False)
    stop, begun = Event(), Event()
    thread = Thread(target=_watch, args=(watched, stop, begun, theirs), daemon=True)
    thread.start()
    begun.wait()
    try:
        yield Saves(folder, ours, state)
    finally:
        stop.set()
        thread.join()


def _watch(watched: Path, stop: Event, begun: Event, told: Connection) -> None:
    import watchfiles

    folder = watched if watched.is_dir() else watched.parent
    only = None if watched.is_dir() else watched.name

    def meant(_: watchfiles.Change, path: str) -> bool:
        return Path(path).suffix == ".yaml" and only in (None, Path(path).name)

    # The folder, since editors put a new file in the place of the old one.
    for changes in watchfiles.watch(
        folder,
        watch_filter=meant,
        stop_event=stop,
        step=LOOK_MS,
        rust_timeout=200,
        yield_on_timeout=True,
        raise_interrupt=False,
        recursive=False,
    ):
        begun.set()
        if changes:
            told.send(None)


def state_of(folder: Path) -> str:
    """What stands in the rule files of a folder."""
    digest = sha256()
    for path in sorted(folder.glob("*.yaml")):
        with suppress(FileNotFoundError):  # an editor puts another in its place just now
            digest.update(path.name.encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@dataclass
class Round:
    """What is known so far of one save."""

    save: int
    workers: int
    clock: Callable[[], float] = perf_counter
    started: float = 0.0
    next_s: float = FIRST_S
    examples: list[Examples] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    changes: dict[bool, list[Change]] = field(default_factory=lambda: {True: [], False: []})
    done: dict[bool, list[int]] = field(default_factory=lambda: {True: [], False: []})
    told: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def seconds(self) -> float:
        """Since the save."""
        return self.clock() - self.started

    @property
    def ended(self) -> bool:
        """Whether nothing more is to come."""
        return bool(self.unusable) or len(self.done[False]) == self.workers

    def hear(self, said: Said) -> Iterator[Report]:
        """Take note of what a worker says; what is to be reported by it."""
        if isinstance(said, Unusable):
            self.unusable.append(said.fault)
            if len(self.unusable) == 1:
                yield Faults((said.fault,), None, self.seconds)
        elif isinstance(said, Examples):
            self.examples.append(said)
            if len(self.examples) == self.workers:
                faults = tuple(fault for each in self.examples for fault in each.faults)
                yield Faults(faults, sum(each.tried for each in self.examples), self.seconds)
        elif isinstance(said, Tried):
            self.changes[said.touched].extend(said.changes)
        elif isinstance(said, Done):
            self.done[said.touched].append(said.articles)
            if len(self.done[said.touched]) == self.workers:
                yield self.report(touched=said.touched, articles=sum(self.done[said.touched]))

    def early(self) -> Iterator[Report]:
        """The changes that are known while a person waits for the last of them."""
        touched = len(self.done[True]) < self.workers
        if self.changes[touched] and self.seconds >= self.next_s:
            self.next_s = self.seconds + NEXT_S
            yield self.report(touched=touched, articles=None)

    def report(self, *, touched: bool, articles: int | None) -> Changes:
        """The changes that were not reported yet."""
        changes = self.changes[touched]
        self.told[touched] += len(changes)
        self.changes[touched] = []
        total = self.told[touched]
        return Changes(tuple(worst_first(changes)), touched, articles, total, self.seconds)


def reports(crew: Crew, saves: Saves, *, once: bool = False) -> Iterator[Report]:
    """What each save does, as it becomes known; a new save ends the reports of the one before.

    Ends after the first save with `once`; raises `EOFError` where a worker has died.
    """
    round_ = Round(0, 0)
    while True:
        waiting = FIRST_S / 10 if not round_.ended else None
        for each in wait([saves.told, *crew.connections], timeout=waiting):
            if each is saves.told:
                if saves.changed():
                    round_ = Round(round_.save + 1, len(crew.connections))
                    crew.ask(round_.save)
                continue
            said = crew.heard(each)
            if said.save == round_.save:
                yield from round_.hear(said)
        yield from round_.early()
        if once and round_.save and round_.ended:
            return
