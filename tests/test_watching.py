from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from pipeline.reading import RawArticle
from pipeline.running import watching
from pipeline.running.watching import articles_in, watched
from tests.test_cli import run

ROOT = Path(__file__).parents[1]
BODY = "Peru said on Monday that it will put a duty of 5% on Chilean pears from next year.\n"


def until(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def test_a_watched_folder_is_done_at_once_and_again_when_files_come_until_ctrl_c(
    tmp_path: Path,
) -> None:
    inbox, out = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    (inbox / "a.txt").write_text(BODY, encoding="utf-8")
    (inbox / "empty.txt").write_text("", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "watch", "in", "-o", "out"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert until((out / "a.json").exists)
        first = (out / "a.json").stat().st_mtime_ns
        (inbox / "b.txt").write_text(BODY, encoding="utf-8")
        assert until((out / "b.json").exists)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert said.count("empty.txt: holds no text") == 1
    assert said.splitlines()[-1] == "Stopped watching in/; what is finished stays in out/."
    assert (out / "a.json").stat().st_mtime_ns == first


def ids(inputs: Iterator[object]) -> list[str]:
    return [each.id for each in inputs if isinstance(each, RawArticle)]


def test_a_file_that_somebody_writes_to_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_S", 0.05)
    monkeypatch.setattr(watching, "QUIET_S", 0.4)
    stop = Event()
    rounds = watched(tmp_path, stop)
    assert ids(next(rounds)) == []
    half, whole = BODY[:20], BODY[20:]
    (tmp_path / "a.txt").write_text(half, encoding="utf-8")
    started = time.monotonic()

    def finish() -> bool:
        with (tmp_path / "a.txt").open("a", encoding="utf-8") as file:
            file.write(whole)
        return True

    time.sleep(0.2)
    assert finish()
    (article,) = next(rounds)
    assert isinstance(article, RawArticle)
    assert article.text == BODY
    assert time.monotonic() - started >= 0.6
    stop.set()
    assert list(rounds) == []


def test_files_at_rest_are_done_while_another_is_written_to(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(BODY, encoding="utf-8")
    assert ids(articles_in(tmp_path, {tmp_path.resolve() / "a.txt"})) == ["b"]


def test_records_must_not_lie_where_articles_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    status, _, said = run("watch", tmp_path, "-o", tmp_path / "out")
    assert status == 2
    assert "records would be taken for articles" in said
    assert run("watch", tmp_path / "none", "-o", tmp_path / "out")[0] == 2
