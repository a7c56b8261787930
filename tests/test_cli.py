from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

import pipeline
from pipeline.cli import Progress, app, in_words, main
from pipeline.reading import Position, Unreadable
from pipeline.record import Record
from pipeline.running import Finished

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
ARTICLE = """\
OTTAWA, May 6, 2025 - Canada will impose a 25% tariff on Japanese cars from June 1, the finance
ministry said on Tuesday.
"""
BROKEN_RULE = """\
rules:
  - id: levy
    note: A levy.
    regexp: levy
"""
WRONG_EXAMPLE = """\
rules:
  - id: zebra-line
    finds: line
    note: No such thing on a page.
    regex: zebra
    matches:
      - {text: 'A [[horse]] came.'}
    rejects:
      - {text: 'A cow came.', why: no zebra}
"""


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def command(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, as a user starts it."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_run_writes_a_record_for_each_article_and_says_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "tokyo.txt").write_text(ARTICLE, encoding="utf-8")
    status, printed, said = run("run", tmp_path / "tokyo.txt", "-o", tmp_path / "out")
    assert status == 0
    assert "2025-05-06" in printed
    assert "1 record written to" in said
    (record,) = pipeline.load(tmp_path / "out")
    assert record.id == "tokyo"
    assert not (tmp_path / "out" / "errors.jsonl").exists()


def test_a_second_run_writes_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        assert run("run", CORPUS, "-o", tmp_path / folder, "-q")[0] == 0
    names = sorted(p.name for p in (tmp_path / "a").glob("[!.]*"))
    assert names == ["000_6de60fb88ff68300.json", "003_cfa3f19b16ebf346.json"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_bad_article_is_a_line_of_errors_and_the_others_go_on(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "a.txt").write_text("", encoding="utf-8")
    (inbox / "b.txt").write_text(ARTICLE, encoding="utf-8")
    (inbox / "c.txt").write_bytes(bytes(range(256)) * 40)
    status, _, said = run("run", inbox, tmp_path / "none.txt", "-o", tmp_path / "out")
    assert status == 1
    lines = (tmp_path / "out" / "errors.jsonl").read_text(encoding="utf-8").splitlines()
    faults = [json.loads(line) for line in lines]
    assert all(list(fault) == ["path", "error", "message"] for fault in faults)
    assert [Path(fault["path"]).name for fault in faults] == ["a.txt", "c.txt", "none.txt"]
    assert [record.id for record in pipeline.load(tmp_path / "out")] == ["b"]
    assert "a.txt" in said


def test_no_path_of_the_machine_gets_into_a_record(tmp_path: Path) -> None:
    (tmp_path / "tokyo.txt").write_text(ARTICLE, encoding="utf-8")
    assert run("run", tmp_path, "-o", tmp_path / "out", "-q")[0] == 0
    assert str(tmp_path) not in (tmp_path / "out" / "tokyo.json").read_text(encoding="utf-8")


def test_the_published_option_dates_articles_that_carry_no_date(tmp_path: Path) -> None:
    path = CORPUS / "000_6de60fb88ff68300.txt"
    assert run("run", path, "-o", tmp_path, "-q", "--published", "2026-01-14")[0] == 0
    (record,) = pipeline.load(tmp_path)
    assert record.published is not None
    assert (record.published.value, record.published.basis) == ("2026-01-14", "given")


def test_a_numeric_date_is_read_in_the_order_that_is_given(tmp_path: Path) -> None:
    text = "Duties on tea end\n\nMay 6, 2025\n\nThe duty ended on 04/02/2025, officials said.\n"
    (tmp_path / "tea.txt").write_text(text, encoding="utf-8")
    for order, value in (("MDY", "2025-04-02"), ("DMY", "2025-02-04")):
        out = tmp_path / order
        assert run("run", tmp_path / "tea.txt", "-o", out, "-q", "--date-order", order)[0] == 0
        (record,) = pipeline.load(out)
        assert value in [date.value for date in record.dates]
        extracted = pipeline.extract(text, date_order="MDY" if order == "MDY" else "DMY")
        assert value in [date.value for date in extracted.dates]
    assert run("run", tmp_path / "tea.txt", "-o", tmp_path / "x", "--date-order", "YMD")[0] == 2


@pytest.mark.parametrize("published", ["yesterday", "2026-13-01", "14.01.2026"])
def test_a_publication_date_that_is_none_is_wrong_usage(tmp_path: Path, published: str) -> None:
    result = command("run", CORPUS, "-o", tmp_path / "out", "--published", published)
    assert result.returncode == 2
    assert "is no date" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_broken_rule_file_ends_the_run_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "dates.yaml").write_text(BROKEN_RULE, encoding="utf-8")
    result = command("run", CORPUS, "-o", tmp_path / "out", "--rules", tmp_path / "rules")
    assert result.returncode == 2
    assert result.stderr == "dates.yaml:4:5: rules.0.regexp: no such key; did you mean 'regex'?\n"
    assert not (tmp_path / "out").exists()


def test_a_users_rule_that_fails_its_example_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "reading.yaml").write_text(WRONG_EXAMPLE, encoding="utf-8")
    status, _, said = run("run", CORPUS, "-o", tmp_path / "out", "--rules", tmp_path / "rules")
    assert status == 2
    assert said == (
        "reading.yaml:7:10: rules.0.matches.0.text: rule 'reading/zebra-line': "
        "must match 'horse', matches nothing\n"
    )
    assert not (tmp_path / "out").exists()


def test_every_rule_holds_to_its_examples() -> None:
    status, _, said = run("rules", "check")
    assert said.endswith("known misses).\n")
    assert status == 0


def test_rules_list_names_each_rule_and_refuses_an_unknown_stage() -> None:
    status, printed, _ = run("rules", "list", "--stage", "reading")
    assert status == 0
    assert "reading/" in printed
    assert run("rules", "list", "--stage", "tarifs")[0] == 2


def test_show_prints_a_record_and_names_a_file_that_is_none(tmp_path: Path) -> None:
    run("run", CORPUS, "-o", tmp_path, "-q")
    status, printed, _ = run("show", tmp_path / "003_cfa3f19b16ebf346.json")
    assert status == 0
    assert "2026-01-16" in printed
    (tmp_path / "bad.json").write_text('{"id": 7}', encoding="utf-8")
    status, _, said = run("show", tmp_path / "bad.json", tmp_path / "none.json")
    assert status == 1
    assert "no record" in said
    assert "No such file" in said


def test_schema_check_tells_a_stale_schema(tmp_path: Path) -> None:
    assert run("schema", "-o", tmp_path)[0] == 0
    assert run("schema", "-o", tmp_path, "--check")[0] == 0
    (tmp_path / "record.schema.json").write_text("{}", encoding="utf-8")
    status, _, said = run("schema", "-o", tmp_path, "--check")
    assert status == 1
    assert "record.schema.json" in said


def test_an_unknown_model_is_one_line(tmp_path: Path) -> None:
    result = command("run", CORPUS, "-o", tmp_path / "out", "--model", "xx_none_sm")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "'xx_none_sm' is not installed" in result.stderr


def test_ctrl_c_keeps_what_is_finished_and_exits_130(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    for number in range(400):
        text = ARTICLE + f"It is notice {number}. " + "The ministry said more. " * 60
        (inbox / f"{number:03}.txt").write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "run", "in", "-o", "out"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "out").glob("*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted" in said
    assert "Traceback" not in said
    finished = sorted((tmp_path / "out").glob("*.json"))
    assert 2 <= len(finished) < 400
    for path in finished:
        Record.model_validate_json(path.read_bytes())
    assert not list((tmp_path / "out").glob(".partial*"))


def test_the_threads_of_numpys_blas_can_be_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    for asked, threads in (((), "1"), (("--blas-threads", 2), "2")):
        run("run", tmp_path / "none.txt", "-o", tmp_path / "out", "--blas", "blis", *asked)
        assert os.environ["OPENBLAS_NUM_THREADS"] == threads


def test_a_log_file_keeps_what_is_said_of_a_run(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "a.txt").write_text("", encoding="utf-8")
    (inbox / "b.txt").write_text(ARTICLE, encoding="utf-8")
    result = command("run", "in", "-o", "out", "--log-file", "run.log", cwd=tmp_path)
    assert result.returncode == 1
    failed, *_, account = (tmp_path / "run.log").read_text(encoding="utf-8").splitlines()
    assert failed.endswith("s  ERROR    in/a.txt: empty: holds no text")
    assert "1 record written to out/, 1 failed" in account
    assert result.stderr.count("holds no text") == 1
    missing = command("run", "in", "-o", "out", "--log-file", "none/run.log", cwd=tmp_path)
    assert missing.returncode == 2
    assert "cannot be written to" in missing.stderr


def test_plain_lines_say_how_a_run_gets_on_and_what_time_is_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cli.LINE_EVERY_S", 0.0)
    monkeypatch.setattr("pipeline.running.pace.WINDOW_S", 0.0)
    position = Position(total=100)
    with Progress(Console(stderr=True, width=200), shown=True, position=position) as progress:
        position.inside = 25
        progress.tell(Finished("a", b"", {"tariffs": 3}))
        position.inside = 50
        progress.tell(Unreadable("b.txt", "empty", "holds no text"))
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("2 articles, ")
    assert ", 3 measures, 1 failed, about 0 s left" in last
    assert [in_words(each) for each in (40.4, 720, 12_000)] == ["40 s", "12 min", "3 h 20 min"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["none.txt"], 1, "none.txt: there is no such file or folder"),
        (["empty"], 1, "empty: the folder holds no articles"),
        (["picture.txt"], 1, "picture.txt: is a file of another kind: a picture"),
        (["a.txt", "-o", "a.txt"], 2, "a.txt is a file; records need a folder"),
        (["a.txt", "--engine", "spark"], 2, "say local, ray or ray://HOST:PORT"),
        (["none.txt", "--engine", "ray"], 2, "none.txt: there is no such file"),
    ],
)
def test_what_a_user_does_wrong_is_one_clear_message(
    tmp_path: Path, arguments: list[str], status: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    ended, _, message = run("run", *arguments)
    assert ended == status
    assert said in message
    assert "Traceback" not in message


def test_help_lists_every_command_and_comes_without_loading_spacy() -> None:
    code = (
        "import sys; sys.argv = ['tariffwire', '--help']\n"
        "from pipeline.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "assert 'spacy' not in sys.modules and 'pydantic' not in sys.modules"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    for name in ("run", "show", "rules", "schema"):
        assert name in result.stdout


def test_main_is_what_the_console_script_calls() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["rules", "list", "--stage", "none"])
    assert ended.value.code == 2
