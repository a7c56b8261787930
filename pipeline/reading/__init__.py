"""The front door: bytes → `Article`, with its furniture, title and publication date told apart."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import cast

from pipeline.article import Article, Source
from pipeline.findings import Boilerplate
from pipeline.reading.faults import Unreadable, UnreadableArticle
from pipeline.reading.formats import read_stream
from pipeline.reading.furniture import Furniture
from pipeline.reading.gate import Gate
from pipeline.reading.header import head_date, publication, publication_date, title_span
from pipeline.reading.inputs import Input, Position, find_inputs, position_in
from pipeline.reading.language import foreign_language
from pipeline.reading.layout import Line, lines_of
from pipeline.reading.raw import RawArticle

LONGEST_TEXT = 10_000_000
"""Characters: twenty novels. What is longer is an archive, and belongs into one article a line."""

LONGEST_ID = 200
"""Bytes of an id, which becomes a file name: file systems end at 255."""

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a UTF-16 pair: no character, and not to be written as UTF-8."""

WORD = re.compile(r"[^\W\d_]{2,}")


def read(
    paths: Iterable[str | Path], *, published: str | None = None, furniture: Furniture
) -> Iterator[Article | Unreadable]:
    """The articles of files, folders, globs and `-` (standard input), one at a time.

    `published` (`YYYY-MM-DD`) is the publication date for articles that carry none. What cannot
    be read comes as an `Unreadable` in its place; nothing is raised for it.
    """
    for raw in read_raw(paths):
        if isinstance(raw, Unreadable):
            yield raw
            continue
        try:
            yield assemble(raw, given=published, furniture=furniture)
        except UnreadableArticle as error:
            yield error.fault


def read_raw(
    paths: Iterable[str | Path], position: Position | None = None
) -> Iterator[RawArticle | Unreadable]:
    """The same articles as their files hand them over, for `assemble`; no two have the same id.

    `position` is kept up to date, for whoever wants to know how far it is.
    """
    yield from raw_articles(find_inputs(paths), position)


def raw_articles(
    inputs: Iterable[Input | Unreadable], position: Position | None = None
) -> Iterator[RawArticle | Unreadable]:
    """The articles of files that were found."""
    seen: set[str] = set()
    position = position or Position(None)
    for given in inputs:
        articles = [given] if isinstance(given, Unreadable) else _raw_articles(given, position)
        for raw in articles:
            if isinstance(raw, RawArticle) and raw.id in seen:
                message = f"the id {raw.id!r} was read before; give each article its own"
                yield Unreadable(raw.place, "duplicate-id", message)
                continue
            if isinstance(raw, RawArticle):
                seen.add(raw.id)
            yield raw


def article_of(  # noqa: PLR0913  # the fields of an article, as in JSON Lines
    text: str,
    *,
    id: str,
    title: str | None = None,
    published: str | None = None,
    url: str | None = None,
    furniture: Furniture,
) -> Article:
    """The article whose source text is `text`; raises `UnreadableArticle`."""
    raw = RawArticle(
        id=id,
        text=text,
        path=id,
        sha256=sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        title=title,
        url=url,
    )
    article = assemble(raw, given=published, furniture=furniture)
    return replace(article, source=article.source.model_copy(update={"path": None}))


def _raw_articles(given: Input, position: Position) -> Iterator[RawArticle | Unreadable]:
    try:
        if given.path is None:
            stdin = io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer))
            yield from read_stream(stdin, given)
        else:
            with given.path.open("rb") as stream:
                for article in read_stream(stream, given):
                    position.inside = 0 if stream.closed else stream.tell()
                    yield article
                position.before += given.path.stat().st_size
                position.inside = 0
    except OSError as error:
        yield Unreadable(given.name, "unreadable", f"cannot be opened: {error.strerror}")


def assemble(raw: RawArticle, *, given: str | None, furniture: Furniture) -> Article:
    """The article of a text: furniture, title and publication date told apart.

    Raises `UnreadableArticle` where there is nothing to read in it.
    """
    check_characters(raw)
    boilerplate = furniture.of(raw.text)
    lines = left_over(raw.text, boilerplate)
    check_content(raw, lines, boilerplate, furniture)
    date, problems = publication(head_date(lines, furniture.published), raw.published, given)
    title = title_span(raw.text, lines, raw.title, furniture.published)
    extra = dict(raw.extra)
    if raw.title is not None and (title is None or title.text != raw.title):
        extra["title"] = raw.title
    return Article(
        id=raw.id,
        text=raw.text,
        source=Source(
            path=raw.path,
            url=raw.url,
            media_type=raw.media_type,
            encoding=raw.encoding,
            sha256=raw.sha256,
            characters=len(raw.text),
            extra=extra,
        ),
        title=title,
        published=date,
        boilerplate=boilerplate,
        problems=raw.problems + problems,
    )


def check_characters(raw: RawArticle) -> None:
    """Raise `UnreadableArticle` for a text or an id that could not be written."""
    if not raw.text.strip():
        raise UnreadableArticle(raw.place, "empty", "holds no text")
    if len(raw.text) > LONGEST_TEXT:
        message = f"has {len(raw.text):,} characters, over {LONGEST_TEXT:,}; split it into articles"
        raise UnreadableArticle(raw.place, "too-large", message)
    named = {"text": raw.text, "id": raw.id, "title": raw.title, "url": raw.url}
    for name, said in {**named, "published": raw.published, **raw.extra}.items():
        if said is not None and (half := SURROGATE.search(said)) is not None:
            message = (
                f"half a character (U+{ord(half.group()):04X}) at {half.start()} of its {name}"
            )
            raise UnreadableArticle(
                raw.place, "lone-surrogate", f"has {message}; write it as UTF-8"
            )
    if "\x00" in raw.text or "\x00" in raw.id:
        raise UnreadableArticle(raw.place, "binary", "has a NUL character; give its text")
    if not raw.id.strip() or len(raw.id.encode()) > LONGEST_ID:
        message = f"its id must be a name of 1 to {LONGEST_ID} bytes; give it a shorter one"
        raise UnreadableArticle(raw.place, "bad-id", message)


def check_content(
    raw: RawArticle, lines: list[Line], boilerplate: tuple[Boilerplate, ...], furniture: Furniture
) -> None:
    """Raise `UnreadableArticle` where nothing is left to read, or nothing in English."""
    if not lines:
        rules = ", ".join(sorted({each.rule for each in boilerplate}))
        message = f"is only page furniture ({rules}); nothing is left to read"
        raise UnreadableArticle(raw.place, "only-furniture", message)
    if not any(len(WORD.findall(line.text[:2000])) >= 2 for line in lines):
        raise UnreadableArticle(raw.place, "no-sentence", "has no line of two words or more")
    rest = " ".join(line.text[:2000] for line in lines[:200])
    if (language := foreign_language(rest, furniture.rules.lexicons)) is not None:
        message = f"is not in English but in {language.capitalize()}; only English is read"
        raise UnreadableArticle(raw.place, "not-english", message)


def left_over(text: str, boilerplate: tuple[Boilerplate, ...]) -> list[Line]:
    """The lines of a text that are not furniture."""
    gone = {each.start for each in boilerplate}
    return [line for line in lines_of(text) if line.start not in gone]


__all__ = [
    "Furniture",
    "Gate",
    "Input",
    "Position",
    "RawArticle",
    "Unreadable",
    "UnreadableArticle",
    "article_of",
    "assemble",
    "find_inputs",
    "position_in",
    "publication_date",
    "raw_articles",
    "read",
    "read_raw",
]
