"""Many articles: each becomes a record in a folder, or a line in its `errors.jsonl`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.article import Article
from pipeline.extraction import Extractor
from pipeline.reading import Unreadable
from pipeline.record import Record
from pipeline.running.writing import write_text

ERRORS = "errors.jsonl"
COUNTED = ("entities", "dates", "tariffs", "figures", "quotes", "problems")
"""The lists of a record, in the order in which a summary counts them."""


@dataclass
class Summary:
    """What a run did."""

    written: int = 0
    failed: list[Unreadable] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)

    @property
    def exit_status(self) -> int:
        """0 if every article has its record, else 1."""
        return 1 if self.failed else 0


def run(
    extractor: Extractor,
    articles: Iterable[Article | Unreadable],
    out: Path,
    *,
    done: Callable[[Record | Unreadable], None],
) -> Summary:
    """Write a record for each article, telling `done` of each as it is finished."""
    out.mkdir(parents=True, exist_ok=True)
    summary = Summary()
    (out / ERRORS).unlink(missing_ok=True)
    for article in articles:
        if isinstance(article, Unreadable):
            summary.failed.append(article)
            note_error(out, article)
            done(article)
            continue
        record = extractor(article)
        write_text(out / f"{record.id}.json", record.model_dump_json())
        summary.written += 1
        summary.found.update({name: len(getattr(record, name)) for name in COUNTED})
        done(record)
    return summary


def note_error(out: Path, unreadable: Unreadable) -> None:
    """Add a line to the folder's `errors.jsonl`."""
    line = {"path": unreadable.path, "error": unreadable.error, "message": unreadable.message}
    with (out / ERRORS).open("a", encoding="utf-8", newline="\n") as errors:
        errors.write(json.dumps(line, ensure_ascii=False) + "\n")
