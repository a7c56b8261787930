"""Reads what people are said to be: "Canadian Prime Minister X", "X, an economist at Y"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pipeline.article import Article
from pipeline.findings import Role
from pipeline.rulebook import Lexicon
from pipeline.stages.entities.names import Name

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

LONGEST_APPOSITION = 9
"""Words after the comma among which the noun of an apposition must stand."""

PREPOSITIONS = frozenset({"of", "at", "for", "with", "in", "from", "to"})
ROLE_PARTS_OF_SPEECH = frozenset({"NOUN", "PROPN", "ADJ"})
POSSESSIVES = frozenset({"'s", "’s", "'", "’"})


class Place(NamedTuple):
    """A name in the parse: half-open token indices, and the entity it names."""

    start: int
    end: int
    entity: str


@dataclass(frozen=True)
class RoleReader:
    """Reads roles in one article whose names are grouped into entities."""

    article: Article
    places: Sequence[Place]
    lexicons: Mapping[str, Lexicon]

    @cached_property
    def at(self) -> dict[int, Place]:
        """Token index → the name that it belongs to."""
        return {i: place for place in self.places for i in range(place.start, place.end)}

    @cached_property
    def of_entity(self) -> dict[str, list[Place]]:
        """Entity id → its names."""
        places: dict[str, list[Place]] = {}
        for place in self.places:
            places.setdefault(place.entity, []).append(place)
        return places

    @property
    def doc(self) -> Doc:
        """The parse."""
        return self.article.doc

    def roles_of(self, place: Place) -> Iterator[Role]:
        """The roles that the words around one name of a person give."""
        yield from self.before(place)
        yield from self.after(place)
        yield from self.predicate(place)

    def office(self, place: Place) -> Iterator[Role]:
        """What an organ is to its country: "Kenya's trade ministry", "the Senate of Kenya"."""
        if owner := self.owner_before(place.start) or self.owner_after(place.end)[1]:
            yield self.role(place.start, place.end, owner)

    def before(self, place: Place) -> Iterator[Role]:
        """Roles in front of a name: "Y's finance minister X", "spokesman for Y, X"."""
        last = place.start - 1
        while last > 0 and self.is_courtesy(self.doc[last]):
            last -= 1
        if last > 0 and self.doc[last].text == "," and place.end < len(self.doc):
            last -= 1 if self.doc[place.end].text in (",", ".", ";", "(") else 0
        if last < 0:
            return
        if last > 1 and self.doc[last - 1].lower_ == "of" and self.is_role_noun(self.doc[last - 2]):
            owner = self.at[last].entity if last in self.at else None
            yield self.role(self.first_of(last - 2), last - 1 if owner else last + 1, owner)
            return
        if last in self.at:
            yield from self.before_prepositional(self.at[last])
            return
        if self.is_role_noun(self.doc[last]):
            first = self.first_of(last)
            yield self.role(first, last + 1, self.owner_before(first))

    def before_prepositional(self, owner: Place) -> Iterator[Role]:
        """The role in "spokesman for Y" in front of a name."""
        i = owner.start - 1
        if i >= 0 and self.doc[i].lower_ == "the":
            i -= 1
        if i > 0 and self.doc[i].lower_ in PREPOSITIONS and self.is_role_noun(self.doc[i - 1]):
            yield self.role(self.first_of(i - 1), i, owner.entity)

    def after(self, place: Place) -> Iterator[Role]:
        """Roles in apposition: "X, the Canadian prime minister", "X, professor of law at Y"."""
        if place.end + 1 >= len(self.doc) or self.doc[place.end].text != ",":
            return
        stop = min(place.end + 1 + LONGEST_APPOSITION, len(self.doc))
        for i in range(place.end + 1, stop):
            token = self.doc[i]
            if self.is_role_noun(token) and i not in self.at:
                if i + 1 < len(self.doc) and self.is_role_noun(self.doc[i + 1]):
                    continue
                if self.end_of(i) in self.at:
                    return  # the next one's: "Ann Wu, Senator Bo Lind and others"
                first = self.first_of(i)
                owner = self.owner_before(first)
                end, after = self.owner_after(self.end_of(i))
                yield self.role(first, end, owner or after)
                yield from self.second(end)
                return
            if token.pos_ in ("VERB", "AUX", "PUNCT", "SCONJ", "PRON") and token.text not in "-–’'":
                return

    def second(self, start: int) -> Iterator[Role]:
        """The role after another: "director of the survey, and chairman of the centre"."""
        for i in range(start, min(start + LONGEST_APPOSITION, len(self.doc) - 3)):
            if self.doc[i].lower_ == "and":
                noun = i + 2 if self.doc[i + 1].lower_ in ("the", "a", "an") else i + 1
                if self.is_role_noun(self.doc[noun]) and self.doc[noun + 1].lower_ in PREPOSITIONS:
                    end, owner = self.owner_after(self.end_of(noun))
                    yield self.role(noun, end, owner)
                return
            if self.doc[i].pos_ in ("VERB", "AUX") or self.doc[i].is_sent_start:
                return

    def predicate(self, place: Place) -> Iterator[Role]:
        """The role in "X is the chairman of Y", not in "the first …", which names no office."""
        head = self.doc[place.start : place.end].root
        verb = head.head
        if head.dep_ != "nsubj" or verb.lemma_ != "be":
            return
        for noun in verb.rights:
            if noun.dep_ == "attr" and self.is_role_noun(noun) and noun.i not in self.at:
                if any(
                    child.lower_ in ("first", "last", "only", "next", "no") for child in noun.lefts
                ):
                    return
                first = self.first_of(noun.i)
                end, after = self.owner_after(self.end_of(noun.i))
                yield self.role(first, end, self.owner_before(first) or after)

    def is_courtesy(self, token: Token) -> bool:
        """Whether a word before a name is said out of courtesy, and no office: "the Honourable"."""
        courteous = token.text in self.lexicons["person-titles"] and not self.is_role_noun(token)
        return courteous or (token.lower_ == "the" and token.i + 1 < len(self.doc))

    def is_role_noun(self, token: Token) -> bool:
        """Whether a word says what somebody is."""
        return token.text in self.lexicons["person-nouns"] or (
            token.lower_ in self.lexicons["person-nouns"] and token.pos_ in ("NOUN", "PROPN")
        )

    def first_of(self, noun: int) -> int:
        """The first token of the role whose noun this is: "deputy prime minister"."""
        i = noun
        while i > 0 and (i - 1) not in self.at:
            before = self.doc[i - 1]
            hyphen = before.text == "-" and i > 1
            if not (before.pos_ in ROLE_PARTS_OF_SPEECH or hyphen) or before.is_space:
                break
            i -= 1
        return i

    def end_of(self, noun: int) -> int:
        """The end of the role's own words: "director-general", "president-elect"."""
        tail = [token.lower_ for token in self.doc[noun + 1 : noun + 3]]
        return noun + 3 if tail in (["-", "general"], ["-", "elect"]) else noun + 1

    def owner_before(self, first: int) -> str | None:
        """The entity whose name or demonym stands before a role."""
        i = first - 1
        if i > 0 and self.doc[i].text in POSSESSIVES:
            i -= 1
        return self.at[i].entity if i in self.at else None

    def owner_after(self, start: int) -> tuple[int, str | None]:
        """Where a role ends, "of economics" with it, and the entity after the next preposition."""
        end, i = start, start
        while i + 1 < len(self.doc) and self.doc[i].lower_ in PREPOSITIONS:
            i += 1
            if self.doc[i].lower_ == "the" and i + 1 < len(self.doc):
                i += 1
            if i in self.at:
                return end, self.at[i].entity
            if self.doc[i - 1].lower_ not in PREPOSITIONS or self.doc[i].pos_ != "NOUN":
                break
            while i < len(self.doc) and self.doc[i].pos_ == "NOUN" and i not in self.at:
                i += 1
            end = i
        return end, None

    def role(self, first: int, end: int, owner: str | None) -> Role:
        """The role of tokens `[first, end)`."""
        start, stop = self.doc[first].idx, self.doc[end - 1].idx + len(self.doc[end - 1])
        span = self.article.span(start, stop)
        return Role(title=" ".join(span.text.split()), of=owner, span=span)


def places_of(article: Article, groups: Mapping[str, Sequence[Name]]) -> list[Place]:
    """The names of entities in the parse, by entity id, those that are whole tokens."""
    places = []
    for entity, names in groups.items():
        for name in names:
            span = article.doc.char_span(name.start, name.end, alignment_mode="expand")
            if span is not None:
                places.append(Place(span.start, span.end, entity))
    return places
