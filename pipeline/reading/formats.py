"""What a file is, told by its content, and the reader for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.reading.archives import read_gzip, read_warc, read_zip
from pipeline.reading.faults import Unreadable, UnreadableArticle, failed
from pipeline.reading.inputs import Input
from pipeline.reading.jsonl import read_jsonl
from pipeline.reading.pages import read_html, read_pdf
from pipeline.reading.parquet import read_parquet
from pipeline.reading.raw import RawArticle
from pipeline.reading.text import read_text
from pipeline.reading.values import read_csv

if TYPE_CHECKING:
    from pipeline.reading.raw import Stream

    Reader = Callable[[Stream, Input], Iterator[RawArticle | Unreadable]]


OTHERS = (
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
"""Kinds of files that are no articles and whose name helps more than "binary"."""

HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def read_stream(stream: Stream, given: Input) -> Iterator[RawArticle | Unreadable]:
    """The articles of one file; what is wrong with it comes as an `Unreadable` in its place."""
    try:
        yield from _read(stream, given)
    except UnreadableArticle as error:
        yield error.fault
    except OSError as error:
        yield Unreadable(given.name, "unreadable", f"cannot be read: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001  # a library stumbles on a broken file: no other suffers
        yield failed(given.name, error)


def _read(stream: Stream, given: Input) -> Iterator[RawArticle | Unreadable]:
    head = stream.peek()
    if head.startswith(b"\x1f\x8b"):
        yield from read_gzip(stream, given, _read)
    elif head.startswith(b"PK\x03\x04"):
        yield from read_zip(stream, given, _read)
    else:
        yield from reader_of(head, given)(stream, given)


def reader_of(head: bytes, given: Input) -> Reader:
    """The reader for a file that is no archive, by how it begins."""
    for signature, kind in OTHERS:
        if head.startswith(signature):
            message = f"is a file of another kind: {kind}; give its text"
            raise UnreadableArticle(given.name, "unsupported", message)
    suffix = PurePath(given.name.lower().removesuffix(".gz")).suffix
    begins = head.removeprefix(b"\xef\xbb\xbf")
    if begins.startswith(b"WARC/"):
        return read_warc
    if begins.startswith(b"PAR1"):
        return read_parquet
    if begins.startswith(b"%PDF-"):
        return read_pdf
    if HTML.match(begins):
        return read_html
    if suffix in (".jsonl", ".ndjson") or is_jsonl(begins):
        return read_jsonl
    return read_csv if suffix in (".csv", ".tsv") else read_text


def is_jsonl(head: bytes) -> bool:
    """Whether the first line of a file is an object with a text."""
    first, line_end, _ = head.lstrip(b" \t\r\n").partition(b"\n")
    if not first.startswith(b"{"):
        return False
    try:
        return "text" in json.loads(first)
    except (ValueError, RecursionError):
        return not line_end and b'"text"' in first  # a line longer than what was looked at
