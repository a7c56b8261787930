from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.caches import cache_folder
from pipeline.cli import app
from pipeline.extraction import Rules
from pipeline.rulefile import RuleFault, Where
from pipeline.tuning.holding import remember, said_of, state_of

ROOT = Path(__file__).parents[1]
LOADED = """
import sys
from pipeline.cli import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("sys.platform", "linux")


def loaded(*arguments: str) -> set[str]:
    """The packages that a command imports."""
    result = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(result.stdout.splitlines()[-1].split())


def test_help_and_a_check_of_rules_that_have_not_changed_load_no_model_and_no_rules() -> None:
    state = state_of(None, "en_core_web_md")
    remember(state, "all hold", cache_folder("held"))
    for arguments in (["--help"], ["rules", "check"]):
        assert not loaded(*arguments) & {"spacy", "thinc", "numpy", "regex", "yaml"}


def test_the_schemas_are_made_without_the_model() -> None:
    assert not loaded("schema", "--check") & {"spacy", "thinc", "numpy", "regex"}


def test_what_a_check_depends_on_is_another_state_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, model = tmp_path / "rules", tmp_path / "model"
    for folder in (rules, model):
        folder.mkdir()
    states = [state_of(None, "m"), state_of(rules, "m"), state_of(rules, str(model))]
    (rules / "dates.yaml").write_text("rules: []\n", encoding="utf-8")
    states.append(state_of(rules, str(model)))
    (rules / "dates.yaml").write_text("rules: [ ]\n", encoding="utf-8")
    states.append(state_of(rules, str(model)))
    (model / "meta.json").write_text("{}", encoding="utf-8")
    states.append(state_of(rules, str(model)))
    assert state_of(rules, str(model)) == states[-1]
    (tmp_path / "spacy-99.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    states.append(state_of(rules, str(model)))
    assert len(set(states)) == len(states)


def test_rules_that_hold_are_checked_once_and_rules_that_do_not_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[list[RuleFault]] = [
        [RuleFault(Where("dates.yaml", 7, "rules.0"), "fires")],
        [RuleFault(Where("dates.yaml", 7, "rules.0"), "fires")],
        [],
        [],
    ]
    monkeypatch.setattr(Rules, "faults", lambda *_, **__: asked.pop(0))
    runner = CliRunner()
    statuses = [runner.invoke(app, ["rules", "check"]).exit_code for _ in range(4)]
    assert statuses == [1, 1, 0, 0]
    assert len(asked) == 1
    assert runner.invoke(app, ["rules", "check", "--redo"]).exit_code == 0
    assert not asked


def test_a_cache_that_cannot_be_written_to_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "held").write_text("a file, no folder", encoding="utf-8")
    remember("state", "all hold", tmp_path / "held")
    assert said_of("state", tmp_path / "held") is None
