"""Articles given by named values: the rows of a CSV file, the objects of JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from pipeline.reading.faults import Unreadable, UnreadableArticle
from pipeline.reading.inputs import Input
from pipeline.reading.raw import RawArticle

KNOWN_KEYS = ("id", "text", "title", "published", "url")

LONGEST_CELL = 64 * 1024 * 1024
"""Characters of a CSV cell; Python's own limit of 131,072 is too small for a long article."""


def article_of_values(
    values: Mapping[str, Any],
    path: str,
    line: int,
    *,
    media_type: str,
    raw: bytes | None = None,
) -> RawArticle:
    """The article of `{"id", "text", "title"?, "published"?, "url"?}`; other keys become extra.

    `raw` are the bytes it was read from, for its digest, where the format has such. Raises
    `UnreadableArticle`, which names the line of the file.
    """
    where = f"{path}:{line}"
    texts = {name: _text(values, name, where) for name in ("text", "title", "published", "url")}
    if (text := texts["text"]) is None:
        raise UnreadableArticle(where, "no-text", 'has no "text"; each needs "id" and "text"')
    article_id = values.get("id")
    if isinstance(article_id, bool) or not isinstance(article_id, str | int) or article_id == "":
        raise UnreadableArticle(where, "no-id", 'has no "id"; each needs "id" and "text"')
    return RawArticle(
        id=str(article_id),
        text=text,
        path=path,
        line=line,
        sha256=sha256(json.dumps(values).encode() if raw is None else raw).hexdigest(),
        media_type=media_type,
        title=texts["title"],
        published=texts["published"],
        url=texts["url"],
        extra={
            key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in values.items()
            if key not in KNOWN_KEYS
        },
    )


def _text(values: Mapping[str, Any], name: str, where: str) -> str | None:
    value = values.get(name)
    if value is None or isinstance(value, str):
        return value
    kind = type(value).__name__
    raise UnreadableArticle(where, "bad-value", f'has a "{name}" that is no text but {kind}')


def read_csv(stream: io.BufferedReader[Any], given: Input) -> Iterator[RawArticle | Unreadable]:
    """The rows of a CSV or TSV file in UTF-8 whose first line names the columns, one at a time."""
    csv.field_size_limit(LONGEST_CELL)
    tabs = PurePath(given.name.removesuffix(".gz")).suffix.lower() == ".tsv"
    lines = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    rows = csv.DictReader(lines, delimiter="\t" if tabs else ",", strict=True)
    try:
        if not {"id", "text"} <= set(rows.fieldnames or ()):
            message = 'names no columns "id" and "text" in its first line'
            raise UnreadableArticle(given.name, "no-columns", message)
        for row in rows:
            yield _row(row, given.name, rows.line_num)
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 near line {rows.line_num}; save it as UTF-8"
        raise UnreadableArticle(given.name, "undecodable", message) from error
    except csv.Error as error:
        where = f"{given.name}:{rows.line_num}"
        raise UnreadableArticle(where, "bad-csv", f"is no CSV: {error}") from error
    finally:
        lines.detach()  # the file is its opener's to close


def _row(row: dict[str | None, Any], path: str, line: int) -> RawArticle | Unreadable:
    if None in row or None in row.values():
        return Unreadable(f"{path}:{line}", "bad-csv", "has not as many cells as there are columns")
    values = {name: cell or None for name, cell in row.items() if name is not None}
    kept = {name: cell for name, cell in values.items() if cell is not None}
    try:
        return article_of_values(kept, path, line, media_type="text/csv")
    except UnreadableArticle as error:
        return error.fault
