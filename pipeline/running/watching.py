"""Watches a folder: each new or changed file is done when nobody writes to it any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from time import perf_counter

from pipeline.reading import RawArticle, Unreadable, find_inputs, raw_articles

QUIET_S = 1.0
"""How long a file must have been left alone: who writes an article writes it faster."""

LOOK_S = 0.25
"""How often is looked whether a file has been left alone for so long."""


def watched(
    folder: Path, stop: Event, clock: Callable[[], float] = perf_counter
) -> Iterator[Iterator[RawArticle | Unreadable]]:
    """The articles of a folder, at once and again whenever files are new or have changed.

    Each time it is the whole folder, as `read_raw` gives it (what has not changed costs a run next
    to nothing, and no two articles get the same id), but for files that somebody is writing to:
    they come the next time. Ends when `stop` is set. Needs `tariffwire[tune]`.
    """
    import watchfiles

    touched: dict[Path, float] = {}
    """When each file was last seen to change, of those that are not done since."""
    first = True
    for changes in watchfiles.watch(
        folder.resolve(),
        stop_event=stop,
        rust_timeout=int(LOOK_S * 1000),
        yield_on_timeout=True,
        debounce=int(LOOK_S * 1000),
        raise_interrupt=False,
    ):
        now = clock()
        touched |= {Path(path): now for _, path in changes}
        busy = {path for path, when in touched.items() if now - when < QUIET_S}
        if first or len(busy) < len(touched):  # the first time it watches already: nothing escapes
            first = False
            touched = {path: touched[path] for path in busy}
            yield articles_in(folder, busy)


def articles_in(folder: Path, busy: set[Path]) -> Iterator[RawArticle | Unreadable]:
    """The articles of a folder but for those of some files; an empty folder is no fault here."""
    for article in raw_articles(
        each
        for each in find_inputs([folder])
        if isinstance(each, Unreadable) or each.path is None or each.path.resolve() not in busy
    ):
        if not (isinstance(article, Unreadable) and article.error == "no-articles"):
            yield article
