"""Files of files: gzip, zip, and WARC, in which archives of the web keep news pages."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any, cast

from pipeline.reading.faults import Unreadable, UnreadableArticle, failed
from pipeline.reading.inputs import Input, is_article
from pipeline.reading.pages import LARGEST_PAGE, article_of_page, library
from pipeline.reading.raw import RawArticle

if TYPE_CHECKING:
    from pipeline.reading.raw import Stream

    Opener = Callable[[Stream, Input], Iterator[RawArticle | Unreadable]]


BROKEN = (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError)
"""What a damaged archive raises, or one packed in a way that Python does not know."""


def buffered(stream: IO[bytes]) -> Stream:
    """A stream that can be looked at before it is read."""
    return io.BufferedReader(cast("io.RawIOBase", stream))


def read_gzip(stream: Stream, given: Input, read: Opener) -> Iterator[RawArticle | Unreadable]:
    """The articles of the file that was packed; no more is unpacked than its reader takes."""
    name = given.name.removesuffix(".gz") if given.path is not None else given.name
    try:
        unpacked = buffered(cast("IO[bytes]", gzip.GzipFile(fileobj=stream)))
        yield from read(unpacked, Input(given.path, name, packed=True))
    except BROKEN as error:
        yield broken(given.name, error)


def read_zip(stream: Stream, given: Input, read: Opener) -> Iterator[RawArticle | Unreadable]:
    """The articles of each file in the archive that could be one, by name."""
    if not stream.seekable():
        message = "a zip cannot be read from a pipe; give its name, or unpack it"
        raise UnreadableArticle(given.name, "unsupported", message)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = [each for each in archive.infolist() if is_article(PurePath(each.filename))]
            if not members:
                raise UnreadableArticle(given.name, "no-articles", "the archive holds no articles")
            for member in sorted(members, key=lambda each: each.filename):
                yield from _member(archive, member, given, read)
    except BROKEN as error:
        yield broken(given.name, error)


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, given: Input, read: Opener
) -> Iterator[RawArticle | Unreadable]:
    inside = Input(given.path, f"{given.name}/{member.filename}", packed=True)
    try:
        with archive.open(member) as stream:
            yield from read(buffered(stream), inside)
    except UnreadableArticle as error:
        yield error.fault
    except (*BROKEN, RuntimeError) as error:  # RuntimeError: it wants a password
        yield broken(inside.name, error)
    except Exception as error:  # noqa: BLE001  # no other member must suffer
        yield failed(inside.name, error)


def broken(name: str, error: Exception) -> Unreadable:
    """The fault of an archive that cannot be unpacked."""
    return Unreadable(name, "broken-archive", f"cannot be unpacked: {error}")


def read_warc(stream: Stream, given: Input) -> Iterator[RawArticle | Unreadable]:
    """The pages of a web archive, one at a time; pictures, scripts, redirects are passed over."""
    warcio = library("warcio.archiveiterator", "WARC", given.name)
    exceptions = library("warcio.exceptions", "WARC", given.name)
    try:
        for record in warcio.ArchiveIterator(stream):
            if _is_page(record):
                yield from _page(record, given)
    except exceptions.ArchiveLoadFailed as error:
        yield broken(given.name, error)


def _is_page(record: Any) -> bool:
    if record.rec_type != "response" or record.http_headers is None:
        return False
    kind = (record.http_headers.get_header("Content-Type") or "").lower()
    return record.http_headers.get_statuscode() == "200" and kind.startswith(
        ("text/html", "application/xhtml")
    )


def _page(record: Any, given: Input) -> Iterator[RawArticle | Unreadable]:
    headers = record.rec_headers
    url = headers.get_header("WARC-Target-URI")
    article_id = headers.get_header("WARC-Record-ID").strip("<>").removeprefix("urn:uuid:")
    data = record.content_stream().read(LARGEST_PAGE + 1)
    try:
        yield article_of_page(data, article_id, path=given.name, url=url)
    except UnreadableArticle as error:
        yield Unreadable(f"{given.name}#{article_id}", error.fault.error, error.fault.message)
