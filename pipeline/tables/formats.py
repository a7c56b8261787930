"""Writes flat tables, a batch at a time, in the formats that analysts open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from pipeline.tables.columns import Column
from pipeline.tables.layouts import Layout

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

DATABASE_STEM = "tariffwire"
"""Name of the one file that holds all tables, in the formats that can."""


class Format(Protocol):
    """A way to write tables to a folder, used as `with format(folder, layouts) as writing`."""

    def __init__(self, folder: Path, layouts: Sequence[Layout]) -> None: ...

    def write(self, layout: Layout, batch: pa.RecordBatch) -> None:
        """Add rows to a table."""

    def close(self) -> None:
        """Finish the files."""


class Parquet:
    """A file for each table, `tariffs.parquet`; categories and days keep their types."""

    def __init__(self, folder: Path, layouts: Sequence[Layout]) -> None:
        import pyarrow.parquet as pq

        self._writers = {
            each.name: pq.ParquetWriter(
                folder / f"{each.name}.parquet", each.schema, compression="zstd"
            )
            for each in layouts
        }

    def write(self, layout: Layout, batch: pa.RecordBatch) -> None:
        """Add rows to a table."""
        self._writers[layout.name].write_batch(batch)

    def close(self) -> None:
        """Finish the files."""
        for writer in self._writers.values():
            writer.close()


class Csv:
    """A UTF-8 file for each table; a missing value is nothing, an empty text is `""`.

    Every text is in quotation marks and stands as it is: a program that opens CSV as a spreadsheet
    may take one that begins with `=` for a formula. The xlsx format is made for such programs.
    """

    def __init__(self, folder: Path, layouts: Sequence[Layout]) -> None:
        from pyarrow import csv

        self._writers = {
            each.name: csv.CSVWriter(folder / f"{each.name}.csv", self.schema(each))
            for each in layouts
        }

    @staticmethod
    def schema(layout: Layout) -> pa.Schema:
        """The table's schema with categories as texts, which is what CSV has."""
        return pa.schema(
            [
                pa.field(c.name, pa.string() if c.kind == "category" else c.field.type)
                for c in layout.columns
            ]
        )

    def write(self, layout: Layout, batch: pa.RecordBatch) -> None:
        """Add rows to a table."""
        self._writers[layout.name].write_batch(batch.cast(self.schema(layout)))

    def close(self) -> None:
        """Finish the files."""
        for writer in self._writers.values():
            writer.close()


class Sqlite:
    """One database, `tariffwire.sqlite`, with primary keys, and days as ISO text."""

    TYPES = {
        "text": str,
        "category": str,
        "number": float,
        "integer": int,
        "day": str,
    }

    def __init__(self, folder: Path, layouts: Sequence[Layout]) -> None:
        import sqlite_utils

        self._database = sqlite_utils.Database(str(folder / f"{DATABASE_STEM}.sqlite"))
        for each in layouts:
            self._table(each).create(
                {c.name: self.TYPES[c.kind] for c in each.columns},
                pk=each.key[0] if len(each.key) == 1 else each.key,
            )
        for each in layouts:
            if each.name != "articles":
                self._table(each).add_foreign_key("article_id", "articles", "article_id")

    def _table(self, layout: Layout) -> Any:
        return self._database[layout.name]

    def write(self, layout: Layout, batch: pa.RecordBatch) -> None:
        """Add rows to a table."""
        days = [column.name for column in layout.columns if column.kind == "day"]
        rows = batch.to_pylist()
        for row in rows:
            for name in days:
                row[name] = row[name] and row[name].isoformat()
        self._table(layout).insert_all(rows)

    def close(self) -> None:
        """Finish the file."""
        self._database.close()


class Duckdb:
    """One database, `tariffwire.duckdb`; categories are enums, meanings are column comments."""

    TYPES = {
        "text": "VARCHAR",
        "number": "DOUBLE",
        "integer": "BIGINT",
        "day": "DATE",
    }

    def __init__(self, folder: Path, layouts: Sequence[Layout]) -> None:
        import duckdb

        self._connection = duckdb.connect(str(folder / f"{DATABASE_STEM}.duckdb"))
        for each in layouts:
            columns = ", ".join(f'"{c.name}" {self.type(c)}' for c in each.columns)
            self._connection.execute(f'CREATE TABLE "{each.name}" ({columns})')
            self._comment(f'TABLE "{each.name}"', each.about)
            for column in each.columns:
                self._comment(f'COLUMN "{each.name}"."{column.name}"', column.about)

    def type(self, column: Column) -> str:
        """The type of a column."""
        if column.kind == "category":
            return f"ENUM ({', '.join(map(quoted, column.words))})"
        return self.TYPES[column.kind]

    def _comment(self, what: str, about: str) -> None:
        self._connection.execute(f"COMMENT ON {what} IS {quoted(about)}")

    def write(self, layout: Layout, batch: pa.RecordBatch) -> None:
        """Add rows to a table."""
        self._connection.from_arrow(pa.Table.from_batches([batch])).insert_into(layout.name)

    def close(self) -> None:
        """Finish the file."""
        self._connection.close()


class Xlsx:
    """One workbook, `tariffwire.xlsx`: a sheet that explains, then one for each table.

    Texts are written as texts, so none becomes a formula, a link or a number. A table with more
    rows than a sheet holds goes on in a further sheet.
    """

    LAST_ROW = 1_048_575
    """Excel's last row, counted from 0."""
    WIDTHS = {"text": 24, "category": 14, "number": 12, "integer": 10, "day": 12}

    def __init__(self, folder: Path, layouts: Sequence[Layout]) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(
            str(folder / f"{DATABASE_STEM}.xlsx"),
            {"constant_memory": True, "default_date_format": "yyyy-mm-dd"},
        )
        # The workbook would carry the time of writing; the same records give the same workbook.
        self._book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._explain(layouts)
        self._sheets = {each.name: self._sheet(each, each.name) for each in layouts}
        self._rows = dict.fromkeys(self._sheets, 0)
        self._further = dict.fromkeys(self._sheets, 1)
        self._layouts = {each.name: each for each in layouts}

    def _explain(self, layouts: Iterable[Layout]) -> None:
        sheet = self._book.add_worksheet("read me")
        sheet.set_column(0, 1, 22)
        sheet.set_column(2, 2, 100)
        lines = [("table", "column", "what it holds")]
        for layout in layouts:
            lines.append((layout.name, "", layout.about))
            lines += [(layout.name, column.name, column.about) for column in layout.columns]
        for row, line in enumerate(lines):
            for place, words in enumerate(line):
                sheet.write_string(row, place, words, self._bold if row == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(lines) - 1, 2)

    def _sheet(self, layout: Layout, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        for place, column in enumerate(layout.columns):
            sheet.set_column(place, place, self.WIDTHS[column.kind])
            sheet.write_string(0, place, column.name, self._bold)
        sheet.freeze_panes(1, 1)
        return sheet

    def write(self, layout: Layout, batch: pa.RecordBatch) -> None:
        """Add rows to a table."""
        write: dict[str, Callable[[Worksheet, int, int, Any], None]] = {
            "text": self._write_text,
            "category": self._write_text,
            "number": self._write_number,
            "integer": self._write_number,
            "day": self._write_day,
        }
        writers = [write[column.kind] for column in layout.columns]
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if self._rows[layout.name] == self.LAST_ROW:
                self._finish(layout.name)
                self._further[layout.name] += 1
                name = f"{layout.name} ({self._further[layout.name]})"
                self._sheets[layout.name] = self._sheet(layout, name)
                self._rows[layout.name] = 0
            self._rows[layout.name] += 1
            sheet, line = self._sheets[layout.name], self._rows[layout.name]
            for place, value in enumerate(row):
                if value is not None:
                    writers[place](sheet, line, place, value)

    LONGEST_TEXT = 32_767
    """Characters that a cell holds."""

    def _write_text(self, sheet: Worksheet, row: int, place: int, value: str) -> None:
        if len(value) > self.LONGEST_TEXT:
            value = value[: self.LONGEST_TEXT - 1] + "…"
        sheet.write_string(row, place, value)

    def _write_number(self, sheet: Worksheet, row: int, place: int, value: float) -> None:
        sheet.write_number(row, place, value)

    def _write_day(self, sheet: Worksheet, row: int, place: int, value: date) -> None:
        if value.year < 1900:  # Excel's calendar begins there
            sheet.write_string(row, place, value.isoformat())
        else:
            sheet.write_datetime(row, place, value, self._day)

    def _finish(self, name: str) -> None:
        last = len(self._layouts[name].columns) - 1
        self._sheets[name].autofilter(0, 0, self._rows[name], last)

    def close(self) -> None:
        """Finish the file."""
        for name in self._sheets:
            self._finish(name)
        self._book.close()


def quoted(words: str) -> str:
    """Words as an SQL literal."""
    return "'" + words.replace("'", "''") + "'"


FORMATS: dict[str, Callable[[Path, Sequence[Layout]], Format]] = {
    "parquet": Parquet,
    "csv": Csv,
    "xlsx": Xlsx,
    "sqlite": Sqlite,
    "duckdb": Duckdb,
}


def file_of(format: str, layout: Layout) -> str:
    """Name of the file that holds a table in a format."""
    return (
        f"{layout.name}.{format}" if format in ("parquet", "csv") else f"{DATABASE_STEM}.{format}"
    )
