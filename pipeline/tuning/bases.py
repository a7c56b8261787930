"""What a change is compared with: another rule folder, the rules of a git revision, or records."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.article import Article
from pipeline.extraction import Extractor, Rules
from pipeline.record import Record
from pipeline.rulebook import OWN_RULES
from pipeline.tuning.comparing import Change, compare


class BaseError(ValueError):
    """A base is neither a folder of rules or records nor a revision; the message says so."""


def base_rules(base: str, overlay: Path | None, scratch: Path) -> Rules:
    """The rules of a base: a folder laid over ours, or the rule files of a git revision.

    With `overlay` the revision is that of the user's folder, else that of our own rules; its files
    are put into the folder `scratch`.
    """
    folder = Path(base)
    if folder.is_dir():
        return Rules.load(folder)
    files_at(base, overlay or OWN_RULES, scratch)
    return Rules.load(scratch) if overlay is not None else Rules.load(own=scratch)


def base_records(base: str) -> dict[str, Record] | None:
    """The records of a base that is a folder of them, by id; None if it is none."""
    paths = sorted(Path(base).glob("*.json")) if Path(base).is_dir() else []
    records = [Record.model_validate_json(path.read_bytes()) for path in paths]
    return {record.id: record for record in records} or None


def files_at(revision: str, folder: Path, scratch: Path) -> None:
    """Write the rule files of a folder as they were at a git revision into another folder."""
    listed = git(folder, "ls-tree", "--name-only", revision, "./")
    names = [name for name in listed.splitlines() if name.endswith(".yaml")]
    if not names:
        raise BaseError(f"{folder} had no rule files at {revision!r}")
    for name in names:
        content = git(folder, "show", f"{revision}:./{name}")
        (scratch / name).write_text(content, encoding="utf-8")


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints in a folder; raises `BaseError` with git's own words."""
    command = ["git", "-C", str(folder), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if result.returncode:
        said = result.stderr.strip().splitlines()[-1:] or ["git failed"]
        raise BaseError(f"no such folder, and no revision for {folder}: {said[0]}")
    return result.stdout


def changes_by_rules(
    articles: Iterable[Article], before: Extractor, after: Extractor
) -> Iterator[Change]:
    """Every difference that other rules make on these articles.

    Each is parsed once, or twice where the rules keep other names in headlines.
    """
    same = before.parser.listed == after.parser.listed
    for article in articles:
        parsed = after.parser(article)
        yield from compare(before(parsed if same else article), after(parsed))


def changes_to_records(
    articles: Iterable[Article], before: dict[str, Record], after: Extractor
) -> Iterator[Change]:
    """Every difference to records that were written before; articles without one are left out."""
    for article in articles:
        if article.id in before:
            yield from compare(before[article.id], after(article))
