"""Compiled regexes are kept on disk, and nothing but a regex is read back."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
import regex

from pipeline import compiled as module
from pipeline.compiled import compiled

SOURCE = r"\b (?P<rate> \d+ ) \s? % (?: \s (?P<levy> tariff | duty ) )?"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache that keeps every regex, however quickly it was compiled."""
    monkeypatch.setattr(module, "cache_folder", lambda name: tmp_path / name)
    monkeypatch.setattr(module, "WORTH_S", -1.0)
    compiled.cache_clear()
    yield tmp_path / "regexes"
    compiled.cache_clear()


def again(monkeypatch: pytest.MonkeyPatch, *, compiling: bool) -> regex.Pattern[str]:
    """The regex in a process that begins, where compiling anew is expected or fails."""
    compiled.cache_clear()
    if not compiling:
        monkeypatch.setattr(regex, "compile", lambda *_: pytest.fail("compiled anew"))
    return compiled(SOURCE)


def test_a_regex_is_read_back_and_finds_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "A 25% Tariff, and 7 % more."
    first = [m.groupdict() for m in compiled(SOURCE).finditer(text)]
    assert len(list(folder.iterdir())) == 1
    kept = again(monkeypatch, compiling=False)
    assert [m.groupdict() for m in kept.finditer(text)] == first
    assert first == [{"rate": "25", "levy": "Tariff"}, {"rate": "7", "levy": None}]


def mischief() -> None:
    """What a file must not get called."""
    pytest.fail("a function of a file was called")


class Mischievous:
    """Pickles as a call."""

    def __reduce__(self) -> tuple[object, ...]:
        return mischief, ()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x80\x04damaged", pickle.dumps("no regex"), pickle.dumps(Mischievous())],
    ids=["empty", "damaged", "another thing", "a call"],
)
def test_a_file_that_is_no_regex_is_made_anew(
    content: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled(SOURCE)
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert again(monkeypatch, compiling=True).pattern == SOURCE
    assert again(monkeypatch, compiling=False).pattern == SOURCE


def test_a_cache_that_cannot_be_written_costs_time_only(folder: Path) -> None:
    folder.write_text("a file where the folder should be", encoding="utf-8")
    assert compiled(SOURCE).search("25%")


def test_a_faulty_regex_is_a_fault_each_time() -> None:
    for _ in range(2):
        with pytest.raises(regex.error):
            compiled("(")
