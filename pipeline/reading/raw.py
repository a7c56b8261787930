"""An article as a file format hands it over, before its furniture and its header are looked for."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.article import Problem

if TYPE_CHECKING:
    Stream = io.BufferedReader[Any]  # what `open` gives: it can be looked at before it is read


@dataclass(frozen=True, kw_only=True)
class RawArticle:
    """The source text of one article and what its container says of it."""

    id: str
    text: str
    path: str
    """As it is named in the record."""
    sha256: str
    """Of the raw bytes."""
    media_type: str = "text/plain"
    encoding: str = "utf-8"
    title: str | None = None
    published: str | None = None
    """As the container says it, not yet a date."""
    url: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    line: int | None = None
    """Of the file, where it holds an article a line."""
    packed: bool = False
    """Whether it came out of an archive or a pipe."""

    @property
    def has_own_file(self) -> bool:
        """Whether a text file on the disk is its source text to the letter."""
        return self.media_type == "text/plain" and not self.packed

    @property
    def place(self) -> str:
        """As it is named in messages: `news.jsonl:17`."""
        return self.path if self.line is None else f"{self.path}:{self.line}"
