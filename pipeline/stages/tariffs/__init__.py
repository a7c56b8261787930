"""Finds tariff measures: who puts what level of duty on whose goods, and whether it stands.

The way of an article: levy nouns (`levies`), written levels (`rates`), what is done to them
(`acts`), to whom and to what (`parties`, `goods`, `phrases`), with which status and dates
(`status`, `timing`) and value and law (`covered`) make claims (`claims`); what a claim leaves
unsaid comes from those before it (`inheriting`); claims of one measure become one record
(`merging`, `measures`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from pipeline.article import Article
from pipeline.findings import Date, Entity, Finding, Reference, TariffMeasure
from pipeline.polities import Polities
from pipeline.rulebook import Match, Rulebook
from pipeline.stages.tariffs.claims import Reader
from pipeline.stages.tariffs.inheriting import completed
from pipeline.stages.tariffs.levies import find_levies
from pipeline.stages.tariffs.measures import measures_of
from pipeline.stages.tariffs.scene import Scene
from pipeline.stages.tariffs.vocabulary import Vocabulary


class Tariffs:
    """Finds tariff measures."""

    name: ClassVar[str] = "tariffs"
    finds: ClassVar[tuple[type[Finding], ...]] = (TariffMeasure,)
    needs: ClassVar[tuple[type[Finding], ...]] = (Entity, Date, Reference)

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.vocabulary = Vocabulary(rules)
        self.polities = Polities(rules)
        self.reader = Reader(rules)

    def __call__(self, article: Article) -> Iterable[TariffMeasure]:
        """In text order."""
        levies = find_levies(article.doc, self.vocabulary)
        if not levies:
            return ()
        scene = Scene(article, self.polities, self.vocabulary)
        claims = completed(self.reader.claims(scene, levies), scene)
        return measures_of(claims, scene)

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """What a match gives: its slots, in the article's words."""
        return match.slot_words(article)
