"""Holds written records to their schema, their sources, and what would be written today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from pipeline.article import GroundingError, check_grounding
from pipeline.reading import Unreadable, UnreadableArticle, read_raw
from pipeline.reading.text import decode
from pipeline.record import DanglingReferenceError, Record, check_references
from pipeline.running.outcomes import Finished
from pipeline.running.work import Worker
from pipeline.writing import text_path


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that does not hold of one record."""

    path: Path
    kind: str
    """`schema`, `reference`, `source`, `grounding` or `bytes`."""
    message: str


def verify(folder: Path, sources: Path, worker: Worker | None = None) -> Iterator[Doubt]:
    """What does not hold of the records of a folder.

    `sources` is the folder from which their paths count. With a worker each record whose source
    is a text file is made again and compared to the byte.
    """
    for path in sorted(folder.glob("*.json")):
        try:
            record = Record.model_validate_json(path.read_bytes())
            check_references(record)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in fault["loc"]) or "file"
            yield Doubt(path, "schema", f"{place}: {fault['msg']}")
        except DanglingReferenceError as error:
            yield Doubt(path, "reference", str(error))
        else:
            yield from _against_source(path, record, sources, worker)


def _against_source(
    path: Path, record: Record, sources: Path, worker: Worker | None
) -> Iterator[Doubt]:
    beside = text_path(path.parent, record.id)
    own = sources / (record.source.path or "")
    plain = record.source.media_type == "text/plain" and not beside.is_file()
    try:
        data = (own if plain else beside).read_bytes()
        text = decode(data, record.id).text if plain else data.decode("utf-8")
    except (OSError, UnicodeDecodeError, UnreadableArticle) as error:
        yield Doubt(path, "source", f"its source cannot be read: {error}")
        return
    if plain and sha256(data).hexdigest() != record.source.sha256:
        yield Doubt(path, "source", f"{own} is not the file that it was made from")
        return
    try:
        check_grounding(text, record)
    except GroundingError as error:
        yield Doubt(path, "grounding", str(error))
    if worker is not None and plain:
        yield from _again(path, record, own, worker)


def _again(path: Path, record: Record, source: Path, worker: Worker) -> Iterator[Doubt]:
    given = (
        record.published.value if record.published and record.published.basis == "given" else None
    )
    (raw,) = read_raw([source])
    if isinstance(raw, Unreadable):
        yield Doubt(path, "bytes", f"can no longer be read: {raw.message}")
        return
    again = replace(raw, id=record.id, path=record.source.path or raw.path)
    dated = Worker(replace(worker.settings, published=given), worker.extractor)
    (outcome,) = dated.outcomes([again])
    if not isinstance(outcome, Finished):
        yield Doubt(path, "bytes", f"can no longer be made: {outcome}")
    elif outcome.content != path.read_bytes():
        yield Doubt(path, "bytes", "another record is made today; see its receipt for what changed")
