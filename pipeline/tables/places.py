"""Where records lie: a file each, or many in the parts that a run on a cluster writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

from pipeline.writing import text_path

LISTS = frozenset({"errors.jsonl", "skipped.jsonl", "copies.jsonl"})
"""What a run writes beside its records: no records."""

ROWS = 64
"""Rows of a part that are unpacked together: a record has some 20 kB."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record on the disk, or what cannot be read there."""

    path: Path
    row: int | None = None
    """Of the part, from 1; null for a file of its own."""
    content: bytes = b""
    fault: str | None = None
    """Why there is no content."""


class Place(Protocol):
    """Where records lie, in their order; each is taken from the disk when its turn comes."""

    def __len__(self) -> int:
        """How many they are, faulty ones among them."""

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """The records from one of them on."""

    def text(self, article_id: str) -> bytes | None:
        """The source text that is kept with a record, or None where there is none."""


def place_of(folder: Path) -> Place:
    """Where the records of a folder lie: in files; else in parts, Parquet before JSON Lines."""
    if files := sorted(folder.glob("*.json")):
        return Files(folder, files)
    for inside in (folder, folder / "parquet"):
        if tables := sorted(inside.glob("*.parquet")):
            return Tables(tables)
    for inside in (folder, folder / "jsonl"):
        if lines := [each for each in sorted(inside.glob("*.jsonl")) if each.name not in LISTS]:
            return Lines(lines)
    return Files(folder, files)


class Files:
    """A file for each record, and its text beside it."""

    def __init__(self, folder: Path, paths: Sequence[Path]) -> None:
        self.folder = folder
        self.paths = paths

    def __len__(self) -> int:
        return len(self.paths)

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """By name."""
        for path in self.paths[start:]:
            try:
                yield Entry(path, content=path.read_bytes())
            except OSError as error:
                yield unopened(path, error)

    def text(self, article_id: str) -> bytes | None:
        """The file beside the record."""
        path = text_path(self.folder, article_id)
        return path.read_bytes() if path.is_file() else None


class Lines:
    """A record a line, without texts."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = paths

    def __len__(self) -> int:
        return sum(1 for _ in self.entries())

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """By file and line."""
        for path in self.paths:
            try:
                with path.open("rb") as lines:
                    for row, line in enumerate(lines, start=1):
                        if start:
                            start -= 1
                        else:
                            yield Entry(path, row, line)
            except OSError as error:
                yield unopened(path, error)

    def text(self, article_id: str) -> bytes | None:  # as every place has it
        """None: lines hold records alone."""
        return None


class Tables:
    """Parquet files with a row for each article, some of which have a record. Needs pyarrow."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = paths
        self._group = lru_cache(maxsize=2)(self._read_group)

    def __len__(self) -> int:
        return sum(map(_records_in, self.paths))

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """By file and row; articles without a record are passed over."""
        for path in self.paths:
            count = _records_in(path)
            if start >= count:
                start -= count
                continue
            for entry in _rows(path):
                if start:
                    start -= 1
                else:
                    yield entry

    def text(self, article_id: str) -> bytes | None:
        """Of the article's row."""
        place = self._places.get(article_id)
        return None if place is None else self._group(*place).get(article_id)

    @cached_property
    def _places(self) -> dict[str, tuple[Path, int]]:
        """Id → the file and the group of rows where its text is."""
        return {
            article_id: (path, group)
            for path in self.paths
            if (file := _opened(path)) is not None
            for group in range(file.num_row_groups)
            for article_id in file.read_row_group(group, ["id"])["id"].to_pylist()
        }

    def _read_group(self, path: Path, group: int) -> dict[str, bytes]:
        from pyarrow import parquet

        rows = parquet.ParquetFile(path).read_row_group(group, ["id", "text"]).to_pylist()
        return {row["id"]: row["text"].encode() for row in rows if row["text"] is not None}


def _opened(path: Path) -> Any:
    """A Parquet file that holds records, or None where it is none."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowException, OSError):
        return None
    return file if {"id", "record", "text"} <= set(file.schema_arrow.names) else None


def _records_in(path: Path) -> int:
    """By the footer of a file; 1, its fault, where it cannot be read."""
    file = _opened(path)
    if file is None:
        return 1
    column = file.schema_arrow.names.index("record")
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    return sum(g.num_rows - int(g.column(column).statistics.null_count) for g in groups)


def _rows(path: Path) -> Iterator[Entry]:
    file = _opened(path)
    if file is None:
        yield Entry(path, fault="is no Parquet file with the columns id, record and text")
        return
    row = 0
    for batch in file.iter_batches(batch_size=ROWS, columns=["record"]):
        for record in batch["record"].to_pylist():
            row += 1
            if record is not None:
                yield Entry(path, row, record.encode("utf-8"))


def unopened(path: Path, error: OSError) -> Entry:
    """A file that cannot be opened."""
    return Entry(path, fault=f"cannot be opened: {error.strerror}")
