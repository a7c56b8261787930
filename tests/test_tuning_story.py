"""The story of `pipeline/tuning/README.md`, told by running it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.extraction import Extractor, Rules
from pipeline.rulebook import OWN_RULES
from tests.conftest import unparsed

ROOT = Path(__file__).parents[1]
STORY = (ROOT / "pipeline" / "tuning" / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(match[1], match[2]) for match in BLOCK.finditer(STORY)]
RULE = next(text for kind, text in BLOCKS if kind == "yaml")
ARTICLES, TOLD = BLOCKS[:2], BLOCKS[2:]


class Teller:
    """Does what the story says, and keeps what its last commands said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = ""
        self.watch: subprocess.Popen[str] | None = None
        self.env = os.environ | {
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "120",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@news.example",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@news.example",
        }  # fmt: skip

    def sh(self, text: str) -> None:
        """Run the commands of a block."""
        self.said = ""
        for line in text.splitlines():
            command, _, into = line.partition(" > ")
            words = shlex.split(command)
            if "watch" in words:
                self.begin([sys.executable, "-m", "pipeline.cli", *words[1:], "--once"])
                continue
            out, also = self.done(words)
            if into:
                (self.folder / into).write_text(out, encoding="utf-8")
            self.said += out + also

    def done(self, words: list[str]) -> tuple[str, str]:
        """What a command says on both its streams; ours run here, where the model is loaded."""
        if words[0] == "tariffwire":
            made = CliRunner().invoke(app, words[1:], default_map={"run": {"workers": 1}})
            assert made.exit_code == 0, f"{words}: {made.output}"
            return made.stdout, made.stderr
        other = subprocess.run(words, env=self.env, capture_output=True, text=True, check=False)
        assert other.returncode == 0, f"{words}: {other.stdout}{other.stderr}"
        return other.stdout, other.stderr

    def begin(self, words: list[str]) -> None:
        """Start the watch, and wait until it watches."""
        self.watch = subprocess.Popen(
            words, cwd=self.folder, env=self.env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert self.watch.stdout is not None
        assert any("Save a rule file" in line for line in self.watch.stdout)

    def yaml(self, text: str) -> None:
        """Save the rule file that a block names in its first line."""
        name = text.partition("\n")[0].removeprefix("# ")
        (self.folder / name).write_text(text, encoding="utf-8")
        assert self.watch is not None
        self.said, _ = self.watch.communicate(timeout=240)

    def text(self, text: str) -> None:
        """Hold what was said to each line of a block, however wide the terminal is."""
        said = " ".join(self.said.split())
        for line in text.splitlines():
            assert " ".join(line.split()) in said, self.said


@pytest.fixture
def teller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Teller]:
    for name in ("archive", "my-rules"):
        (tmp_path / name).mkdir()
    for (_, text), name in zip(ARTICLES, ("wine", "steel"), strict=True):
        (tmp_path / "archive" / f"{name}.txt").write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = Teller(tmp_path)
    yield made
    if made.watch is not None and made.watch.poll() is None:
        made.watch.kill()
        made.watch.wait()


def test_the_story_happens_as_it_is_told(teller: Teller) -> None:
    for kind, text in TOLD:
        getattr(teller, kind)(text)


def test_the_rule_of_the_story_can_be_merged(extractor: Extractor, tmp_path: Path) -> None:
    for path in OWN_RULES.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "tariffs.yaml").open("a", encoding="utf-8") as file:
        file.write(RULE.partition("rules:\n")[2])
    merged = Rules.load(own=tmp_path)
    (rule,) = (r for r in merged.books["tariffs"].rules if r.id.endswith("share-of-value"))
    assert not rule.users
    record = extractor.with_rules(merged)(unparsed(ARTICLES[0][1]))
    assert [measure.rate.value for measure in record.tariffs if measure.rate] == [12]
