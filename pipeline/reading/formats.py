"""What a file is, told by its content, and the reader for it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from pipeline.article import Problem
from pipeline.reading.faults import Unreadable, UnreadableArticle
from pipeline.reading.inputs import Input
from pipeline.reading.jsonl import read_jsonl
from pipeline.reading.raw import RawArticle
from pipeline.reading.text import decode

LARGEST_TEXT_FILE = 40_000_000
"""Bytes: four times the characters of the longest article, the most that UTF-8 needs for them."""

SIGNATURES = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip (or an office document)"),
    (b"%PDF-", "PDF"),
    (b"WARC/", "WARC"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "old office document"),
)


def read_stream(stream: io.BufferedReader[Any], given: Input) -> Iterator[RawArticle | Unreadable]:
    """The articles of one file; raises `UnreadableArticle` where the whole file is at fault."""
    head = stream.peek()
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            message = f"is a file of another kind: {kind}; give its text"
            raise UnreadableArticle(given.name, "unsupported", message)
    if is_jsonl(head, given.name):
        yield from read_jsonl(stream, given.name)
    else:
        yield read_text(stream, given)


def is_jsonl(head: bytes, name: str) -> bool:
    """Whether a file is JSON Lines: named so, or its first line is an object with a text."""
    if PurePath(name).suffix.lower() in (".jsonl", ".ndjson"):
        return True
    first, line_end, _ = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not first.startswith(b"{"):
        return False
    try:
        return "text" in json.loads(first)
    except (ValueError, RecursionError):
        return not line_end and b'"text"' in first  # a line longer than what was looked at


def read_text(stream: io.BufferedReader[Any], given: Input) -> RawArticle:
    """A text file as one article, whose source text is the decoded file exactly as it stands."""
    data = stream.read(LARGEST_TEXT_FILE + 1)
    if len(data) > LARGEST_TEXT_FILE:
        message = f"is larger than {LARGEST_TEXT_FILE:,} bytes; split it into articles"
        raise UnreadableArticle(given.name, "too-large", message)
    decoded = decode(data, given.name)
    message = f"no encoding is declared; read as {decoded.encoding}"
    return RawArticle(
        id=given.stem,
        text=decoded.text,
        path=given.name,
        sha256=sha256(data).hexdigest(),
        encoding=decoded.encoding,
        problems=(Problem(kind="guessed-encoding", message=message),) if decoded.guessed else (),
    )
