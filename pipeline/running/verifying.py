"""Holds written records to their schema, their sources, and what would be written today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from pipeline.article import GroundingError, check_grounding
from pipeline.reading import Unreadable, UnreadableArticle, read_raw
from pipeline.reading.text import decode
from pipeline.record import DanglingReferenceError, Record, check_references
from pipeline.running.outcomes import Finished
from pipeline.running.work import Worker
from pipeline.tables.places import Place


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that does not hold of one record."""

    path: Path
    kind: str
    """`schema`, `reference`, `source`, `grounding` or `bytes`."""
    message: str


def verify(place: Place, sources: Path, worker: Worker | None = None) -> Iterator[Doubt]:
    """What does not hold of the records that lie somewhere, in files or in parts.

    `sources` is the folder from which their paths count. With a worker each record whose source
    is a text file is made again and compared to the byte.
    """
    for entry in place.entries():
        path = entry.path if entry.row is None else Path(f"{entry.path}:{entry.row}")
        if entry.fault is not None:
            yield Doubt(path, "schema", entry.fault)
            continue
        try:
            record = Record.model_validate_json(entry.content)
            check_references(record)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in fault["loc"]) or "file"
            yield Doubt(path, "schema", f"{where}: {fault['msg']}")
            continue
        except DanglingReferenceError as error:
            yield Doubt(path, "reference", str(error))
            continue
        for kind, message in chain(
            _against_source(record, sources, place.text(record.id)),
            _again(record, entry.content, sources, worker) if worker is not None else (),
        ):
            yield Doubt(path, kind, message)


def _against_source(record: Record, sources: Path, kept: bytes | None) -> Iterator[tuple[str, str]]:
    own = _own_file(record, sources)
    try:
        if own is not None:
            data = own.read_bytes()
            text = decode(data, record.id).text
            if sha256(data).hexdigest() != record.source.sha256:
                yield "source", f"{own} is not the file that it was made from"
                return
        elif kept is not None:
            text = kept.decode("utf-8")
        else:
            yield "source", f"neither {record.source.path} nor a text beside it is there"
            return
    except (OSError, UnicodeDecodeError, UnreadableArticle) as error:
        yield "source", f"its source cannot be read: {error}"
        return
    try:
        check_grounding(text, record)
    except GroundingError as error:
        yield "grounding", str(error)


def _own_file(record: Record, sources: Path) -> Path | None:
    """The text file that a record was made from; none for rows, pages and what was packed."""
    own = sources / (record.source.path or "")
    return own if record.source.media_type == "text/plain" and own.is_file() else None


def _again(
    record: Record, content: bytes, sources: Path, worker: Worker
) -> Iterator[tuple[str, str]]:
    source = _own_file(record, sources)
    if source is None or sha256(source.read_bytes()).hexdigest() != record.source.sha256:
        return
    given = (
        record.published.value if record.published and record.published.basis == "given" else None
    )
    (raw,) = read_raw([source])
    if isinstance(raw, Unreadable):
        yield "bytes", f"can no longer be read: {raw.message}"
        return
    again = replace(raw, id=record.id, path=record.source.path or raw.path)
    dated = Worker(replace(worker.settings, published=given), worker.extractor)
    (outcome,) = dated.outcomes([again])
    if not isinstance(outcome, Finished):
        yield "bytes", f"can no longer be made: {outcome}"
    elif outcome.content != content:
        yield "bytes", "another record is made today; see its receipt for what changed"
