"""JSON Lines: one article a line, `{"id", "text", "title"?, "published"?, "url"?}`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, BinaryIO

from pipeline.reading.faults import Unreadable, UnreadableArticle
from pipeline.reading.raw import RawArticle

KNOWN_KEYS = ("id", "text", "title", "published", "url")

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of the longest line that is read: one bad line must not fill the memory."""


def read_jsonl(stream: BinaryIO, path: str) -> Iterator[RawArticle | Unreadable]:
    """The articles of a file, one at a time; blank lines are passed over."""
    for number, line in enumerate(_lines(stream), start=1):
        where = f"{path}:{number}"
        if len(line) > LONGEST_LINE:
            message = f"is longer than {LONGEST_LINE:,} bytes; split it into articles"
            yield Unreadable(where, "too-large", message)
        elif line.strip():
            try:
                yield _article(line, path, where)
            except UnreadableArticle as error:
                yield error.fault


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines without their end; of one that is too long only as much as shows that it is."""
    first = True
    while line := stream.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE + 1)
        yield (line.removeprefix(b"\xef\xbb\xbf") if first else line).rstrip(b"\r\n")
        first = False


def _article(line: bytes, path: str, where: str) -> RawArticle:
    fields = _fields(line, where)
    texts = {name: _text(fields, name, where) for name in ("text", "title", "published", "url")}
    if (text := texts["text"]) is None:
        raise UnreadableArticle(where, "no-text", 'has no "text"; each line needs "id" and "text"')
    article_id = fields.get("id")
    if isinstance(article_id, bool) or not isinstance(article_id, (str, int)) or article_id == "":
        raise UnreadableArticle(where, "no-id", 'has no "id"; each line needs "id" and "text"')
    return RawArticle(
        id=str(article_id),
        text=text,
        path=path,
        sha256=sha256(line).hexdigest(),
        media_type="application/jsonl",
        title=texts["title"],
        published=texts["published"],
        url=texts["url"],
        extra={
            key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in fields.items()
            if key not in KNOWN_KEYS
        },
    )


def _fields(line: bytes, where: str) -> dict[str, Any]:
    try:
        fields = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 at byte {error.start}; JSON Lines are UTF-8"
        raise UnreadableArticle(where, "undecodable", message) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableArticle(where, "bad-json", f"is no JSON: {error}") from error
    if not isinstance(fields, dict):
        raise UnreadableArticle(where, "bad-json", 'is no object like {"id": …, "text": …}')
    return fields


def _text(fields: dict[str, Any], name: str, where: str) -> str | None:
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value
    raise UnreadableArticle(
        where, "bad-json", f'has a "{name}" that is no text but {type(value).__name__}'
    )
