from __future__ import annotations

from pathlib import Path

import pytest
import typer

from pipeline.cli import app, commands, main
from pipeline.settings import SettingsFault, settings_of
from tests.test_cli import ARTICLE, command

COMMANDS = {
    "run": {"workers": "workers", "only_trade": "only_trade", "json": "as_json"},
    "watch": {"workers": "workers"},
    "rules check": {"model": "model"},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tariffwire.toml"


def test_a_key_holds_for_all_commands_that_have_it_and_a_table_for_one(file: Path) -> None:
    file.write_text(
        'workers = 2\nmodel = "m"\n[run]\nworkers = 4\nonly-trade = true\njson = true\n'
        '[rules.check]\nmodel = "other"\n',
        encoding="utf-8",
    )
    assert settings_of(COMMANDS, file, {}) == {
        "run": {"workers": 4, "only_trade": True, "as_json": True},
        "watch": {"workers": 2},
        "rules": {"check": {"model": "other"}},
    }


def test_the_environment_wins_over_the_file(file: Path) -> None:
    file.write_text("[run]\nworkers = 4\n", encoding="utf-8")
    made = settings_of(COMMANDS, file, {"TARIFFWIRE_WORKERS": "8", "HOME": "x"})
    assert (made["run"]["workers"], made["watch"]["workers"]) == ("8", "8")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("workers = 2\nworker = 4\n", "tariffwire.toml:2: worker: no such setting"),
        ("[run]\nmodel = 4\n", "tariffwire.toml:2: run.model: no such setting"),
        ("[walk]\nworkers = 4\n", "tariffwire.toml:1: walk: no such setting"),
        ("workers =\n", "tariffwire.toml: cannot be read: "),
    ],
)
def test_a_setting_that_does_not_exist_is_named_by_file_and_line(
    file: Path, content: str, message: str
) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsFault, match=r"tariffwire\.toml") as raised:
        settings_of(COMMANDS, file, {})
    assert message in str(raised.value)


def test_every_option_of_every_command_can_be_set() -> None:
    found = commands(typer.main.get_command(app))
    assert found["run"]["json"] == "as_json"
    assert {"workers", "only_trade", "timeout_s", "log_file"} <= set(found["run"])
    assert "rules check" in found


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('[schema]\nout = "from-file"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def written(*arguments: str) -> set[str]:
        with pytest.raises(SystemExit) as ended:
            main(["schema", *arguments])
        assert not ended.value.code
        return {path.name for path in tmp_path.iterdir() if path.is_dir()}

    assert written() == {"from-file"}
    monkeypatch.setenv("TARIFFWIRE_OUT", "from-environment")
    assert written() == {"from-file", "from-environment"}
    assert "from-flag" in written("-o", "from-flag")


def test_a_misspelt_setting_ends_the_command_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "tariffwire.toml").write_text("[run]\nworkres = 2\n", encoding="utf-8")
    result = command("run", "a.txt", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr == "tariffwire.toml:2: run.workres: no such setting\n"
