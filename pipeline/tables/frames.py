"""Rows of a flat table as Arrow data, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.record import Record
from pipeline.tables.layouts import Layout

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

RECORDS_A_BATCH = 500
"""A few MB of rows, and few enough calls."""


class Frame:
    """One flat table over records, read anew each time it is asked for.

    DuckDB, polars and every other reader of Arrow streams take it as it is
    (`duckdb.from_arrow(frame.reader())`, `polars.DataFrame(frame)`).
    """

    def __init__(self, layout: Layout, records: Iterable[Record]) -> None:
        self.layout = layout
        self._records = records

    @property
    def schema(self) -> pa.Schema:
        """Names, types and, as metadata, meanings of the columns."""
        return self.layout.schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, those of some hundred articles at a time."""
        for some in chunks(self._records):
            yield self.layout.batch(some)

    def reader(self) -> pa.RecordBatchReader:
        """The rows as a stream."""
        return pa.RecordBatchReader.from_batches(self.schema, self.batches())

    def to_arrow(self) -> pa.Table:
        """The whole table, in memory."""
        return self.reader().read_all()

    def to_pandas(self) -> pd.DataFrame:
        """The whole table as a pandas data frame; statuses and the like are categories."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """The whole table as a polars data frame."""
        import polars as pl

        return pl.DataFrame(self.to_arrow())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        """The Arrow PyCapsule protocol."""
        return self.reader().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"<table {self.layout.name}: {', '.join(self.schema.names)}>"


def chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Some hundred records at a time."""
    rest = iter(records)
    while some := list(islice(rest, RECORDS_A_BATCH)):
        yield some
