"""Finds dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from pipeline.article import Article
from pipeline.findings import Date, Entity, Finding
from pipeline.rulebook import Match, Rulebook


class Dates:
    """Finds dates."""

    name: ClassVar[str] = "dates"
    finds: ClassVar[tuple[type[Finding], ...]] = (Date,)
    needs: ClassVar[tuple[type[Finding], ...]] = (Entity,)

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules

    def __call__(self, article: Article) -> Iterable[Date]:
        """In text order."""
        return ()

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """What a match gives."""
        return match.slot_words(article)
