from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {
    language: [block for found, block in BLOCK.findall(README) if found == language]
    for language in ("sh", "python", "yaml")
}


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the README imagines it: an article, an inbox, an archive, our outputs, rules."""
    text = "OTTAWA - Canada imposed a 25% tariff on Chinese steel on Tuesday, officials said.\n"
    for name in ("article.txt", "inbox/b.txt", "archive/2025-01.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "outputs").symlink_to(ROOT / "outputs")
    (tmp_path / "my-rules").mkdir()
    (tmp_path / "my-rules" / "reading.yaml").write_text(BLOCKS["yaml"][0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("block", BLOCKS["python"])
@pytest.mark.usefixtures("workplace")
def test_the_python_of_the_readme_runs(block: str) -> None:
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102  # our own document


COMMANDS = [
    line for block in BLOCKS["sh"] for line in block.splitlines() if line.startswith("tariffwire ")
]


@pytest.mark.usefixtures("workplace")
def test_every_command_of_the_readme_works_in_its_order() -> None:
    assert COMMANDS
    for line in COMMANDS:
        # They never end, or need a cluster, and have tests of their own.
        if any(word in line for word in (" watch ", " tune ", " --engine ")):
            continue
        result = CliRunner().invoke(app, shlex.split(line, comments=True)[1:])
        assert result.exit_code == 0, f"{line}: {result.output}"


def test_make_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^make (\w+)", README, re.MULTILINE)
    assert targets == ["run", "test"]
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_command_is_in_the_readme() -> None:
    commands = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    }
    named = {shlex.split(line, comments=True)[1] for line in COMMANDS}
    assert commands - named <= {"schema", "eval"}, "a command nobody is told of"
