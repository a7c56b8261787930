from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pipeline
from pipeline.cli import app
from pipeline.reading import RawArticle, Unreadable
from pipeline.record import Record
from pipeline.report.page import data_block
from pipeline.running import Finished, Outcome, Settings, Skipped
from pipeline.running.cluster import Job, Part, write_part
from pipeline.tables import RecordFault, load
from pipeline.tables.places import place_of
from pipeline.tables.texts import source_text
from tests.drafts import Draft, sample_drafts


def finished(draft: Draft) -> tuple[RawArticle, Outcome]:
    record = draft.record()
    raw = RawArticle(id=record.id, text=draft.text, path=f"{record.id}.txt", sha256="")
    return raw, Finished(record.id, record.model_dump_json().encode(), {}, draft.text.encode())


def part(out: Path, name: str, done: Sequence[tuple[RawArticle | Unreadable, Outcome]]) -> None:
    write_part(
        Job(Settings(), str(out), "maker"),
        Part(name, [item for item, _ in done]),
        [outcome for _, outcome in done],
    )


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """What a cluster writes of three records, an article that failed, and one that was skipped."""
    out = tmp_path / "cluster"
    first, second, third = (finished(draft) for draft in sample_drafts())
    bad = Unreadable("x.txt", "empty", "holds no text")
    idle = RawArticle(id="idle", text="Rain.", path="idle.txt", sha256="")
    part(out, "a-000000", [(bad, bad), first, (idle, Skipped("idle", "idle.txt")), second])
    part(out, "a-000001", [third])
    (out / "errors.jsonl").write_text('{"path": "x.txt"}\n', encoding="utf-8")
    return out


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The same records, a file each."""
    out = tmp_path / "files"
    for draft in sample_drafts():
        draft.write(out)
    return out


@pytest.mark.parametrize("inside", ["", "parquet", "jsonl"])
def test_the_parts_of_a_cluster_run_are_read_back_as_its_records(parts: Path, inside: str) -> None:
    written = [draft.record() for draft in sample_drafts()]
    records = pipeline.load(parts / inside)
    assert list(records) == written
    assert len(records) == 3
    assert [records[0], records[1], records[-1]] == written
    assert records[1:] == written[1:]
    assert records[::-1] == written[::-1]
    assert records[3:] == []


def test_parts_are_read_as_json_lines_where_there_is_no_parquet(parts: Path) -> None:
    shutil.rmtree(parts / "parquet")
    assert list(load(parts)) == [draft.record() for draft in sample_drafts()]


@pytest.mark.parametrize("kind", ["tariffs", "entities", "quotes"])
def test_tables_of_parts_have_the_rows_of_tables_of_files(
    parts: Path, files: Path, kind: str
) -> None:
    def rows(folder: Path) -> list[str]:
        return sorted(map(str, load(folder).frame(kind).to_arrow().to_pylist()))

    assert rows(parts) == rows(files) != []


def test_the_text_of_a_record_is_kept_with_it_in_its_part(parts: Path) -> None:
    place = place_of(parts)
    for draft in (*sample_drafts(), *reversed(sample_drafts())):
        assert source_text(draft.record(), place) == draft.text
    assert place.text("no such") is None
    assert place_of(parts / "jsonl").text("tea") is None


def test_export_report_and_ledger_say_the_same_of_parts_and_of_files(
    parts: Path, files: Path, tmp_path: Path
) -> None:
    def written(folder: Path) -> dict[str, str]:
        to = tmp_path / f"of-{folder.name}"
        for arguments in (
            ["ledger", str(folder), "-o", f"{to}.json"],
            ["report", str(folder), "-o", f"{to}.html"],
            ["export", str(folder), "--to", "csv", "-o", str(to)],
        ):
            assert CliRunner().invoke(app, arguments).exit_code == 0
        made = [to.with_suffix(".json"), to.with_suffix(".html"), *sorted(to.glob("*.csv"))]
        return {path.name.replace(to.name, ""): path.read_text(encoding="utf-8") for path in made}

    of_parts, of_files = written(parts), written(files)
    assert of_parts.keys() == of_files.keys()
    assert of_parts[".json"] == of_files[".json"]
    assert all(str(data_block(each.text)) in of_parts[".html"] for each in sample_drafts())
    for name in of_files.keys() - {".json", ".html"}:
        assert sorted(of_parts[name].splitlines()) == sorted(of_files[name].splitlines())


def test_a_broken_part_or_row_is_named_and_left_out(parts: Path) -> None:
    (parts / "parquet" / "a-000001.parquet").write_bytes(b"PAR1 cut off")
    faults: list[RecordFault] = []
    records = load(parts, on_fault=faults.append)
    assert [record.id for record in records] == [d.record().id for d in sample_drafts()[:2]]
    assert len(records) == 3
    lines = parts / "jsonl" / "a-000000.jsonl"
    lines.write_bytes(b"{}\n" + lines.read_bytes())
    of_lines: list[Record] = list(load(parts / "jsonl", on_fault=faults.append))
    assert len(of_lines) == 3
    assert [fault.path.name for fault in faults] == ["a-000001.parquet", "a-000000.jsonl"]
    assert faults[0].message == "is no Parquet file with the columns id, record and text"
    assert faults[1].message.startswith("row 1 is no record")


def test_parts_are_read_some_rows_at_a_time(parts: Path) -> None:
    (parts / "parquet" / "a-000001.parquet").write_bytes(b"cut off")
    records = iter(load(parts))
    assert [next(records).id for _ in range(2)] == [d.record().id for d in sample_drafts()[:2]]
    with pytest.raises(RecordFault, match="a-000001"):
        next(records)
