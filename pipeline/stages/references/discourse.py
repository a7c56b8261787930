"""What has been spoken of in an article, where, and how prominently: what references resolve to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pipeline.article import Article
from pipeline.findings import Entity, Form, Quote
from pipeline.rulebook import Lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Gender = Literal["man", "woman"]


@dataclass(frozen=True, slots=True)
class Place:
    """One mention in the parse."""

    entity: Entity
    head: int
    """Index of its head token."""
    start: int
    """Source offset."""
    form: Form


@dataclass(frozen=True)
class Discourse:
    """One article with its mentions, sentences, paragraphs and quotes."""

    article: Article
    lexicons: Mapping[str, Lexicon]
    entities: Mapping[str, Entity]
    places: Sequence[Place]
    """By start."""

    @classmethod
    def of(cls, article: Article, lexicons: Mapping[str, Lexicon]) -> Discourse:
        """The discourse of an article whose entities are found."""
        entities = {entity.id: entity for entity in article.of(Entity)}
        places = []
        for entity in entities.values():
            for mention in entity.mentions:
                span = article.doc.char_span(mention.start, mention.end, alignment_mode="expand")
                if span is not None:
                    places.append(Place(entity, span.root.i, mention.start, mention.form))
        return cls(article, lexicons, entities, sorted(places, key=lambda place: place.start))

    @property
    def doc(self) -> Doc:
        """The parse."""
        return self.article.doc

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Token index of the first token of each sentence."""
        return [sentence.start for sentence in self.doc.sents]

    @cached_property
    def line_starts(self) -> list[int]:
        """Source offset of each line, which is a paragraph."""
        text = self.article.text
        return [0, *(line.end() for line in re.finditer("\n", text))]

    def sentence(self, token: int) -> int:
        """Number of the sentence of a token."""
        return bisect_right(self.sentence_starts, token)

    def paragraph(self, offset: int) -> int:
        """Number of the paragraph of a source offset."""
        return bisect_right(self.line_starts, offset)

    @cached_property
    def entity_at(self) -> dict[int, Entity]:
        """Head token of a mention → its entity."""
        return {place.head: place.entity for place in self.places}

    @cached_property
    def acting(self) -> list[Place]:
        """The mentions of countries that say, decide or do something, by start."""
        deeds = self.lexicons["deeds-of-actors"], self.lexicons["speech-verbs"]
        return [
            place
            for place in self.places
            if place.entity.identifiers.iso3
            and place.entity.type == "GPE"
            and place.form != "demonym"
            and self.doc[place.head].dep_ == "nsubj"
            and any(self.doc[place.head].head.lemma_ in verbs for verbs in deeds)
        ]

    @cached_property
    def quotes(self) -> list[tuple[int, int, Quote]]:
        """The stretches of direct speech, with their quotes."""
        return [
            (span.start, span.end, quote)
            for quote in self.article.of(Quote)
            if quote.kind != "indirect"
            for span in quote.spans
        ]

    def quote_at(self, offset: int) -> Quote | None:
        """The direct speech that an offset stands in."""
        return next((quote for start, end, quote in self.quotes if start <= offset < end), None)

    @cached_property
    def genders(self) -> dict[str, Gender]:
        """Entity id of a person → man or woman, where names, titles or roles tell."""
        found: dict[str, Gender] = {}
        for entity in self.entities.values():
            if entity.type == "PERSON" and (gender := self._gender(entity)):
                found[entity.id] = gender
        return found

    def _gender(self, entity: Entity) -> Gender | None:
        men, women = self.lexicons["nouns-of-men"], self.lexicons["nouns-of-women"]
        words = [word for role in entity.roles for word in role.title.split()]
        for mention in entity.mentions:
            before = self.article.text[max(0, mention.start - 12) : mention.start].split()
            words += before[-1:]
        if any(word in women or word.lower() in women for word in words):
            return "woman"
        if any(word in men or word.lower() in men for word in words):
            return "man"
        given = [word for mention in entity.mentions for word in mention.text.split()[:-1]]
        for word in given:
            if word in self.lexicons["given-names-of-women"]:
                return "woman"
            if word in self.lexicons["given-names-of-men"]:
                return "man"
        single = entity.name if " " not in entity.name else ""
        if single in self.lexicons["given-names-of-women"]:
            return "woman"
        if single in self.lexicons["given-names-of-men"]:
            return "man"
        return None

    def is_speech(self, verb: Token) -> bool:
        """Whether a verb reports speech."""
        return verb.lemma_ in self.lexicons["speech-verbs"] and verb.pos_ == "VERB"
