"""Saved web pages and PDF files: the text of the article, without the page around it."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pipeline.limits import OutOfTimeError, time_limit
from pipeline.reading.faults import UnreadableArticle
from pipeline.reading.inputs import Input
from pipeline.reading.raw import RawArticle
from pipeline.reading.text import decode

if TYPE_CHECKING:
    from pipeline.reading.raw import Stream


LARGEST_PAGE = 20_000_000
"""Bytes of HTML; the largest pages of newspapers have two million."""

LARGEST_PDF = 100_000_000
"""Bytes, most of them pictures."""

LONGEST_S = 60.0
"""Seconds for one page or PDF; a long newspaper takes some of them."""

DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
"""Dates that the page states, not guesses; and no bound that comes from today's clock."""


def library(name: str, kind: str, path: str) -> Any:
    """A library of the extra `formats`; raises `UnreadableArticle` where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        message = (
            f"to read {kind} {package} is needed ({' '.join(str(error).split())}); "
            "run: pip install 'tariffwire[formats]'"
        )
        raise UnreadableArticle(path, "missing-library", message) from error


@contextmanager
def in_time(path: str) -> Iterator[None]:
    """Refuse what takes too long to be taken apart."""
    try:
        with time_limit(LONGEST_S):
            yield
    except OutOfTimeError as error:
        message = f"took over {LONGEST_S:g} s to be taken apart; give its text"
        raise UnreadableArticle(path, "timed-out", message) from error


def read_html(stream: Stream, given: Input) -> Iterator[RawArticle]:
    """A saved page as one article."""
    data = stream.read(LARGEST_PAGE + 1)
    yield article_of_page(data, given.stem, path=given.name, url=None)


def article_of_page(data: bytes, article_id: str, *, path: str, url: str | None) -> RawArticle:
    """The article of a page: headline and paragraphs, date, address; raises `UnreadableArticle`."""
    if len(data) > LARGEST_PAGE:
        message = f"is larger than {LARGEST_PAGE:,} bytes; save the article alone"
        raise UnreadableArticle(path, "too-large", message)
    trafilatura = library("trafilatura", "HTML", path)
    page = decode(data, path)
    with in_time(path):
        found = trafilatura.bare_extraction(
            page.text,
            url=url,
            include_comments=False,
            with_metadata=True,
            date_extraction_params=dict(DATES),
        )
    paragraphs = [] if found is None else [line for line in found.text.splitlines() if line.strip()]
    if not paragraphs:
        raise UnreadableArticle(path, "no-article", "no article can be told on this page")
    title = " ".join((found.title or "").split()) or None
    if title is not None and paragraphs[0] != title:
        paragraphs.insert(0, title)
    return RawArticle(
        id=article_id,
        text="\n\n".join(paragraphs) + "\n",
        path=path,
        sha256=sha256(data).hexdigest(),
        media_type="text/html",
        encoding=page.encoding,
        title=title,
        published=found.date,
        url=url or found.url,
    )


def read_pdf(stream: Stream, given: Input) -> Iterator[RawArticle]:
    """The text layer of a PDF file as one article, its pages parted by blank lines."""
    data = stream.read(LARGEST_PDF + 1)
    if len(data) > LARGEST_PDF:
        message = f"is larger than {LARGEST_PDF:,} bytes; give its text"
        raise UnreadableArticle(given.name, "too-large", message)
    pypdf = library("pypdf", "PDF", given.name)
    errors = library("pypdf.errors", "PDF", given.name)
    try:
        with in_time(given.name):
            pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    except (errors.PyPdfError, ValueError, KeyError, RecursionError) as error:
        raise UnreadableArticle(
            given.name, "broken-pdf", f"cannot be read as PDF: {' '.join(str(error).split())}"
        ) from error
    text = "\n\n".join(pages)
    if not text.strip():
        message = "has no text layer, it is a picture of a page; recognise its text first"
        raise UnreadableArticle(given.name, "no-text-layer", message)
    yield RawArticle(
        id=given.stem,
        text=text,
        path=given.name,
        sha256=sha256(data).hexdigest(),
        media_type="application/pdf",
    )
