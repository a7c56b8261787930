"""Where what is done is filed: records, source texts, the lists of what failed or was skipped."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from pipeline.costs import Costs
from pipeline.reading import RawArticle, Unreadable
from pipeline.running.chunks import Chunk
from pipeline.running.manifest import Manifest
from pipeline.running.outcomes import Finished, Outcome, Skipped, Summary
from pipeline.running.repeats import Repeats
from pipeline.writing import record_path, text_path, write_bytes

ERRORS = "errors.jsonl"
SKIPPED = "skipped.jsonl"


class OutputError(RuntimeError):
    """The folder of the records cannot be written to; the message says which and why."""


class Desk:
    """Files outcomes in a folder, in the order in which they come, and keeps the account."""

    def __init__(
        self,
        manifest: Manifest,
        told: Callable[[Outcome], None],
        repeats: Repeats | None = None,
    ) -> None:
        self.out = manifest.folder
        self.manifest = manifest
        self.told = told
        self.repeats = repeats
        self.summary = Summary()
        self.costs = Costs()

    def take(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> None:
        """File a chunk: `outcomes` are those of its articles that had to be done."""
        with self.costs.of("writing"):
            self._take(chunk, outcomes)
        self.summary.spend(self.costs.taken())

    def _take(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> None:
        todo = iter(outcomes)
        every = [next(todo) if isinstance(item, RawArticle) else item for item in chunk.items]
        with writing_to(self.out):
            for outcome in every:
                if isinstance(outcome, Finished):
                    self._file(outcome)
            self._list(ERRORS, [asdict(each) for each in every if isinstance(each, Unreadable)])
            self._list(
                SKIPPED,
                [{"id": each.id, "path": each.path} for each in every if isinstance(each, Skipped)],
            )
        for outcome in every:
            self.summary.add(outcome)
            self.told(outcome)
        written = [
            raw
            for raw, outcome in zip(chunk.raws, outcomes, strict=True)
            if isinstance(outcome, Finished)
        ]
        if written:
            with writing_to(self.out):
                if self.repeats is not None:
                    for raw in written:
                        self.repeats.note(raw)
                self.manifest.note(written)

    def close(self) -> None:
        """Write what can be told only when all articles are in."""
        if self.repeats is not None:
            with writing_to(self.out):
                self.summary.copies = len(self.repeats.write())

    def _file(self, outcome: Finished) -> None:
        if outcome.text is not None:
            write_bytes(text_path(self.out, outcome.id), outcome.text)
        write_bytes(record_path(self.out, outcome.id), outcome.content)

    def _list(self, name: str, rows: Sequence[dict[str, str]]) -> None:
        if rows:
            with (self.out / name).open("a", encoding="utf-8", newline="\n") as lines:
                lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@contextmanager
def writing_to(out: Path) -> Iterator[None]:
    """Raise `OutputError` where the folder cannot be written to."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{out}: cannot be written to: {error.strerror}") from error
    except sqlite3.Error as error:
        raise OutputError(f"{out}: its list of what is done cannot be written: {error}") from error
