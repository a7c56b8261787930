"""`rules watch` as a user has it: a process, saves as editors make them, Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

from pipeline.tuning.comparing import FIELD_SEVERITY, Change, Severity
from pipeline.tuning.crew import Done, Examples, Tried, Unusable
from pipeline.tuning.saves import FIRST_S, Changes, Faults, Round
from tests.test_trial import LEVIED, LINE, NOTICE, QUIET, WORDS

ROOT = Path(__file__).parents[1]
DEADLINE_S = 240
"""For one line: the machine may be at work on much else."""

WITHOUT_RATE = """rules:
  - id: its-tariff
    note: A rate that somebody has.
    finds: rate
    regex: '\\b its \\s {{amount}} \\s tariff'
    matches:
      - {text: 'Oslo kept [[its 39% tariff]] on cars.'}
    rejects:
      - {text: 'Oslo lost its 39% lead in tariff talks.', why: a lead}
"""
WRONG = WITHOUT_RATE.replace("{{amount}}", "(?P<rate> {{amount}} )").replace(
    "[[its 39%", "its [[39%"
)


@dataclass
class Watch:
    """The command at work, with what it says line by line."""

    process: subprocess.Popen[str]
    folder: Path
    lines: Queue[str | None] = field(default_factory=Queue)

    def __post_init__(self) -> None:
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def until(self, words: str) -> list[str]:
        """The lines up to the one that holds some words, but for those of a slow machine."""
        said: list[str] = []
        while True:
            line = self.lines.get(timeout=DEADLINE_S)
            assert line is not None, said
            if " so far, after " not in line:
                said.append(line)
            if words in line:
                return said


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    for name, text in (("levied", LEVIED), ("quiet", QUIET), ("salt", NOTICE)):
        (tmp_path / "corpus").mkdir(exist_ok=True)
        (tmp_path / "corpus" / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "mine").mkdir()
    arguments = ["rules", "watch", "mine", "--on", "corpus", "--cache", "parses"]
    with (
        (tmp_path / "tables").open("w", encoding="utf-8") as tables,
        subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
            stdout=tables,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        yield Watch(process, tmp_path)
        if process.poll() is None:
            process.kill()


def replaced(path: Path, text: str) -> None:
    """Save as many editors do: a new file takes the place of the old one."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def test_each_save_is_answered_until_ctrl_c(watch: Watch) -> None:
    rules = watch.folder / "mine" / "tariffs.yaml"
    assert (
        watch.until("Save a rule file")[0]
        == "3 articles are parsed and read; their parses are kept in"
    )

    rules.write_text(WORDS.format(word="geldlevy"), encoding="utf-8")
    examples, touched, others = watch.until("other articles")
    assert examples.startswith("0 of 0 examples hold, after ")
    assert touched.partition(" changes on ")[2].startswith("1 touched articles, after ")
    assert others.startswith("0 changes on 2 other articles, after ")

    replaced(rules, WITHOUT_RATE)
    _, fault = watch.until("KeyError")
    assert fault == "a changed rule does not give what its stage needs: KeyError: 'rate'"

    rules.write_text("lexicons: [\n", encoding="utf-8")
    assert watch.until("tariffs.yaml:")[-1].startswith("tariffs.yaml:2:")

    replaced(rules, WRONG)
    fault, examples = watch.until("examples hold")
    assert fault.startswith("tariffs.yaml:7:")
    assert "rule 'tariffs/its-tariff': must match '39% tariff'" in fault
    assert examples.startswith("1 of 2 examples hold, after ")
    watch.until("other articles")

    (watch.folder / "mine" / "reading.yaml").write_text(LINE, encoding="utf-8")
    *_, examples, touched, _ = watch.until("other articles")
    assert examples.startswith("3 of 4 examples hold, after ")
    assert " changes on 2 touched articles, after " in touched

    (watch.folder / "mine" / "reading.yaml").unlink()
    rules.unlink()
    *_, touched, others = watch.until("other articles")
    assert touched.startswith("0 changes on 0 touched articles, after ")
    assert others.startswith("0 changes on 0 other articles, after ")

    watch.process.send_signal(signal.SIGINT)
    assert watch.process.wait(timeout=DEADLINE_S) == 130
    said = []
    while (line := watch.lines.get(timeout=DEADLINE_S)) is not None:
        said.append(line)
    assert said == ["Stopped watching mine/."]
    tables = (watch.folder / "tables").read_text(encoding="utf-8")
    assert "  gain    levied:" in tables
    assert "  gain    salt:" in tables
    assert "[[Ask the harbour desk: write to us by noon]]" in tables


def gain(field: str) -> Change:
    severity: Severity = FIELD_SEVERITY.get(field, "minor")
    return Change(severity, "gain", "a", field, "r", 0, "words", "", "after")


def test_what_is_known_is_shown_while_a_person_waits_and_then_the_rest() -> None:
    now = [10.0]
    round_ = Round(1, 2, clock=lambda: now[0])
    assert list(round_.hear(Examples(1, 3, ()))) == []
    assert list(round_.hear(Examples(1, 2, ("a fault",)))) == [Faults(("a fault",), 5, 0.0)]
    for change in (gain("dates"), gain("tariffs")):
        assert list(round_.hear(Tried(1, True, (change,)))) == []
    assert list(round_.early()) == []  # one second more, and all of it may be known
    now[0] += FIRST_S
    (first,) = round_.early()
    assert first == Changes((gain("tariffs"), gain("dates")), True, None, 2, FIRST_S)
    assert list(round_.hear(Tried(1, True, (gain("quotes"),)))) == []
    assert list(round_.early()) == []
    assert list(round_.hear(Done(1, True, 30))) == []
    (last,) = round_.hear(Done(1, True, 12))
    assert last == Changes((gain("quotes"),), True, 42, 3, FIRST_S)
    assert not round_.ended
    assert [each for said in (Done(1, False, 5), Done(1, False, 6)) for each in round_.hear(said)]
    assert round_.ended


def test_a_fault_that_all_processes_meet_is_said_once() -> None:
    round_ = Round(1, 2, clock=lambda: 0.0)
    faults = [each for _ in range(2) for each in round_.hear(Unusable(1, "x.yaml:2: no"))]
    assert faults == [Faults(("x.yaml:2: no",), None, 0.0)]
    assert round_.ended
