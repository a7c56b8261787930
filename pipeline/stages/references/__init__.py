"""Finds references: pronouns and role nouns, each with the entity that it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from pipeline.article import Article
from pipeline.findings import Entity, Finding, Quote, Reference
from pipeline.rulebook import Match, Rulebook
from pipeline.stages.references.discourse import Discourse
from pipeline.stages.references.nouns import resolved_nouns
from pipeline.stages.references.pronouns import resolved_pronouns
from pipeline.stages.references.titles import titles_after_names
from pipeline.stages.references.within import people_within


class References:
    """Finds references."""

    name: ClassVar[str] = "references"
    finds: ClassVar[tuple[type[Finding], ...]] = (Reference,)
    needs: ClassVar[tuple[type[Finding], ...]] = (Entity, Quote)

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules

    def __call__(self, article: Article) -> Iterable[Reference]:
        """Role nouns first, because a pronoun may follow one; in text order."""
        discourse = Discourse.of(article, self.rules.lexicons)
        nouns = list(resolved_nouns(discourse))
        pronouns = list(resolved_pronouns(discourse, nouns))
        titles = list(titles_after_names(discourse))
        within = people_within(discourse)
        found = [*nouns, *titles, *pronouns, *within]
        return sorted(found, key=lambda reference: reference.start)

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """What a match gives."""
        return match.slot_words(article)
