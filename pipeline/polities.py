"""Tells which country or union the words of an article act for, and makes a `Party` of it.

    polities = Polities(rules)         # once; the file says `uses: [countries, bodies, people]`
    standing = polities.of(article)    # once an article, after Entities (and References)
    standing.entity_at(start, end)     # Entity | None: whose mention covers most of this
    standing.party_at(start, end)      # Party | None: whom these words act for
    standing.parties_in(start, end)    # tuple[Party, ...]: each of "China, Mexico and the EU"

Countries and unions by name are `stated`; by demonym, metonym, organ or leader `inferred`; through
a pronoun or a role noun (a `Reference`) `inherited`. `Party.entity` is the entity mentioned,
`Party.code` what it acts for, `Party.span` the mention, `Party.name` the name of the country.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pipeline.article import Article
from pipeline.findings import Basis, Entity, Form, Party, Reference
from pipeline.rulebook import Lexicon, Rulebook

MIDDLE_INITIAL = re.compile(r"(?<=\w) (?:[A-Z]\. ?)+(?= |\w)|,? [JS]r\.?$", re.IGNORECASE)


def without_initials(name: str) -> str:
    """A full name as the lists have it: "Donald J. Trump" and "JOSEPH R. BIDEN JR." plain."""
    plain = " ".join(MIDDLE_INITIAL.sub(" ", name).split())
    return plain.title() if plain.isupper() else plain


def shown_names(countries: Lexicon) -> dict[str, str]:
    """Code → the name that tables show, the first that stands for it."""
    shown: dict[str, str] = {}
    for word, code in countries.items():
        shown.setdefault(code, word)
    return shown


@dataclass(frozen=True)
class Polities:
    """What the word lists know of who acts for whom."""

    rules: Rulebook

    @cached_property
    def countries(self) -> dict[str, str]:
        """Code → the name that tables show."""
        return shown_names(self.rules.lexicons["countries"])

    @cached_property
    def organs(self) -> dict[str, str]:
        """Name of an organ, as its entity is named → code."""
        return {
            known.get("full", word): known["of"]
            for word, known in self.rules.lexicons["organs"].items()
            if known and "of" in known
        }

    @cached_property
    def leaders(self) -> dict[str, str]:
        """Full name, and the surname where only one country has it → code."""
        codes: dict[str, str] = {}
        surnames: dict[str, set[str]] = {}
        for name, terms in self.rules.lexicons["office-holders"].items():
            for term in terms:
                if code := term.get("of"):
                    codes[name] = code
                    surnames.setdefault(term.get("known", name.split()[-1]), set()).add(code)
        return {**{s: next(iter(c)) for s, c in surnames.items() if len(c) == 1}, **codes}

    @cached_property
    def words(self) -> dict[str, str]:
        """Country names and demonyms → code, to read "Chinese Commerce Ministry"."""
        lexicons = self.rules.lexicons
        return {**lexicons["demonyms"], **lexicons["parts"], **lexicons["countries"]}

    def of(self, article: Article) -> Standing:
        """What can be asked about one article."""
        return Standing(self, article)


@dataclass(frozen=True)
class Standing:
    """Who stands for whom in one article."""

    polities: Polities
    article: Article

    @cached_property
    def mentions(self) -> list[tuple[int, int, Entity, Form]]:
        """Every mention and reference with its entity, by start."""
        found = [
            (mention.start, mention.end, entity, mention.form)
            for entity in self._entities.values()
            for mention in entity.mentions
        ]
        found += [
            (reference.start, reference.end, self._entities[reference.entity], reference.form)
            for reference in self.article.of(Reference)
            if reference.form != "name"  # a name within another: a foundation is not its founder
        ]
        return sorted(found, key=lambda m: (m[0], m[1]))

    def entity_at(self, start: int, end: int) -> Entity | None:
        """The entity whose mention shares most characters with `[start, end)`."""
        best = max(self.mentions, key=lambda m: min(m[1], end) - max(m[0], start), default=None)
        return best[2] if best and best[0] < end and start < best[1] else None

    def party_at(self, start: int, end: int) -> Party | None:
        """The country or union for which the words in `[start, end)` act, the first named."""
        return next(self._parties(start, end), None)

    def parties_in(self, start: int, end: int) -> tuple[Party, ...]:
        """Every country or union for which words in `[start, end)` act, each once, in order."""
        seen: dict[str | None, Party] = {}
        for party in self._parties(start, end):
            seen.setdefault(party.code, party)
        return tuple(seen.values())

    def _parties(self, start: int, end: int) -> Iterator[Party]:
        for first, last, entity, form in self.mentions:
            if first < end and start < last and (code := self.code_of(entity)):
                yield Party(
                    entity=entity.id,
                    code=code,
                    name=self.polities.countries.get(code, entity.name),
                    basis=self._basis(entity, form),
                    span=self.article.span(first, last),
                )

    def _basis(self, entity: Entity, form: Form) -> Basis:
        if form in ("pronoun", "nominal"):
            return "inherited"
        return "stated" if entity.identifiers.iso3 and form == "name" else "inferred"

    @cached_property
    def _entities(self) -> dict[str, Entity]:
        return {entity.id: entity for entity in self.article.of(Entity)}

    @cached_property
    def _codes(self) -> dict[str, str | None]:
        return {}

    def code_of(self, entity: Entity) -> str | None:
        """Code of the country or union that an entity is or acts for, or None where unknown."""
        if entity.id not in self._codes:
            self._codes[entity.id] = self._read_code(entity)
        return self._codes[entity.id]

    def _read_code(self, entity: Entity) -> str | None:
        if entity.identifiers.iso3:
            return entity.identifiers.iso3
        if entity.type == "ORG":
            owner = self._code_of_role(entity) or self.polities.organs.get(entity.name)
            return owner or self._code_in_name(entity.name)
        if entity.type == "PERSON":
            leaders = self.polities.leaders
            return (
                self._code_of_role(entity)
                or leaders.get(entity.name)
                or leaders.get(without_initials(entity.name))
            )
        return None

    def _code_of_role(self, entity: Entity) -> str | None:
        for role in entity.roles:
            other = self._entities.get(role.of or "")
            if other is not None and other.type != "PERSON" and (code := self.code_of(other)):
                return code
        return None

    def _code_in_name(self, name: str) -> str | None:
        """The country at the head of an organ's name: "Chinese Commerce Ministry"."""
        if self.polities.rules.lexicons["organ-words"].keys().isdisjoint(name.split()):
            return None
        words = name.replace("’", "'").split()
        for length in (3, 2, 1):
            said = " ".join(words[:length]).removesuffix("'s")
            if code := self.polities.words.get(said):
                return code
        return None
