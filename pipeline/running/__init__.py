"""Many articles: each becomes a record in a folder, or a line in its `errors.jsonl`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from errno import EACCES
from hashlib import sha256
from itertools import chain
from pathlib import Path

from pipeline.costs import Costs
from pipeline.extraction import Extractor
from pipeline.reading import RawArticle, Unreadable
from pipeline.running.chunks import Chunk, chunks_of
from pipeline.running.desk import ERRORS, SKIPPED, Desk, OutputError, writing_to
from pipeline.running.interrupt import Interrupt, interruptible
from pipeline.running.manifest import Manifest
from pipeline.running.outcomes import Finished, Outcome, Skipped, Summary, Unchanged
from pipeline.running.pool import Pool
from pipeline.running.repeats import COPIES, Repeats
from pipeline.running.work import Settings, Worker
from pipeline.writing import PARTIAL, record_path, text_path

SMALL = 100_000
"""Characters in all up to which worker processes take longer to start than to work."""

FEW = 5_000
"""Items of the input up to which is waited for as many characters: the rest of them needs no work,
and a long input must neither be held in memory nor be kept from being told."""


@dataclass(frozen=True)
class Plan:
    """How a run goes about it; no record depends on it."""

    workers: int = 1
    """Processes. One is this process itself, as it is where there is little to do."""
    redo: bool = False
    """Whether what has not changed is done again."""
    mark_copies: bool = False
    """Whether the articles that repeat another are listed in `copies.jsonl`."""
    told: Callable[[Outcome], None] = lambda _: None
    """Hears of each article, in the order of the input, when its files are written."""


def run(
    worker: Worker,
    inputs: Iterable[RawArticle | Unreadable],
    out: Path,
    plan: Plan = Plan(),
) -> Summary:
    """Write a record for each article that is new or has changed.

    At Ctrl-C what is under way is finished and written, and the summary says `interrupted`; at a
    second one `KeyboardInterrupt` is raised at once. Raises `OutputError`, `ModelError`.
    """
    with writing_to(out):
        out.mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK | os.X_OK):  # SQLite would only say that it cannot open it
            raise PermissionError(EACCES, os.strerror(EACCES))
        for old in (out / ERRORS, out / SKIPPED, *out.glob(f"{PARTIAL}*")):
            old.unlink(missing_ok=True)
        manifest = Manifest(out, made_by(worker.extractor, worker.settings))
    with manifest, interruptible() as interrupt:
        repeats = Repeats(manifest) if plan.mark_copies else None
        desk = Desk(manifest, plan.told, repeats)
        holds = (repeats or manifest).holds

        def spared(raw: RawArticle) -> Unchanged | Skipped | None:
            with desk.costs.of("sorting"):
                stands = not plan.redo and holds(raw)
                return Unchanged(raw.id) if stands else worker.skipped(raw)

        chunks = chunks_of(measured(inputs, desk.costs), spared, interrupt)
        for chunk, outcomes in carried_out(chunks, worker, plan.workers, interrupt):
            desk.take(chunk, outcomes)
        desk.summary.interrupted = interrupt.requested
        desk.close()
    return desk.summary


def measured(
    inputs: Iterable[RawArticle | Unreadable], costs: Costs
) -> Iterator[RawArticle | Unreadable]:
    """The inputs, with what it takes to read them."""
    source = iter(inputs)
    while True:
        with costs.of("reading"):
            item = next(source, None)
        if item is None:
            return
        yield item


def made_by(extractor: Extractor, settings: Settings) -> str:
    """A digest of all that a record depends on, beside its article."""
    receipt = extractor.receipt.model_dump_json()
    return sha256(f"{receipt}\n{settings.published}\n{settings.date_order}".encode()).hexdigest()


def carried_out(
    chunks: Iterator[Chunk], worker: Worker, workers: int, interrupt: Interrupt
) -> Iterator[tuple[Chunk, list[Outcome]]]:
    """Each chunk with what became of its articles, in order, by this process or by several."""
    first: list[Chunk] = []
    if workers > 1:
        for chunk in chunks:
            first.append(chunk)
            if sum(each.characters for each in first) > SMALL or (
                sum(len(each.items) for each in first) >= FEW
            ):
                break
        else:
            workers = 1
    every = chain(first, chunks)
    if workers == 1:
        for chunk in every:
            yield chunk, worker.outcomes(chunk.raws)
        return
    with Pool(worker.settings, workers) as pool:
        yield from pool.outcomes(every, interrupt)


__all__ = [
    "COPIES",
    "ERRORS",
    "SKIPPED",
    "Finished",
    "Outcome",
    "OutputError",
    "Plan",
    "Settings",
    "Skipped",
    "Summary",
    "Unchanged",
    "Worker",
    "record_path",
    "run",
    "text_path",
]
