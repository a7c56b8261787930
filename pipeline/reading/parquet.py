"""Parquet: one article a row, its columns named as the keys of JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.reading.faults import Unreadable, UnreadableArticle
from pipeline.reading.inputs import Input
from pipeline.reading.pages import library
from pipeline.reading.raw import RawArticle
from pipeline.reading.values import article_of_values

if TYPE_CHECKING:
    from pipeline.reading.raw import Stream

MEDIA_TYPE = "application/vnd.apache.parquet"

ROWS = 256
"""Rows that are unpacked together: few, because a row is a whole article."""


def read_parquet(stream: Stream, given: Input) -> Iterator[RawArticle | Unreadable]:
    """The rows of a Parquet file, some at a time; a date or a number in a cell is its text."""
    if not stream.seekable():
        message = "Parquet cannot be read from a pipe or out of gzip; give its name, or unpack it"
        raise UnreadableArticle(given.name, "unsupported", message)
    parquet = library("pyarrow.parquet", "Parquet", given.name)
    errors = library("pyarrow", "Parquet", given.name)
    number = 0
    try:
        file = parquet.ParquetFile(stream)
        if not {"id", "text"} <= set(file.schema_arrow.names):
            message = 'has no columns "id" and "text"'
            raise UnreadableArticle(given.name, "no-columns", message)
        for batch in file.iter_batches(batch_size=ROWS):
            for row in batch.to_pylist():
                number += 1
                yield _row(row, given.name, number)
    except (errors.ArrowException, OSError) as error:
        where = f"{given.name}:{number + 1}"
        message = f"cannot be read as Parquet: {' '.join(str(error).split())[:200]}"
        raise UnreadableArticle(where, "broken-parquet", message) from error


def _row(row: dict[str, object], path: str, number: int) -> RawArticle | Unreadable:
    values = {name: _plain(name, cell) for name, cell in row.items() if cell is not None}
    try:
        return article_of_values(values, path, number, media_type=MEDIA_TYPE)
    except UnreadableArticle as error:
        return error.fault


def _plain(name: str, cell: object) -> object:
    """A cell as JSON Lines would have it: dates and the like as text."""
    if name in ("text", "title", "url", "id") or isinstance(cell, str | int | float | bool):
        return cell
    return str(cell)
