"""Finds tariff measures: who puts what level of duty on whose goods, and whether it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from pipeline.article import Article
from pipeline.findings import Date, Entity, Finding, Reference, TariffMeasure
from pipeline.rulebook import Match, Rulebook


class Tariffs:
    """Finds tariff measures."""

    name: ClassVar[str] = "tariffs"
    finds: ClassVar[tuple[type[Finding], ...]] = (TariffMeasure,)
    needs: ClassVar[tuple[type[Finding], ...]] = (Entity, Date, Reference)

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules

    def __call__(self, article: Article) -> Iterable[TariffMeasure]:
        """In text order."""
        return ()

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """What a match gives."""
        return match.slot_words(article)
