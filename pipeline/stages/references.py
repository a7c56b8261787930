"""Finds references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from pipeline.article import Article
from pipeline.findings import Entity, Finding, Quote, Reference
from pipeline.rulebook import Match, Rulebook


class References:
    """Finds references."""

    name: ClassVar[str] = "references"
    finds: ClassVar[tuple[type[Finding], ...]] = (Reference,)
    needs: ClassVar[tuple[type[Finding], ...]] = (Entity, Quote)

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules

    def __call__(self, article: Article) -> Iterable[Reference]:
        """In text order."""
        return ()

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """What a match gives."""
        return match.slot_words(article)
