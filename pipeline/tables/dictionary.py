"""Says what the tables hold: the data dictionary for people, the data package for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pipeline
from pipeline.record import SCHEMA_VERSION
from pipeline.tables.columns import Column
from pipeline.tables.formats import file_of
from pipeline.tables.layouts import Layout

FIELD_TYPES = {
    "text": "string",
    "category": "string",
    "number": "number",
    "integer": "integer",
    "day": "date",
}
"""Kinds of columns as Table Schema types."""
MEDIA_TYPES = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sqlite": "application/vnd.sqlite3",
    "duckdb": "application/vnd.duckdb",
}


def dictionary(layouts: Iterable[Layout]) -> str:
    """The data dictionary, in Markdown."""
    return "\n".join(dictionary_lines(layouts)) + "\n"


def dictionary_lines(layouts: Iterable[Layout]) -> Iterator[str]:
    """The lines of the data dictionary."""
    yield "# What the tables hold"
    yield ""
    yield "A missing value is null. Offsets are half-open and count code points of the source text."
    for layout in layouts:
        yield ""
        yield f"## {layout.name}"
        yield ""
        yield f"{layout.about} Key: {', '.join(f'`{name}`' for name in layout.key)}."
        yield ""
        yield "| column | type | what it holds |"
        yield "|---|---|---|"
        for column in layout.columns:
            words = f" One of {', '.join(f'`{word}`' for word in column.words)}."
            about = column.about.replace("|", "\\|") + (words if column.words else "")
            yield f"| `{column.name}` | {column.kind} | {about} |"


def datapackage(layouts: Sequence[Layout], format: str) -> str:
    """The `datapackage.json` (Data Package 2.0) of tables in a format."""
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "tariffwire-tables",
        "title": "Tariff measures and what is said of them, read from news articles",
        "version": SCHEMA_VERSION,
        "sources": [{"title": f"tariffwire {pipeline.__version__}"}],
        "resources": [resource(layout, format) for layout in layouts],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def resource(layout: Layout, format: str) -> dict[str, Any]:
    """One table of the package."""
    described: dict[str, Any] = {
        "name": layout.name,
        "description": layout.about,
        "path": file_of(format, layout),
        "format": format,
        "mediatype": MEDIA_TYPES[format],
    }
    if format == "csv":
        described["encoding"] = "utf-8"
    if format == "xlsx":
        described["dialect"] = {"sheetName": layout.name}
    if format in ("sqlite", "duckdb"):
        described["dialect"] = {"table": layout.name}
    described["schema"] = {
        "fields": [field(column) for column in layout.columns],
        "primaryKey": list(layout.key),
        "foreignKeys": list(foreign_keys(layout)),
        "missingValues": [""],
    }
    return described


def field(column: Column) -> dict[str, Any]:
    """One column of a table."""
    described: dict[str, Any] = {
        "name": column.name,
        "type": FIELD_TYPES[column.kind],
        "description": column.about,
    }
    if column.words:
        described["categories"] = list(column.words)
    return described


def foreign_keys(layout: Layout) -> Iterator[dict[str, Any]]:
    """What a table's columns refer to."""
    if layout.name != "articles":
        yield key_to("articles", ["article_id"])
    if layout.belongs_to is not None:
        yield key_to(layout.belongs_to, list(layout.key[:2]))


def key_to(table: str, columns: list[str]) -> dict[str, Any]:
    """A foreign key to the columns of the same names."""
    return {"fields": columns, "reference": {"resource": table, "fields": columns}}
