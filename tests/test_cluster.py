from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipeline.extraction import Extractor
from pipeline.reading import RawArticle, Unreadable, read_raw
from pipeline.record import Record
from pipeline.running import Finished, Outcome, Plan, Settings, Skipped, Worker, run
from pipeline.running.cluster import (
    ClusterError,
    Found,
    Job,
    Part,
    find_files,
    part_paths,
    parts_of,
    standing,
    write_part,
)
from tests.test_reading_formats import PAGE, warc_of

ROOT = Path(__file__).parents[1]
TEXT = "Peru said on Monday that it will put a duty of {}% on Chilean pears from next year.\n"


def lines(stem: str, count: int) -> str:
    rows = [{"id": f"{stem}-{n}", "text": TEXT.format(n + 1)} for n in range(count)]
    return "".join(json.dumps(row) + "\n" for row in rows)


# A local cluster of two workers, one of them killed -----------------------------------------------


def below(process: int) -> Iterator[tuple[int, str]]:
    """Processes that a process has started, with what they call themselves."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    todo = [process]
    while todo:
        found = children.get(todo.pop(), [])
        todo += found
        for each in found:
            try:
                yield each, Path(f"/proc/{each}/cmdline").read_text(encoding="utf-8")
            except OSError:
                continue


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for workers in /proc")
def test_two_workers_of_which_one_is_killed_write_what_one_machine_writes(
    extractor: Extractor, tmp_path: Path
) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    for stem in "abcdef":
        (inbox / f"{stem}.jsonl").write_text(lines(stem, 15), encoding="utf-8")
    rows = [{"id": f"g-{n}", "text": TEXT.format(n + 1)} for n in range(15)]
    parquet.write_table(pa.Table.from_pylist(rows), inbox / "g.parquet")
    page = ("https://harbour.example/a", "text/html; charset=utf-8", PAGE.encode())
    (inbox / "h.warc.gz").write_bytes(warc_of([page, ("https://b.example", "text/html", b"<p>")]))
    command = [sys.executable, "-m", "pipeline.cli", "run", "in", "-o", "out", "--engine", "ray"]
    with subprocess.Popen(
        [*command, "--workers", "2", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 240
        while not list(tmp_path.glob("out/parquet/*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        workers = [each for each, name in below(process.pid) if name.startswith("ray::MapWorker")]
        at_work = [each for each in workers if list(below(each))]  # with a process for its articles
        os.kill(at_work[0], signal.SIGKILL)
        printed, _ = process.communicate(timeout=240)
    summary = json.loads(printed)
    assert (process.returncode, summary["written"], summary["failed"]) == (1, 106, 1)
    local = tmp_path / "local"
    run(Worker(Settings(), extractor), read_raw([inbox]), local, Plan())
    table = parquet.read_table(tmp_path / "out" / "parquet").to_pylist()
    assert len(table) == 107
    done = {row["id"]: row for row in table if row["record"] is not None}
    assert {f"{each}.json": row["record"].encode() for each, row in done.items()} == {
        path.name: path.read_bytes() for path in local.glob("*.json")
    }
    assert {f"{each}.txt": row["text"].encode() for each, row in done.items()} == {
        path.name: path.read_bytes() for path in local.glob("*.txt")
    }
    said = [
        line
        for path in tmp_path.glob("out/jsonl/*")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    records = [Record.model_validate_json(line) for line in said]
    assert sorted(record.id for record in records) == sorted(done)
    assert all(each.model_dump_json() == done[each.id]["record"] for each in records)
    assert (tmp_path / "out" / "errors.jsonl").read_bytes() == (local / "errors.jsonl").read_bytes()


# Parts, without a cluster -------------------------------------------------------------------------


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(Settings(), str(tmp_path / "out"), "maker", part_articles=4)


def parts(path: Path, job: Job) -> list[Part]:
    return list(parts_of(Found(str(path), path.name), job))


def answers(part: Part) -> list[Outcome]:
    return [
        Finished(item.id, b'{"id": "' + item.id.encode() + b'"}\n', {"tariffs": 1}, b"text")
        if isinstance(item, RawArticle)
        else item
        for item in part.items
    ]


def test_a_file_is_cut_into_parts_that_hold_every_article_once_in_order(
    tmp_path: Path, job: Job
) -> None:
    (tmp_path / "a.jsonl").write_text(lines("a", 9) + "{broken\n", encoding="utf-8")
    made = parts(tmp_path / "a.jsonl", job)
    assert [len(part.items) for part in made] == [4, 4, 2]
    ids = [each.id for part in made for each in part.items if isinstance(each, RawArticle)]
    assert ids == [f"a-{n}" for n in range(9)]
    assert isinstance(made[2].items[1], Unreadable)
    assert len({part.name for part in made}) == 3


def test_an_id_that_a_file_gives_twice_is_refused_the_second_time(tmp_path: Path, job: Job) -> None:
    (tmp_path / "a.jsonl").write_text(lines("a", 1) * 2, encoding="utf-8")
    (part,) = parts(tmp_path / "a.jsonl", job)
    assert [getattr(item, "error", None) for item in part.items] == [None, "duplicate-id"]


def test_a_part_that_stands_is_known_by_its_articles_and_its_maker(
    tmp_path: Path, job: Job
) -> None:
    (tmp_path / "a.jsonl").write_text(lines("a", 3) + "{broken\n", encoding="utf-8")
    (part,) = parts(tmp_path / "a.jsonl", job)
    assert standing(job, part) is None
    summary = write_part(job, part, answers(part))
    assert standing(job, part) == summary
    assert json.loads(summary)["written"] == 3
    assert json.loads(summary)["failed"][0]["error"] == "bad-json"
    assert standing(Job(Settings(), job.out, "another maker"), part) is None
    table, records = map(Path, part_paths(job.out, part.name))
    assert records.read_text(encoding="utf-8").count("\n") == 3
    table.write_bytes(table.read_bytes()[:100])
    assert standing(job, part) is None
    records.unlink()
    write_part(job, part, answers(part))
    part.items.pop()
    assert standing(job, part) is None


def test_a_part_written_twice_has_the_same_bytes(tmp_path: Path, job: Job) -> None:
    (tmp_path / "a.jsonl").write_text(lines("a", 3), encoding="utf-8")
    (part,) = parts(tmp_path / "a.jsonl", job)
    made = []
    for _ in range(2):
        write_part(job, part, [*answers(part)[:2], Skipped("a-2", "a.jsonl")])
        made.append([Path(path).read_bytes() for path in part_paths(job.out, part.name)])
    assert made[0] == made[1]
    rows = parquet.read_table(part_paths(job.out, part.name)[0]).to_pylist()
    assert [row["skipped"] for row in rows] == [False, False, True]


def test_parts_that_a_shorter_file_no_longer_has_are_removed(tmp_path: Path, job: Job) -> None:
    for count, left in ((9, 3), (2, 1)):
        (tmp_path / "a.jsonl").write_text(lines("a", count), encoding="utf-8")
        for part in parts(tmp_path / "a.jsonl", job):
            write_part(job, part, answers(part))
        assert len(parts(tmp_path / "a.jsonl", job)) == left
        assert len(list((tmp_path / "out" / "parquet").iterdir())) == left
        assert len(list((tmp_path / "out" / "jsonl").iterdir())) == left


def test_inputs_are_files_folders_globs_and_addresses_with_relative_names(tmp_path: Path) -> None:
    (tmp_path / "2025").mkdir()
    for name in ("a.jsonl", "2025/b.jsonl", "2025/README.md"):
        (tmp_path / name).write_text(lines("a", 1), encoding="utf-8")
    assert [each.name for each in find_files([str(tmp_path)])] == ["2025/b.jsonl", "a.jsonl"]
    assert [each.name for each in find_files([f"{tmp_path}/*.jsonl"])] == ["a.jsonl"]
    (found,) = find_files([f"file://{tmp_path}/a.jsonl"])
    assert parts_of(found, Job(Settings(), str(tmp_path), "")).__next__().items[0].path == "a.jsonl"


@pytest.mark.parametrize("given", [["none.jsonl"], ["-"], ["a.jsonl", "x/a.jsonl"]])
def test_inputs_that_a_cluster_cannot_read_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x").mkdir()
    for name in ("a.jsonl", "x/a.jsonl"):
        (tmp_path / name).write_text(lines("a", 1), encoding="utf-8")
    with pytest.raises(ClusterError, match=r"no such file|standard input|several inputs"):
        find_files(given)
