"""Finds the source text of a record again, and makes sure that it is the one it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.article import GroundingError, check_grounding
from pipeline.findings import spans_of
from pipeline.reading.faults import UnreadableArticle
from pipeline.reading.text import decode
from pipeline.record import Record
from pipeline.tables.places import Place


def source_text(record: Record, kept: Place, elsewhere: Iterable[Path] = ()) -> str | None:
    """The text that the record's offsets point into, or null where it is not to be found.

    Args:
        record: Says what the text is called, how long it is and which words stand where.
        kept: Where the record lies: texts taken out of HTML and the like are kept with it.
        elsewhere: Folders from which the articles were read; the working folder is always tried.
    """
    data = kept.text(record.id)
    if data is not None and (text := text_of(data, record)) is not None:
        return text
    if record.source.path is not None:
        named = Path(record.source.path)
        places = [base / named for base in (Path(), *elsewhere)]
        places += [base / named.name for base in elsewhere]
        for place in places:
            if place.is_file() and (text := text_of(place.read_bytes(), record)) is not None:
                return text
    return None


def text_of(data: bytes, record: Record) -> str | None:
    """The text of a file, where it is the record's."""
    try:
        text = decode(data, record.id).text
    except UnreadableArticle:
        return None
    if len(text) != record.source.characters:
        return None
    try:
        check_grounding(text, record)
    except GroundingError:
        return None
    return text


def known_words(record: Record) -> str:
    """The text as far as the record's spans tell it, spaces elsewhere; offsets stay true."""
    text = [" "] * record.source.characters
    for start, end, words in spans_of(record):
        text[start:end] = words
    return "".join(text)
