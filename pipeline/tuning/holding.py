"""Remembers which rules hold to their examples: a check of what has not changed costs nothing."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from pipeline.software import PROGRAM, folder_digest, installed, software_digest
from pipeline.writing import write_text

RULE_FILES = "*.y*ml"
"""Those with the ending .yml too, which a check refuses."""


def state_of(overlay: Path | None, model: str) -> str:
    """A digest of all that a check of the rules depends on, without loading any of it.

    The rule files, ours and a user's; the program; what is installed, the model's package too;
    of a model that is a folder the names, sizes and times of its files.
    """
    parts = [software_digest(), folder_digest(PROGRAM / "rules", RULE_FILES), model, *installed()]
    if overlay is not None:
        parts.append(folder_digest(overlay, RULE_FILES))
    for path in sorted(Path(model).rglob("*")):
        stat = path.stat()
        parts.append(f"{path} {stat.st_size} {stat.st_mtime_ns}")
    return sha256("\n".join(parts).encode()).hexdigest()


def said_of(state: str, folder: Path) -> str | None:
    """What a check said when all rules held in this very state, or None if none did."""
    try:
        return (folder / state).read_text(encoding="utf-8")
    except OSError:
        return None


def remember(state: str, said: str, folder: Path) -> None:
    """Keep what a check said; rules that do not hold are checked anew each time."""
    with suppress(OSError):  # a folder that cannot be written to only costs time
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / state, said)
