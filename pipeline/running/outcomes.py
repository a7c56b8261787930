"""What becomes of an article in a run, and the account of a whole run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.reading import Unreadable

COUNTED = ("entities", "dates", "tariffs", "figures", "quotes", "problems")
"""The lists of a record, in the order in which a summary counts them."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A record as it will be written."""

    id: str
    content: bytes
    """Of the record's file."""
    found: Mapping[str, int]
    """How much is in each list of the record."""
    text: bytes | None = None
    """The source text, where no file of its own holds it."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article whose record an earlier run wrote, from the same text, rules and model."""

    id: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """An article that says nothing of trade and was left out on request."""

    id: str
    path: str


Outcome = Finished | Unchanged | Skipped | Unreadable


@dataclass
class Summary:
    """What a run did."""

    written: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: list[Unreadable] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    """How much is in the records written."""
    interrupted: bool = False
    copies: int | None = None
    """How many articles of the folder repeat another, where that was asked."""

    def add(self, outcome: Outcome) -> None:
        """Count one article."""
        match outcome:
            case Finished():
                self.written += 1
                self.found.update(outcome.found)
            case Unchanged():
                self.unchanged += 1
            case Skipped():
                self.skipped += 1
            case Unreadable():
                self.failed.append(outcome)

    @property
    def articles(self) -> int:
        """How many articles were seen."""
        return self.written + self.unchanged + self.skipped + len(self.failed)

    def as_dict(self) -> dict[str, object]:
        """The account in figures, as `--json` prints it."""
        return {
            "articles": self.articles,
            "written": self.written,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "failed": len(self.failed),
            "errors": dict(Counter(each.error for each in self.failed)),
            "found": {name: self.found[name] for name in COUNTED},
            "interrupted": self.interrupted,
            **({} if self.copies is None else {"copies": self.copies}),
        }

    @property
    def exit_status(self) -> int:
        """0 if every article has its record, 1 if some failed, 130 after an interrupt."""
        if self.interrupted:
            return 130
        return 1 if self.failed else 0
