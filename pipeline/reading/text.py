"""Text files: what encoding one is in, told by its mark, its declaration or its content."""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pipeline.article import Problem
from pipeline.reading.faults import UnreadableArticle
from pipeline.reading.inputs import Input
from pipeline.reading.raw import RawArticle

LARGEST_TEXT_FILE = 40_000_000
"""Bytes: four times the characters of the longest article, the most that UTF-8 needs for them."""

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),  # before utf-16-le, whose mark it begins with
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

DECLARATION = re.compile(rb"(?:charset|encoding|coding)\s*[=:]\s*[\"']?([A-Za-z][\w.-]{2,30})")
"""`charset=windows-1252`, `encoding="latin-1"`, `-*- coding: cp1252 -*-`."""

DECLARATION_REACH = 2048
"""Bytes from the start in which a declaration is looked for, as browsers do (they take 1024)."""

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MOST_CONTROL = 0.01
"""Share of control characters from which a file is no text."""

TYPOGRAPHIC = frozenset("‘’“”„–—…•·′″«»£€¥¢§©®™°±×÷½¼¾¹²³¿¡\x82\xa0\xad")
"""What English typesetting adds to ASCII letters in the legacy Western encodings."""


def read_text(stream: io.BufferedReader[Any], given: Input) -> Iterator[RawArticle]:
    """A text file as one article, whose source text is the decoded file exactly as it stands."""
    data = stream.read(LARGEST_TEXT_FILE + 1)
    if len(data) > LARGEST_TEXT_FILE:
        message = f"is larger than {LARGEST_TEXT_FILE:,} bytes; split it into articles"
        raise UnreadableArticle(given.name, "too-large", message)
    decoded = decode(data, given.name)
    message = f"no encoding is declared; read as {decoded.encoding}"
    yield RawArticle(
        id=given.stem,
        text=decoded.text,
        path=given.name,
        sha256=sha256(data).hexdigest(),
        encoding=decoded.encoding,
        problems=(Problem(kind="guessed-encoding", message=message),) if decoded.guessed else (),
        packed=given.packed or given.path is None,
    )


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and the encoding that it was read in."""

    text: str
    encoding: str
    guessed: bool = False
    """Whether nothing but the content told the encoding."""


def decode(data: bytes, path: str) -> Decoded:
    """The text exactly as it stands, without its byte order mark.

    Raises `UnreadableArticle` with `binary` or `undecodable`.
    """
    decoded = _decode(data, path)
    if not is_text(decoded.text):
        raise binary(path)
    return decoded


def is_text(text: str) -> bool:
    """Whether a text has no NUL and few other control characters."""
    controls = len(CONTROL.findall(text))
    return "\x00" not in text and controls <= MOST_CONTROL * len(text)


def binary(path: str) -> UnreadableArticle:
    """The fault of a file that is no text."""
    return UnreadableArticle(
        path, "binary", "is no text file: it holds NUL or control characters; give its text"
    )


def _decode(data: bytes, path: str) -> Decoded:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return Decoded(_strict(data[len(mark) :], encoding, path), encoding)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if b"\x00" in data:
        raise binary(path)
    if (declared := declared_encoding(data)) is not None:
        return Decoded(_strict(data, declared, path), declared)
    return _guess(data, path)


def _strict(data: bytes, encoding: str, path: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableArticle(
            path,
            "undecodable",
            f"says that it is {encoding}, but byte {error.start} is not; save it as UTF-8",
        ) from error


def declared_encoding(data: bytes) -> str | None:
    """The legacy encoding that a file names at its start, by Python's name, or None."""
    if (said := DECLARATION.search(data, 0, DECLARATION_REACH)) is None:
        return None
    name = said.group(1).decode("ascii")
    if name.lower() in ("iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii"):
        name = "windows-1252"  # as the WHATWG encoding standard reads these labels
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return None
    return None if known == "utf-8" else known  # it is not, or it had been read


def _guess(data: bytes, path: str) -> Decoded:
    try:
        western = data.decode("windows-1252")
    except UnicodeDecodeError:
        western = None
    if western is not None and reads_as_western(western):
        return Decoded(western, "windows-1252", guessed=True)
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise UnreadableArticle(
            path, "undecodable", "is in no encoding that can be told; save it as UTF-8"
        )
    return Decoded(data.decode(best.encoding), best.encoding, guessed=True)


def reads_as_western(text: str) -> bool:
    """Whether what is not ASCII looks like English text in windows-1252.

    It is rare, and only marks of typesetting and accented letters beside ASCII ones ("café").
    """
    foreign = [(i, c) for i, c in enumerate(text) if not c.isascii()]
    if len(foreign) > 0.05 * len(text) + 4:
        return False
    return all(c in TYPOGRAPHIC or _is_accented(text, i) for i, c in foreign)


def _is_accented(text: str, i: int) -> bool:
    beside = text[max(0, i - 1) : i] + text[i + 1 : i + 2]
    decomposed = unicodedata.normalize("NFD", text[i])[0]
    letter = (decomposed.isascii() and decomposed.isalpha()) or text[i] in "øØæÆßœŒ"
    return letter and any(c.isascii() and c.isalpha() for c in beside)
