"""JSON Lines: one article a line, `{"id", "text", "title"?, "published"?, "url"?}`."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from pipeline.reading.faults import Unreadable, UnreadableArticle
from pipeline.reading.inputs import Input
from pipeline.reading.raw import RawArticle
from pipeline.reading.values import article_of_values

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of the longest line that is read: one bad line must not fill the memory."""


def read_jsonl(stream: io.BufferedReader[Any], given: Input) -> Iterator[RawArticle | Unreadable]:
    """The articles of a file, one at a time; blank lines are passed over."""
    for number, line in enumerate(_lines(stream), start=1):
        where = f"{given.name}:{number}"
        if len(line) > LONGEST_LINE:
            message = f"is longer than {LONGEST_LINE:,} bytes; split it into articles"
            yield Unreadable(where, "too-large", message)
        elif line.strip():
            try:
                yield _article(line, given.name, number)
            except UnreadableArticle as error:
                yield error.fault


def _lines(stream: io.BufferedReader[Any]) -> Iterator[bytes]:
    """Lines without their end; of one that is too long only as much as shows that it is."""
    first = True
    while line := stream.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE + 1)
        yield (line.removeprefix(b"\xef\xbb\xbf") if first else line).rstrip(b"\r\n")
        first = False


def _article(line: bytes, path: str, number: int) -> RawArticle:
    fields = _fields(line, f"{path}:{number}")
    return article_of_values(fields, path, number, media_type="application/jsonl", raw=line)


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
