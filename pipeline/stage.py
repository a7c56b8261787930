"""What a stage is: a pure function from an article to findings, with its needs declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar, Protocol

from pipeline.article import Article
from pipeline.findings import Finding
from pipeline.rulebook import Match, Rulebook


class Stage(Protocol):
    """One room. Built once with its rules, then called for every article; keeps no state of any."""

    name: ClassVar[str]
    """Stem of the module and of its rule file."""
    finds: ClassVar[tuple[type[Finding], ...]]
    needs: ClassVar[tuple[type[Finding], ...]]

    def __init__(self, rules: Rulebook) -> None: ...

    def __call__(self, article: Article) -> Iterable[Finding]:
        """Find, in text order."""
        ...

    def answer(self, match: Match, article: Article) -> Mapping[str, object] | None:
        """What a rule's match gives, to be compared with the `gives` of its examples; None where
        the stage, which sees more than the pattern, finds nothing there.
        """
        ...


class StageOrderError(ValueError):
    """Something is needed before it is found."""


def check_order(stages: Sequence[type[Stage]]) -> None:
    """Refuse an order in which a stage needs what no earlier stage finds."""
    found: set[type[Finding]] = set()
    for stage in stages:
        for need in stage.needs:
            if need not in found:
                raise StageOrderError(
                    f"stage {stage.name!r} needs {need.__name__}, which no earlier stage finds"
                )
        found.update(stage.finds)


def run(
    stages: Iterable[Stage],
    article: Article,
    *,
    step: Callable[[str], AbstractContextManager[None]] = nullcontext,  # type: ignore[assignment]
) -> Article:
    """Send one article through the stages; `step` stands around each, called with its name."""
    for stage in stages:
        with step(stage.name):
            article = article.adding(stage(article))
    return article
