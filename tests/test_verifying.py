from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.extraction import Extractor
from pipeline.reading import read_raw
from pipeline.running import Settings, Worker, record_path, run, text_path
from pipeline.running.verifying import verify

BODY = "OTTAWA, May 6, 2025 - Canada will put a 25% tariff on Japanese cars, Ottawa said.\n"


@pytest.fixture
def worker(extractor: Extractor) -> Worker:
    return Worker(Settings(), extractor)


@pytest.fixture
def out(tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The records of a text file and of a line of JSON Lines, in the folder they were made from."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cars.txt").write_text(BODY, encoding="utf-8")
    (tmp_path / "news.jsonl").write_text(json.dumps({"id": "a/b", "text": BODY}), encoding="utf-8")
    assert run(worker, read_raw(["cars.txt", "news.jsonl"]), tmp_path / "out").written == 2
    return tmp_path / "out"


def kinds(out: Path, worker: Worker | None = None) -> list[tuple[str, str]]:
    return [(doubt.path.stem, doubt.kind) for doubt in verify(out, Path(), worker)]


def edited(path: Path, edit: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    assert edit(before) != before
    path.write_text(edit(before), encoding="utf-8")


def test_records_as_they_were_written_hold_also_when_made_again(out: Path, worker: Worker) -> None:
    assert kinds(out, worker) == []


def test_what_has_no_file_of_its_own_is_held_to_the_text_beside_its_record(
    tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rows.csv").write_text(f'id,text\nrow,"{BODY}"\n', encoding="utf-8")
    Path("zipped.txt.gz").write_bytes(gzip.compress(BODY.encode()))
    with zipfile.ZipFile("all.zip", "w") as archive:
        archive.writestr("x/inside.txt", BODY)
    inputs = read_raw(["rows.csv", "zipped.txt.gz", "all.zip"])
    assert run(worker, inputs, Path("out")).written == 3
    for article_id in ("row", "zipped", "inside"):
        assert text_path(Path("out"), article_id).read_text(encoding="utf-8") == BODY
    assert kinds(Path("out"), worker) == []


def test_words_that_are_not_in_the_source_are_told(out: Path) -> None:
    edited(
        record_path(out, "cars"), lambda said: said.replace('"text": "Canada"', '"text": "Chad"')
    )
    edited(text_path(out, "a/b"), lambda said: said.replace("Canada", "Brazil"))
    assert kinds(out) == [("a%2Fb", "grounding"), ("cars", "grounding")]


def test_a_source_that_changed_or_is_gone_is_told(out: Path) -> None:
    Path("cars.txt").write_text(BODY.upper(), encoding="utf-8")
    text_path(out, "a/b").unlink()
    assert kinds(out) == [("a%2Fb", "source"), ("cars", "source")]


def test_a_file_that_is_no_record_or_refers_to_nothing_is_told(out: Path) -> None:
    edited(record_path(out, "cars"), lambda said: said.replace('"schema_version"', '"version"'))
    edited(
        record_path(out, "a/b"),
        lambda said: said.replace('"anchor": null', '"anchor": "nobody"', 1),
    )
    assert kinds(out) == [("a%2Fb", "reference"), ("cars", "schema")]


def test_a_record_that_would_be_another_today_is_told_on_request(out: Path, worker: Worker) -> None:
    edited(record_path(out, "cars"), lambda said: said.replace('"sha256"', ' "sha256"', 1))
    assert kinds(out) == []
    assert kinds(out, worker) == [("cars", "bytes")]
