"""The article on its way through the rooms: frozen, carrying its source text and what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pipeline.findings import Boilerplate, Finding, Span, spans_of

if TYPE_CHECKING:
    from spacy.tokens import Doc

F = TypeVar("F", bound=Finding)

DateOrder = Literal["MDY", "DMY"]
"""How a numeric date is read: 04/02/2025 is April 2 (MDY) or 4 February (DMY)."""


class GroundingError(ValueError):
    """A finding claims words that do not stand at its offsets in the source text."""


class Published(Finding):
    """The publication date, how it is known, and the words that say it, if any do."""

    value: str
    """ISO day."""
    basis: Literal["dateline", "metadata", "given"]
    """Read in the text, told by the file, or given to the command."""
    span: Span | None = None
    """The words that say it, if any do."""


class Source(Finding):
    """Where the text came from."""

    path: str | None = None
    """As given, relative; never a path of a machine."""
    url: str | None = None
    """Address of the article, where known."""
    media_type: str = "text/plain"
    """What the file was."""
    encoding: str = "utf-8"
    """How its characters were written."""
    sha256: str
    """Of the raw bytes."""
    characters: int
    """Length of the source text in code points."""
    extra: dict[str, str] = {}
    """What else the input said of the article."""


class Problem(Finding):
    """Something that could not be done, and why."""

    kind: str
    """What could not be done, in one word."""
    message: str
    """What that means for this article."""


@dataclass(frozen=True, kw_only=True)
class Article:
    """One article. Every offset anywhere points into `text`, the source text."""

    id: str
    text: str
    source: Source
    title: Span | None = None
    published: Published | None = None
    date_order: DateOrder | None = None
    """How the source writes 04/02/2025, where that is known."""
    boilerplate: tuple[Boilerplate, ...] = ()
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    parsed: Doc | None = field(default=None, repr=False, compare=False)

    @property
    def doc(self) -> Doc:
        """The parse: same length as `text`, so token offsets are source offsets."""
        if self.parsed is None:
            raise RuntimeError(f"article {self.id!r} is not parsed yet")
        return self.parsed

    @cached_property
    def body(self) -> str:
        """The text with its furniture blanked, at equal length: what rules read."""
        body = self.text
        for furniture in self.boilerplate:
            blank = re.sub(r"\S", " ", furniture.text)
            body = body[: furniture.start] + blank + body[furniture.end :]
        return body

    def span(self, start: int, end: int) -> Span:
        """The span at these offsets, with the source's own words."""
        return Span(start=start, end=end, text=self.text[start:end])

    def of(self, kind: type[F]) -> tuple[F, ...]:
        """What was found so far of one kind, in the order in which it was found."""
        return self._by_kind.get(kind, ())

    @cached_property
    def _by_kind(self) -> dict[type[Finding], tuple[Any, ...]]:
        groups: dict[type[Finding], list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault(type(finding), []).append(finding)
        return {kind: tuple(group) for kind, group in groups.items()}

    def adding(self, findings: Iterable[Finding]) -> Article:
        """The article with more findings; raises `GroundingError` where words are not there."""
        new = tuple(findings)
        for finding in new:
            check_grounding(self.text, finding)
        return replace(self, findings=self.findings + new)


def check_grounding(text: str, finding: Finding) -> None:
    """Raise `GroundingError` unless each span of the finding stands in the source text."""
    for start, end, words in spans_of(finding):
        if not words or text[start:end] != words:
            raise GroundingError(
                f"{type(finding).__name__} claims {words!r} at {start}:{end}, "
                f"the source has {text[start:end]!r}"
            )
