from __future__ import annotations

import gzip
import json
import sys
import zipfile
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipeline.article import Article
from pipeline.reading import Furniture, Unreadable, read
from pipeline.rulebook import load_rulebook

BODY = (
    "Peru said on Monday that it will put a duty of 5% on Chilean pears from next year.",
    "The ministry of agriculture in Lima said that growers had asked for it since the spring.",
    "Chile, which sells a third of its pears to Peru, called the step “a slap” and said no more.",
)
PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Lima taxes pears | The Harbour Post</title>
<meta property="article:published_time" content="2025-03-04T09:30:00-05:00">
<meta property="og:title" content="Lima taxes pears">
<link rel="canonical" href="https://harbour.example/pears"></head>
<body><nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Lima taxes pears</h1>{"".join(f"<p>{each}</p>" for each in BODY)}</article>
<footer>© 2025 The Harbour Post. This website uses cookies.</footer></body></html>
"""
TEXT = "\n\n".join(["Lima taxes pears", *BODY]) + "\n"
PDF_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources 6 0 R>>",
    b"<</Length %d>>stream\n%s\nendstream",
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    b"<</Font<</F 5 0 R>>>>",
)


@pytest.fixture(scope="module")
def furniture() -> Furniture:
    return Furniture(load_rulebook("reading"))


def read_all(furniture: Furniture, paths: Iterable[str | Path]) -> list[Article | Unreadable]:
    return list(read(paths, furniture=furniture))


def article(found: Article | Unreadable) -> Article:
    assert isinstance(found, Article), found
    return found


def pdf_of(lines: Iterable[str]) -> bytes:
    """A file of one page that shows some lines."""
    shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines).encode("latin-1")
    content = b"BT /F 12 Tf 40 760 Td " + shown + b"ET"
    out = b"%PDF-1.4\n"
    places = []
    for number, made in enumerate(PDF_OBJECTS, start=1):
        places.append(len(out))
        body = made % (len(content), content) if b"%d" in made else made
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (size, table, size, len(out))
    )


def warc_of(pages: Iterable[tuple[str, str, bytes]]) -> bytes:
    """An archive of answers: address, content type, body; each record packed by itself."""
    out = b""
    for number, (url, kind, body) in enumerate(pages):
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n%s" % (kind.encode(), body)
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:page-{number}>\r\n"
            f"WARC-Target-URI: {url}\r\nWARC-Date: 2025-03-05T10:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}"
        )
        out += gzip.compress(head.encode() + b"\r\n\r\n" + answer + b"\r\n\r\n")
    return out


def test_a_saved_page_gives_its_article_title_date_and_address(
    furniture: Furniture, tmp_path: Path
) -> None:
    (tmp_path / "pears.txt").write_text(PAGE, encoding="utf-8")  # told by content, not by name
    found = article(read_all(furniture, [tmp_path])[0])
    assert found.text == TEXT
    assert found.title is not None
    assert found.title.text == "Lima taxes pears"
    assert found.published is not None
    assert (found.published.value, found.published.basis) == ("2025-03-04", "metadata")
    source = found.source
    assert (source.url, source.media_type) == ("https://harbour.example/pears", "text/html")
    assert source.sha256 == sha256(PAGE.encode()).hexdigest()


def test_a_page_in_a_legacy_encoding_is_read_as_it_declares(
    furniture: Furniture, tmp_path: Path
) -> None:
    page = PAGE.replace("utf-8", "windows-1252").encode("windows-1252")
    (tmp_path / "pears.html").write_bytes(page)
    found = article(read_all(furniture, [tmp_path])[0])
    assert "“a slap”" in found.text
    assert found.source.encoding == "cp1252"


def test_html_nested_a_hundred_thousand_deep_is_read_or_refused(
    furniture: Furniture, tmp_path: Path
) -> None:
    (tmp_path / "deep.html").write_text(
        "<html><body>" + "<div>" * 100_000 + BODY[0], encoding="utf-8"
    )
    (found,) = read_all(furniture, [tmp_path])
    assert isinstance(found, Article) or found.error in {"no-article", "empty"}


def test_csv_and_tsv_rows_are_articles_and_other_columns_are_kept(
    furniture: Furniture, tmp_path: Path
) -> None:
    (tmp_path / "news.csv").write_text(
        f'\ufeffid,text,published,section\na,"{BODY[0]}\n\n{BODY[1]}",2025-03-04,Trade\n'
        f'b,"{BODY[0]}",,\nc,,,\nd,{BODY[1]}\n',
        encoding="utf-8",
    )
    first, second, *faults = read_all(furniture, [tmp_path / "news.csv"])
    assert article(first).text == f"{BODY[0]}\n\n{BODY[1]}"
    assert article(first).source.extra == {"section": "Trade"}
    assert article(second).published is None
    assert [each.error for each in faults if isinstance(each, Unreadable)] == ["no-text", "bad-csv"]
    (tmp_path / "news.tsv").write_text(f"id\ttext\ne\t{BODY[0]}\n", encoding="utf-8")
    assert article(read_all(furniture, [tmp_path / "news.tsv"])[0]).id == "e"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"title,body\na,b\n", "no-columns"),
        (b"id,text\na,\xff\n", "undecodable"),
        (b'id,text\na,"b\n', "bad-csv"),
        (b"", "no-columns"),
    ],
)
def test_a_broken_csv_is_named(
    furniture: Furniture, tmp_path: Path, data: bytes, error: str
) -> None:
    (tmp_path / "news.csv").write_bytes(data)
    (fault,) = read_all(furniture, [tmp_path / "news.csv"])
    assert isinstance(fault, Unreadable)
    assert fault.error == error


def test_a_pdf_gives_its_text_layer(furniture: Furniture, tmp_path: Path) -> None:
    (tmp_path / "pears.pdf").write_bytes(pdf_of(["Lima taxes pears", "", BODY[0]]))
    found = article(read_all(furniture, [tmp_path])[0])
    assert BODY[0] in found.text
    assert (found.id, found.source.media_type) == ("pears", "application/pdf")


def test_a_pdf_without_text_is_refused(furniture: Furniture, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(pdf_of([]))
    (fault,) = read_all(furniture, [tmp_path])
    assert isinstance(fault, Unreadable)
    assert fault.error == "no-text-layer"


def test_pages_of_a_web_archive_are_articles_and_pictures_are_passed_over(
    furniture: Furniture, tmp_path: Path
) -> None:
    archive = warc_of(
        [
            ("https://harbour.example/a", "text/html; charset=utf-8", PAGE.encode()),
            ("https://harbour.example/a.png", "image/png", b"\x89PNG"),
            ("https://harbour.example/b", "text/html", b"<html><body></body></html>"),
        ]
    )
    (tmp_path / "crawl.warc.gz").write_bytes(archive)
    first, second = read_all(furniture, [tmp_path])
    assert article(first).text == TEXT
    assert article(first).source.url == "https://harbour.example/a"
    assert isinstance(second, Unreadable)
    assert second.error == "no-article"


def test_packed_files_are_read_as_what_they_hold(furniture: Furniture, tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": each, "text": BODY[0]}) + "\n" for each in "ab")
    (tmp_path / "news.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "pears.txt.gz").write_bytes(gzip.compress(BODY[0].encode()))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("x/plums.txt", BODY[1])
        archive.writestr("x/README.md", "about")
        archive.writestr("x/page.html", PAGE)
    found = [article(each) for each in read_all(furniture, [tmp_path])]
    assert [each.id for each in found] == ["page", "plums", "a", "b", "pears"]
    assert [each.source.path for each in found][:2] == [
        "all.zip/x/page.html",
        "all.zip/x/plums.txt",
    ]
    assert found[-1].text == BODY[0]


def test_an_archive_that_ends_too_early_keeps_what_came_before(
    furniture: Furniture, tmp_path: Path
) -> None:
    lines = [json.dumps({"id": f"{n}", "text": f"{n * 7919} {BODY[0]}"}) for n in range(3000)]
    packed = gzip.compress("\n".join(lines).encode())
    (tmp_path / "news.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    *found, fault = read_all(furniture, [tmp_path])
    assert len(found) > 500
    assert isinstance(fault, Unreadable)
    assert fault.error == "broken-archive"


def test_a_zip_bomb_is_unpacked_no_further_than_a_text_may_be_long(
    furniture: Furniture, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("bomb.txt", "w") as member:
            for _ in range(60):
                member.write(b"a" * 1_000_000)
        archive.writestr("pears.txt", BODY[0])
    fault, found = read_all(furniture, [tmp_path])
    assert isinstance(fault, Unreadable)
    assert fault.error == "too-large"
    assert article(found).id == "pears"


def test_a_format_whose_library_is_missing_says_what_to_install(
    furniture: Furniture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    (tmp_path / "pears.html").write_text(PAGE, encoding="utf-8")
    (fault,) = read_all(furniture, [tmp_path])
    assert isinstance(fault, Unreadable)
    assert fault.error == "missing-library"
    assert "pip install 'tariffwire[formats]'" in fault.message


def test_parquet_rows_are_articles_and_dates_in_cells_are_read(
    furniture: Furniture, tmp_path: Path
) -> None:
    rows = [
        {"id": "a", "text": BODY[0], "published": date(2025, 3, 4), "pages": 2},
        {"id": "b", "text": BODY[1], "published": None, "pages": None},
        {"id": "c", "text": None, "published": None, "pages": 1},
    ]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "news.data")
    first, second, fault = read_all(furniture, [tmp_path / "news.data"])
    published = article(first).published
    assert published is not None
    assert published.value == "2025-03-04"
    assert article(first).source.extra == {"pages": "2"}
    assert article(second).text == BODY[1]
    assert isinstance(fault, Unreadable)
    assert (fault.path, fault.error) == ("news.data:3", "no-text")


@pytest.mark.parametrize(
    ("columns", "cut", "error"),
    [({"a": ["b"]}, None, "no-columns"), ({"id": ["a"], "text": ["b"]}, 60, "broken-parquet")],
)
def test_a_broken_parquet_file_is_named(
    furniture: Furniture, tmp_path: Path, columns: dict[str, list[str]], cut: int, error: str
) -> None:
    parquet.write_table(pa.table(columns), tmp_path / "news.parquet")
    data = (tmp_path / "news.parquet").read_bytes()[:cut]
    (tmp_path / "news.parquet").write_bytes(data)
    (fault,) = read_all(furniture, [tmp_path / "news.parquet"])
    assert isinstance(fault, Unreadable)
    assert fault.error == error


def test_a_gzip_bomb_in_json_lines_is_unpacked_no_further_than_a_line_may_be_long(
    furniture: Furniture, tmp_path: Path
) -> None:
    with gzip.open(tmp_path / "bomb.jsonl.gz", "wb", compresslevel=1) as file:
        file.write(b'{"id": "a", "text": "')
        for _ in range(200):
            file.write(b"a" * 1_000_000)
        file.write(b'"}\n' + json.dumps({"id": "b", "text": BODY[0]}).encode())
    fault, found = read_all(furniture, [tmp_path])
    assert isinstance(fault, Unreadable)
    assert fault.error == "too-large"
    assert article(found).id == "b"


def test_a_folder_of_records_in_a_folder_of_articles_is_passed_over(
    furniture: Furniture, tmp_path: Path
) -> None:
    (tmp_path / "pears.txt").write_text(BODY[0], encoding="utf-8")
    (tmp_path / "out").mkdir()
    for name in (".tariffwire.sqlite", "pears.txt", "errors.jsonl"):
        (tmp_path / "out" / name).write_text(BODY[0], encoding="utf-8")
    (found,) = read_all(furniture, [tmp_path])
    assert article(found).source.path == "pears.txt"
