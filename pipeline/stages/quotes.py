"""Finds quotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from pipeline.article import Article
from pipeline.findings import Entity, Finding, Quote
from pipeline.rulebook import Match, Rulebook


class Quotes:
    """Finds quotes."""

    name: ClassVar[str] = "quotes"
    finds: ClassVar[tuple[type[Finding], ...]] = (Quote,)
    needs: ClassVar[tuple[type[Finding], ...]] = (Entity,)

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules

    def __call__(self, article: Article) -> Iterable[Quote]:
        """In text order."""
        return ()

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """What a match gives."""
        return match.slot_words(article)
