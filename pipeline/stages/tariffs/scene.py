"""The scene of a measure: an article's parse, who acts in it, and the dates it gives."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.article import Article
from pipeline.findings import Date, Entity, Form, Party
from pipeline.polities import Polities, Standing
from pipeline.stages.tariffs.vocabulary import Vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

PLURAL_ACRONYM = re.compile(r"[A-Z]{2,}s")
"""Goods that look like names: "EVs"."""

LISTED = re.compile(r",?\s*(?:(?:and|or)\s+)?(?:the\s+)?")
"""What stands between the countries of a list."""

NEGATING = re.compile(r"\bnon[-‑–]$", re.IGNORECASE)
"""Before a country: "the non-U.S. content" speaks of all others."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A place where a country or union is spoken of, itself or through a person or an organ."""

    start: int
    end: int
    party: Party
    form: Form
    is_place: bool
    """Whether the words name the country itself, not a leader or an organ."""

    @property
    def code(self) -> str:
        """Its code, or its name where it has none."""
        return self.party.code or self.party.name


@dataclass(frozen=True)
class Scene:
    """What the rooms of this stage ask of an article."""

    article: Article
    polities: Polities
    vocabulary: Vocabulary

    @property
    def doc(self) -> Doc:
        """The parse."""
        return self.article.doc

    @cached_property
    def standing(self) -> Standing:
        """Who stands for whom."""
        return self.polities.of(self.article)

    @cached_property
    def actors(self) -> list[Actor]:
        """Every mention that acts for a country or union, by start."""
        standing = self.standing
        actors = []
        for start, end, entity, form in standing.mentions:
            code = standing.code_of(entity)
            if code is None or NEGATING.search(self.article.text, max(0, start - 5), start):
                continue
            party = standing.party_at(start, end)
            if party is None or party.code != code:
                continue
            actors.append(Actor(start, end, party, form, entity.type in ("GPE", "LOC", "NORP")))
        return actors

    @cached_property
    def firms(self) -> list[tuple[int, int]]:
        """Where the article names an organisation that acts for no country, by start."""
        standing = self.standing
        return sorted(
            (mention.start, mention.end)
            for entity in self.article.of(Entity)
            if entity.type == "ORG" and standing.code_of(entity) is None
            for mention in entity.mentions
            if mention.form == "name" and not PLURAL_ACRONYM.fullmatch(mention.text)
        )

    @cached_property
    def _starts(self) -> list[int]:
        return [actor.start for actor in self.actors]

    def actors_in(self, start: int, end: int) -> list[Actor]:
        """The actors whose mentions begin in `[start, end)`."""
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end)
        return self.actors[first:last]

    def actor_of(self, head: Token) -> Actor | None:
        """Whom a noun phrase acts for: the mention at its head, else the first among its words."""
        start, end = phrase_ends(head)
        actors = self.actors_in(start, end)
        for actor in actors:
            if actor.start <= head.idx < actor.end:
                return actor
        return actors[0] if actors else None

    @cached_property
    def dates(self) -> list[Date]:
        """The dates of the article, by start."""
        return sorted(self.article.of(Date), key=lambda date: date.start)

    def dates_in(self, start: int, end: int) -> list[Date]:
        """The dates that begin in `[start, end)`."""
        return [date for date in self.dates if start <= date.start < end]

    def date(self, date_id: str | None) -> Date | None:
        """The date of an id."""
        return next((date for date in self.dates if date.id == date_id), None)

    @cached_property
    def published(self) -> str | None:
        """The publication date, ISO."""
        return self.article.published.value if self.article.published is not None else None

    def token_at(self, offset: int) -> Token:
        """The token that holds a source offset, or the last before it."""
        low, high = 0, len(self.doc) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.doc[middle].idx <= offset:
                low = middle
            else:
                high = middle - 1
        return self.doc[low]


def phrase_ends(head: Token) -> tuple[int, int]:
    """Offsets of a noun phrase's own words: without clauses and coordinated phrases after it."""
    first = head
    for child in head.lefts:
        if child.dep_ not in ("punct", "relcl", "nsubj", "cc", "mark"):
            first = min(first, child.left_edge, key=lambda t: t.i)
    last = head
    for child in head.rights:
        if child.dep_ in (
            "prep",
            "poss",
            "case",
            "appos",
            "nmod",
            "compound",
            "nummod",
            "amod",
            "conj",
            "cc",
        ):
            last = max(last, child.right_edge, key=lambda t: t.i)
        elif child.dep_ != "punct":
            break
    return first.idx, last.idx + len(last)
