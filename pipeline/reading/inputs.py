"""Files, folders, globs and `-` → the files to read, each with the name it has in the output."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from pipeline.reading.faults import Unreadable

STANDARD_INPUT = "-"

SUFFIXES = frozenset(
    {".txt", ".text", ".md", ".html", ".htm", ".xhtml", ".pdf"}
    | {".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".warc", ".zip"}
)
"""Files that are taken from a folder; a file that is named itself is read whatever its name."""

RECORDS_MARK = ".tariffwire.sqlite"
"""The file by which a folder of records is told: what lies in it is our own, and no news."""

NOT_ARTICLES = frozenset({"readme", "license", "licence", "changelog", "notice"})
"""Stems of files that are about a folder and no part of it."""


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read."""

    path: Path | None
    """None is standard input."""
    name: str
    """As given and relative; below an absolute folder, relative to that."""
    packed: bool = False
    """Whether it is inside the file at `path`."""

    @property
    def stem(self) -> str:
        """The id of an article that is the whole file."""
        name = Path(self.name.removesuffix(".gz"))
        return name.stem if self.path is not None else "stdin"


@dataclass
class Position:
    """How much of the input files has been read: what the time left is counted from."""

    total: int | None
    """Bytes of all files, or null where standard input is one of them."""
    before: int = 0
    """Bytes of the files that were read to their end."""
    inside: int = 0
    """Bytes of the present file that were read."""

    @property
    def share(self) -> float | None:
        """Of the whole input, where its size is known."""
        return min(1.0, (self.before + self.inside) / self.total) if self.total else None


def position_in(given: Iterable[str | Path]) -> Position:
    """The position before anything is read."""
    sizes = [_size(each) for each in find_inputs(given) if isinstance(each, Input)]
    return Position(None if None in sizes else sum(size or 0 for size in sizes))


def _size(given: Input) -> int | None:
    try:
        return None if given.path is None else given.path.stat().st_size
    except OSError:  # reading it says what is wrong
        return 0


def find_inputs(given: Iterable[str | Path]) -> Iterator[Input | Unreadable]:
    """The files behind what the user named, in the order named, folders and globs sorted."""
    for each in given:
        said = str(each)
        if said == STANDARD_INPUT:
            yield Input(None, STANDARD_INPUT)
        elif Path(said).is_dir():
            yield from _folder(Path(said))
        elif Path(said).exists():
            yield Input(Path(said), shown(Path(said)))
        elif glob.has_magic(said):
            yield from _matching(said)
        else:
            yield Unreadable(shown(Path(said)), "missing", "there is no such file or folder")


def shown(path: Path, root: Path | None = None) -> str:
    """A path as it may stand in an output: never that of a machine, and with `/` everywhere."""
    if path.is_absolute():
        path = path.relative_to(root) if root is not None and root != path else Path(path.name)
    return path.as_posix()


def _folder(folder: Path) -> Iterator[Input | Unreadable]:
    if (fault := _hidden(folder)) is not None:
        yield Unreadable(shown(folder), *fault)
        return
    found = False
    paths = sorted(folder.rglob("*"))
    ours = {path.parent for path in paths if path.name == RECORDS_MARK} - {folder}
    for path in paths:
        if ours and not ours.isdisjoint(path.parents):
            continue
        if (fault := _hidden(path)) is not None:
            yield Unreadable(shown(path, folder), *fault)
        elif path.is_file() and is_article(path.relative_to(folder)):
            found = True
            yield Input(path, shown(path, folder))
    if not found:
        kinds = " ".join(sorted(SUFFIXES))
        message = f"the folder holds no articles ({kinds}); name other files themselves"
        yield Unreadable(shown(folder), "no-articles", message)


def _hidden(path: Path) -> tuple[str, str] | None:
    """Why nobody can tell what is behind a path of a folder."""
    if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
        return "unreadable", "this folder may not be opened"
    if path.is_symlink() and not path.exists():
        return "missing", "is a link to a file that does not exist"
    return None


def is_article(inside: PurePath) -> bool:
    """Whether a file of a folder or an archive is taken, by its path in there."""
    path = PurePath(inside.name.removesuffix(".gz"))
    return (
        path.suffix.lower() in SUFFIXES
        and path.stem.lower() not in NOT_ARTICLES
        and not any(part.startswith((".", "__MACOSX")) for part in inside.parts)
    )


def _matching(pattern: str) -> Iterator[Input | Unreadable]:
    parts = Path(pattern).parts
    fixed = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    root = Path(*parts[:fixed])
    files = sorted(path for path in root.glob(str(Path(*parts[fixed:]))) if path.is_file())
    if not files:
        yield Unreadable(shown(Path(pattern), root), "missing", "no file matches this pattern")
    yield from (Input(path, shown(path, root)) for path in files)
