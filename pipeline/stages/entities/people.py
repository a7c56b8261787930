"""Groups the names of people: full name and surname are one person, two of one surname are two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.rulebook import Lexicon
from pipeline.stages.entities.names import Name


@dataclass(frozen=True)
class PersonName:
    """A person's name in its parts."""

    given: tuple[str, ...]
    family: str
    """Empty where only a given name or nothing is known."""


@dataclass
class Person:
    """One person of an article while it is being read."""

    parts: PersonName
    names: list[Name] = field(default_factory=list)


@dataclass(frozen=True)
class NameParts:
    """Reads a name into its parts."""

    lexicons: Mapping[str, Lexicon]

    def read(self, text: str) -> PersonName:
        """Given names and family name, in Western or East Asian order."""
        words = [
            w for w in text.replace("’", "'").split() if w not in self.lexicons["name-suffixes"]
        ]
        if len(words) < 2:
            return PersonName((), " ".join(words))
        if words[0] in self.lexicons["family-names-first"] and len(words) <= 3:
            return PersonName(tuple(words[1:]), words[0])
        cut = len(words) - 1
        while cut > 1 and words[cut - 1] in self.lexicons["family-name-parts"]:
            cut -= 1
        return PersonName(tuple(words[:cut]), " ".join(words[cut:]))

    def without_titles(self, text: str) -> int:
        """How many characters of a name are titles in front of it."""
        position = 0
        titles = self.lexicons["person-titles"]
        while True:
            words = text[position:].split()
            step = next((n for n in (2, 1) if len(words) > n and " ".join(words[:n]) in titles), 0)
            if not step:
                return position
            position = text.index(words[step], position + sum(map(len, words[:step])))


def people_of(names: Sequence[Name], parts: NameParts) -> list[Person]:
    """The people behind names in text order; a surname goes to the latest whom it fits."""
    people: list[Person] = []
    for name in names:
        read = parts.read(name.text)
        person = next(fitting(read, people), None)
        if person is None:
            person = Person(read)
            people.append(person)
        elif len(read.given) > len(person.parts.given):
            person.parts = read
        person.names.append(name)
        people.remove(person)
        people.insert(0, person)
    return sorted(people, key=lambda p: p.names[0].start)


def fitting(read: PersonName, people: Sequence[Person]) -> Iterator[Person]:
    """The people whom a name may mean, the latest named first, sure ones before others."""
    for person in people:
        if same_person(read, person.parts):
            yield person
    if not read.given:
        for person in people:
            if person.parts.given and person.parts.given[0] == read.family:
                yield person


def same_person(one: PersonName, other: PersonName) -> bool:
    """Whether two names can be one person's: same family name, no two different given names."""
    if one.family != other.family:
        return False
    if not one.given or not other.given:
        return True
    return all(
        a == b or a.rstrip(".") == b[:1] or b.rstrip(".") == a[:1]
        for a, b in zip(one.given[:1], other.given[:1], strict=True)
    )
