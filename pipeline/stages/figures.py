"""Finds figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from pipeline.article import Article
from pipeline.findings import Date, Entity, Finding, TariffMeasure, TradeFigure
from pipeline.rulebook import Match, Rulebook


class Figures:
    """Finds figures."""

    name: ClassVar[str] = "figures"
    finds: ClassVar[tuple[type[Finding], ...]] = (TradeFigure,)
    needs: ClassVar[tuple[type[Finding], ...]] = (Entity, Date, TariffMeasure)

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules

    def __call__(self, article: Article) -> Iterable[TradeFigure]:
        """In text order."""
        return ()

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """What a match gives."""
        return match.slot_words(article)
