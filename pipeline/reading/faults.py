"""What is said of an article that cannot be read: one line of `errors.jsonl`."""

from __future__ import annotations

from dataclasses import dataclass


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
