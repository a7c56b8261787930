"""What becomes of an article in a run, and the account of a whole run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

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
    words: int = 0
    """Of the source text."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """What each step took since its worker told it last, chunks read and parsed together."""


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

FIRST = {"reading": 0, "sorting": 1, "loading": 2, "parsing": 3}
LAST = ("validation", "writing")
"""Steps of a run before and after the stages, which stand between in their order."""


class Cost(NamedTuple):
    """What a step took."""

    seconds: float
    share: float
    """Of what all steps took."""
    words_per_s: float


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
    words: int = 0
    """Of the articles whose records were written."""
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """What each step took, all workers together."""

    def add(self, outcome: Outcome) -> None:
        """Count one article."""
        match outcome:
            case Finished():
                self.written += 1
                self.found.update(outcome.found)
                self.words += outcome.words
                self.spend(outcome.seconds)
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

    def spend(self, seconds: Mapping[str, float]) -> None:
        """Add what steps took."""
        for step, more in seconds.items():
            self.seconds[step] += more

    def profile(self) -> dict[str, Cost]:
        """What each step took, in the order in which an article takes them; the sum is `all`."""
        steps = sorted(self.seconds, key=lambda step: (step in LAST, FIRST.get(step, len(FIRST))))
        total = sum(self.seconds.values())
        return {
            name: Cost(seconds, seconds / total, self.words / seconds)
            for name, seconds in [*((step, self.seconds[step]) for step in steps), ("all", total)]
            if seconds > 0
        }

    def profile_as_dict(self) -> dict[str, object]:
        """The same as `--json` prints it."""
        steps = {
            name: {
                "seconds": round(cost.seconds, 4),
                "share": round(cost.share, 4),
                "words_per_s": round(cost.words_per_s),
            }
            for name, cost in self.profile().items()
        }
        return {"words": self.words, "steps": steps}

    @property
    def exit_status(self) -> int:
        """0 if every article has its record, 1 if some failed, 130 after an interrupt."""
        if self.interrupted:
            return 130
        return 1 if self.failed else 0
