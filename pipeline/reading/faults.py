"""What is said of an article that cannot be read: one line of `errors.jsonl`."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One article that was not read, and why: a line of `errors.jsonl`."""

    path: str
    """As given, relative; `file:line` for an article that is one line of a file."""
    error: str
    """Kind of fault in kebab-case, to count by: `empty`, `binary`, `duplicate-id` …"""
    message: str
    """What happened and what to do about it, in one sentence."""


class UnreadableArticle(ValueError):
    """An article cannot be read; `fault` says which and why."""

    def __init__(self, path: str, error: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.fault = Unreadable(path, error, message)

    def __reduce__(self) -> tuple[type[UnreadableArticle], tuple[str, str, str]]:
        """Crosses from a worker to its parent whole."""
        return UnreadableArticle, (self.fault.path, self.fault.error, self.fault.message)


def told(error: Exception) -> str:
    """An error in one line: its type, what it says, and where in the program it arose."""
    said = " ".join(str(error).split())[:300]
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {said} ({Path(frame.filename).name}:{frame.lineno})"


def failed(path: str, error: Exception) -> Unreadable:
    """The fault of an article, or of a whole file, on which the program fails."""
    return Unreadable(path, "failed", f"is damaged, or the program is at fault: {told(error)}")
