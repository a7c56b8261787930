"""What a folder can hold that is no article: each ends in a line that says why."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from pipeline.article import Article
from pipeline.extraction import Extractor
from pipeline.reading import Furniture, RawArticle, Unreadable, formats, pages, read, read_raw
from pipeline.running import OutputError, Settings, Worker, run

BODY = "Peru said on Monday that it will put a duty of 5% on Chilean pears from next year.\n"


@pytest.fixture(scope="module")
def furniture(extractor: Extractor) -> Furniture:
    return extractor.rules.furniture


def line(**fields: object) -> bytes:
    return json.dumps({"id": "a", "text": BODY, **fields}).encode() + b"\n"


CRC_OF_NOTHING = b"PK\x03\x04" + b"x" * 50
FILES = {
    "empty.txt": (b"", "empty"),
    "spaces.txt": (b" \n\t\r\n", "empty"),
    "only-a-mark.txt": (b"\xef\xbb\xbf", "empty"),
    "nul.txt": (BODY.encode() + b"\x00", "binary"),
    "utf-16-without-a-mark.txt": (BODY.encode("utf-16-le"), "binary"),
    "random.txt": (bytes(range(256)) * 80, "binary"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "unsupported"),
    "japanese.txt": ("日本は関税を課すと発表した。".encode("shift-jis") * 20, "not-english"),
    "nul.jsonl": (line(text=BODY + "\x00"), "binary"),
    "nul-id.jsonl": (line(id="a\x00"), "binary"),
    "half-text.jsonl": (line(text="\ud800" + BODY), "lone-surrogate"),
    "half-id.jsonl": (line(id="\udfff"), "lone-surrogate"),
    "half-title.jsonl": (line(title="Peru \ud800"), "lone-surrogate"),
    "half-url.jsonl": (line(url="https://a.example/\ud800"), "lone-surrogate"),
    "half-date.jsonl": (line(published="\ud800"), "lone-surrogate"),
    "half-extra.jsonl": (line(note="\ud800"), "lone-surrogate"),
    "deep.jsonl": (b'{"id": "a", "text": ' + b"[" * 100_000 + b"\n", "bad-json"),
    "huge-number.jsonl": (b'{"id": "a", "text": "b", "n": ' + b"1" * 5000 + b"}\n", "bad-json"),
    "latin.jsonl": ('{"id": "a", "text": "Pérù"}\n'.encode("latin-1"), "undecodable"),
    "deep.html": (b"<html><body>" + b"<table><tr><td>" * 100_000 + b"a", "no-article"),
    "cut.pdf": (b"%PDF-1.4\n1 0 obj\n<<", "broken-pdf"),
    "cut.warc": (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99\r\n\r\na", "failed"),
    "cut.parquet": (b"PAR1aaaa", "broken-parquet"),
    "cut.zip": (CRC_OF_NOTHING, "broken-archive"),
    "cut.txt.gz": (gzip.compress(BODY.encode() * 1000)[:60], "broken-archive"),
    "cut.csv": (b'id,text\n1,"not closed\n', "bad-csv"),
    "other.csv": (b"a,b\n1,2\n", "no-columns"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_between_good_ones_is_named_with_its_kind_of_fault(
    furniture: Furniture, tmp_path: Path, name: str
) -> None:
    content, kind = FILES[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "a-good.txt").write_text(BODY, encoding="utf-8")
    (tmp_path / "z-good.txt").write_text(BODY, encoding="utf-8")
    first, fault, last = read([tmp_path], furniture=furniture)
    assert isinstance(first, Article)
    assert isinstance(fault, Unreadable)
    assert (fault.path.partition(":")[0].removesuffix(".gz"), fault.error) == (
        name.removesuffix(".gz"),
        kind,
    )
    assert fault.message
    assert "\n" not in fault.message
    assert isinstance(last, Article)


def test_whatever_a_reader_stumbles_on_ends_as_a_line_also_inside_an_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling(*_: object) -> Iterator[RawArticle]:
        raise LookupError("no such table")

    monkeypatch.setattr(formats, "read_html", stumbling)
    (tmp_path / "b.html").write_bytes(b"<html><body>")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("1.html", "<html><body>")
        archive.writestr("2.txt", BODY)
    page, member, inside = read_raw([tmp_path])
    for fault, name in ((page, "b.html"), (member, "c.zip/1.html")):
        assert isinstance(fault, Unreadable)
        assert (fault.path, fault.error) == (name, "failed")
        assert "LookupError: no such table (test_bad_input" in fault.message
    assert isinstance(inside, RawArticle)


def test_a_page_that_takes_too_long_to_be_taken_apart_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trafilatura = pytest.importorskip("trafilatura")
    monkeypatch.setattr(pages, "LONGEST_S", 0.05)
    monkeypatch.setattr(trafilatura, "bare_extraction", lambda *_, **__: sleep(30))
    (tmp_path / "slow.html").write_bytes(b"<html><body>")
    (fault,) = read_raw([tmp_path])
    assert isinstance(fault, Unreadable)
    assert (fault.path, fault.error) == ("slow.html", "timed-out")


def test_a_folder_named_as_a_text_is_a_folder_and_a_link_to_nothing_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "folder.txt" / "inside.txt").write_text(BODY, encoding="utf-8")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    inside, gone = read_raw([tmp_path])
    assert isinstance(inside, RawArticle)
    assert inside.path == "folder.txt/inside.txt"
    assert isinstance(gone, Unreadable)
    assert (gone.path, gone.error) == ("gone.txt", "missing")


def test_a_file_or_a_folder_that_may_not_be_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "own.txt").write_text(BODY, encoding="utf-8")
    opened = Path.open

    def refusing(path: Path, *arguments: object, **options: object) -> object:
        if path.name == "own.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)  # type: ignore[call-overload]  # passed on

    monkeypatch.setattr(Path, "open", refusing)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != "secret")
    faults = [each for each in read_raw([tmp_path]) if isinstance(each, Unreadable)]
    assert [(each.path, each.error) for each in faults] == [
        ("own.txt", "unreadable"),
        ("secret", "unreadable"),
    ]
    (fault,) = read_raw([tmp_path / "secret"])
    assert (fault.path, getattr(fault, "error", None)) == ("secret", "unreadable")


def test_a_folder_for_records_that_may_not_be_written_to_is_named_before_anything_is_done(
    extractor: Extractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match=r"out: cannot be written to: Permission denied"):
        run(Worker(Settings(), extractor), [], tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_an_article_on_which_reading_its_head_fails_harms_no_other(
    extractor: Extractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = Furniture.of

    def failing(furniture: Furniture, text: str) -> object:
        if "stumble" in text:
            raise ZeroDivisionError("by nothing")
        return of(furniture, text)

    monkeypatch.setattr(Furniture, "of", failing)
    lines = line() + line(id="b", text=f"{BODY} stumble") + line(id="c")
    (tmp_path / "in.jsonl").write_bytes(lines)
    summary = run(
        Worker(Settings(), extractor), read_raw([tmp_path / "in.jsonl"]), tmp_path / "out"
    )
    (fault,) = summary.failed
    assert (fault.path, fault.error) == ("in.jsonl:2", "failed")
    assert sorted(path.stem for path in (tmp_path / "out").glob("*.json")) == ["a", "c"]
