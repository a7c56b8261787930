"""Finds entities: who and what an article speaks of, each thing once with all its mentions.

Others may rely on this: an entity of a country or union has `identifiers.iso3`; its mentions are
names ("China"), demonyms ("Chinese") and metonyms ("Beijing" where it acts). A capital where it is
a place is an entity of its own. `pipeline.polities` tells which country any mention acts for, be
it an organ or a leader, and makes a `Party` of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from pipeline.article import Article
from pipeline.findings import Entity, Finding, Identifiers, Mention, Role
from pipeline.polities import shown_names
from pipeline.rulebook import Match, Rulebook
from pipeline.stages.entities.documents import NameFinder
from pipeline.stages.entities.gazetteers import Gazetteer, codes
from pipeline.stages.entities.names import Name
from pipeline.stages.entities.organisations import organisations_of
from pipeline.stages.entities.people import NameParts, people_of
from pipeline.stages.entities.roles import RoleReader, places_of


class Entities:
    """Finds entities."""

    name: ClassVar[str] = "entities"
    finds: ClassVar[tuple[type[Finding], ...]] = (Entity,)
    needs: ClassVar[tuple[type[Finding], ...]] = ()

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.parts = NameParts(rules.lexicons)
        self.find_names = NameFinder(rules, Gazetteer(rules.lexicons), self.parts)
        self.shown = shown_names(rules.lexicons["countries"])

    def __call__(self, article: Article) -> Iterable[Entity]:
        """Every entity, by its first mention."""
        names = self.find_names(article)
        ordered = sorted(self._groups(article.text, names), key=lambda group: group[0].start)
        groups = {f"e{number}": group for number, group in enumerate(ordered, start=1)}
        reader = RoleReader(article, places_of(article, groups), self.rules.lexicons)
        for entity_id, group in groups.items():
            yield self._entity(entity_id, group, self._roles(reader, entity_id, group))

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """What a match gives."""
        return match.slot_words(article)

    def _groups(self, text: str, names: Sequence[Name]) -> Iterator[list[Name]]:
        keyed: dict[str, list[Name]] = {}
        for name in names:
            if name.key is not None:
                keyed.setdefault(name.key, []).append(name)
        yield from keyed.values()
        unkeyed = [name for name in names if name.key is None]
        people = [name for name in unkeyed if name.type == "PERSON"]
        yield from (person.names for person in people_of(text, people, self.parts))
        yield from organisations_of([name for name in unkeyed if name.type != "PERSON"])

    def _roles(self, reader: RoleReader, entity_id: str, group: Sequence[Name]) -> tuple[Role, ...]:
        """The roles of a person, each once, in text order."""
        places = reader.of_entity.get(entity_id, ())
        if (group[0].key or "").startswith("nominal/") or self._is_organ(group[0]):
            return tuple(role for place in places for role in reader.office(place))[:1]
        if group[0].type != "PERSON":
            return ()
        roles: dict[tuple[str, str | None], Role] = {}
        for place in places:
            for role in reader.roles_of(place):
                roles.setdefault((role.title.lower(), role.of), role)
        return tuple(roles.values())

    def _is_organ(self, name: Name) -> bool:
        """Whether a name that no list holds is called as organs are: "Commerce Ministry"."""
        words = self.rules.lexicons["organ-words"].keys()
        return name.type == "ORG" and name.key is None and not words.isdisjoint(name.text.split())

    def _entity(self, entity_id: str, group: Sequence[Name], roles: tuple[Role, ...]) -> Entity:
        identifiers, shown = self._identity(group)
        return Entity(
            id=entity_id,
            type=group[0].type,
            name=shown,
            identifiers=identifiers,
            roles=roles,
            mentions=tuple(
                Mention(start=n.start, end=n.end, text=n.text, form=n.form, rule=n.rule)
                for n in group
            ),
        )

    def _identity(self, group: Sequence[Name]) -> tuple[Identifiers, str]:
        kind, _, word = (group[0].key or "").partition("/")
        if kind == "country":
            item = self.rules.lexicons["wikidata"].get(word)
            return Identifiers(iso3=word, wikidata=item), self.shown[word]
        if kind == "part":
            return Identifiers(iso3=self.rules.lexicons["parts"][word]), word
        if kind == "goods":
            return Identifiers(hs=codes(self.rules.lexicons["goods"][word])), word
        if kind == "body":
            return Identifiers(wikidata=self.rules.lexicons["wikidata-of-bodies"].get(word)), word
        if kind:
            return Identifiers(), word.partition("/")[0] if kind == "nominal" else word
        return Identifiers(), max(
            (n.text for n in group), key=lambda text: (len(text.split()), len(text))
        )
