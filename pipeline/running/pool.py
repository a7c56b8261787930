"""Worker processes: chunks of raw articles out, outcomes back in the order of the input."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress

from pipeline.reading import RawArticle, Unreadable
from pipeline.running.chunks import Chunk
from pipeline.running.interrupt import Interrupt
from pipeline.running.outcomes import Outcome
from pipeline.running.work import Settings, outcomes_of

Answer = Future[list[Outcome]]
Task = Callable[[Settings, Sequence[RawArticle]], list[Outcome]]
"""What a worker does with a chunk: a function of a module, so that it can be named to a process."""

AHEAD = 2
"""Chunks a worker that wait or are worked on: enough to keep it busy, few enough for memory."""

GRACE_S = 60.0
"""What a worker may take above the time limits of its articles, before it is taken for stuck: it
has to load the model first."""


class Pool:
    """Some worker processes, replaced when one of them dies or is stuck.

    Who was at work on what is not known when a process dies, so the articles of all chunks under
    way are done again one by one in a process of their own; one that kills it is given up.
    """

    def __init__(self, settings: Settings, workers: int, task: Task = outcomes_of) -> None:
        self.settings = settings
        self.workers = workers
        self.task = task
        self.executor = started(workers)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.executor.shutdown()
        else:
            kill(self.executor)

    def outcomes(
        self, chunks: Iterable[Chunk], interrupt: Interrupt
    ) -> Iterator[tuple[Chunk, list[Outcome]]]:
        """Each chunk with what became of its articles, in the order of the chunks.

        After an interrupt only what is already worked on.
        """
        source = iter(chunks)
        under_way: deque[tuple[Chunk, Answer]] = deque()
        while True:
            if interrupt.requested:
                under_way = deque(pair for pair in under_way if not pair[1].cancel())
            while len(under_way) < AHEAD * self.workers:
                if (chunk := next(source, None)) is None:
                    break
                under_way.append((chunk, self._asked(chunk)))
            if not under_way:
                return
            chunk, answer = under_way[0]
            try:
                outcomes = answer.result(self._longest(chunk))
            except (BrokenProcessPool, TimeoutError):
                under_way = deque(self._begun_anew(under_way))
                continue
            under_way.popleft()
            yield chunk, outcomes

    def _asked(self, chunk: Chunk) -> Answer:
        answer: Answer = Future()
        if not chunk.raws:
            answer.set_result([])
            return answer
        try:
            return self.executor.submit(self.task, self.settings, chunk.raws)
        except BrokenProcessPool as error:
            answer.set_exception(error)
            return answer

    def _longest(self, chunk: Chunk) -> float:
        """Each article is read, parsed (together, then alone) and searched within the limit."""
        return AHEAD * (GRACE_S + 4 * self.settings.timeout_s * len(chunk.raws))

    def _begun_anew(self, under_way: Iterable[tuple[Chunk, Answer]]) -> list[tuple[Chunk, Answer]]:
        """The chunks with answers: those that were given, and the others' worked out alone."""
        kill(self.executor)
        answered: list[tuple[Chunk, Answer]] = []
        alone = Alone(self.settings, self.task)
        for chunk, answer in under_way:
            if answer.done() and not answer.cancelled() and answer.exception() is None:
                answered.append((chunk, answer))
                continue
            again: Answer = Future()
            again.set_result([alone.outcome(raw) for raw in chunk.raws])
            answered.append((chunk, again))
        alone.close()
        self.executor = started(self.workers)
        return answered


class Alone:
    """A single worker process that does one article at a time, to tell which one kills it."""

    def __init__(self, settings: Settings, task: Task) -> None:
        self.settings = settings
        self.task = task
        self.executor = started(1)

    def outcome(self, raw: RawArticle) -> Outcome:
        """What becomes of an article; one that kills or blocks the process is unreadable."""
        try:
            answer = self.executor.submit(self.task, self.settings, [raw])
            (outcome,) = answer.result(GRACE_S + 4 * self.settings.timeout_s)
        except BrokenProcessPool:
            fault = Unreadable(
                raw.place, "crashed", "killed the process that read it; see its size"
            )
        except TimeoutError:
            message = f"took over {self.settings.timeout_s:g} s and could not be stopped"
            fault = Unreadable(raw.place, "timed-out", message)
        else:
            return outcome
        self.close()
        self.executor = started(1)
        return fault

    def close(self) -> None:
        """End the process."""
        kill(self.executor)


def started(workers: int) -> ProcessPoolExecutor:
    """Processes that are forked from a clean server, so that no thread or lock comes with them.

    The server has imported what every worker needs, so that a new one takes a second less.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # inherited; set before numpy is imported
    method = "spawn" if sys.platform == "win32" else "forkserver"
    context = multiprocessing.get_context(method)
    context.set_forkserver_preload(["pipeline.running.work", "pipeline.parsing", "spacy"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_live_with_parent)


def _live_with_parent() -> None:
    """Leave Ctrl-C, which goes to the whole group of processes, to the parent; end when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after_parent, daemon=True).start()


def _end_after_parent() -> None:
    """A parent that was killed cannot end its workers, and they would wait for it for ever."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)


def kill(executor: ProcessPoolExecutor) -> None:
    """End worker processes at once, whatever they do."""
    processes = list((executor._processes or {}).values())  # noqa: SLF001  # no public way to them
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        with suppress(ProcessLookupError):
            process.kill()
    for process in processes:
        process.join()
