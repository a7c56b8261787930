from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.extraction import Extractor
from pipeline.reading import RawArticle, read_raw
from pipeline.running import Settings, Worker, record_path, run, text_path
from pipeline.running.cluster import Job, Part, write_part
from pipeline.running.verifying import verify
from pipeline.tables.places import place_of

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
    return [(doubt.path.stem, doubt.kind) for doubt in verify(place_of(out), Path(), worker)]


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


def test_records_beside_the_files_they_were_made_from_hold(
    tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("marked.txt").write_bytes(b"\xef\xbb\xbf" + BODY.encode())
    assert run(worker, read_raw(["marked.txt"]), Path()).written == 1
    assert kinds(Path(), worker) == []
    Path("marked.txt").write_bytes(BODY.encode())
    assert kinds(Path(), worker) == [("marked", "source")]


@pytest.mark.usefixtures("out")
def test_the_records_of_a_cluster_run_are_held_to_the_texts_in_their_parts(
    worker: Worker,
) -> None:
    job, raws = Job(worker.settings, "parts", "maker"), list(read_raw(["cars.txt", "news.jsonl"]))
    outcomes = worker.outcomes([raw for raw in raws if isinstance(raw, RawArticle)])
    write_part(job, Part("a", raws), outcomes)
    assert kinds(Path("parts"), worker) == []
    Path("cars.txt").unlink()
    assert [(d.path.name, d.kind) for d in verify(place_of(Path("parts")), Path())] == [
        ("a.parquet:1", "source")
    ]
    Path("parts/parquet/a.parquet").write_bytes(b"cut off")
    assert kinds(Path("parts")) == [("a", "schema")]


def test_a_folder_without_records_is_not_said_to_hold(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["verify", str(tmp_path)])
    assert result.exit_code == 2
    assert "records" in result.stderr
    assert "hold." not in result.stderr


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
