"""Groups the names of people: full name and surname are one person, two of one surname are two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from pipeline.rulebook import Lexicon
from pipeline.stages.entities.names import Name

NICKNAME = re.compile(r"\s[“\"'‘][^”\"'’]+[”\"'’]\s")


@dataclass(frozen=True)
class PersonName:
    """A person's name in its parts."""

    given: tuple[str, ...]
    family: str
    """Empty where only a given name or nothing is known."""
    gender: str = ""
    """"man", "woman", or nothing where neither name nor title tells."""


@dataclass
class Person:
    """One person of an article while it is being read."""

    parts: PersonName
    names: list[Name] = field(default_factory=list)


@dataclass(frozen=True)
class NameParts:
    """Reads a name into its parts."""

    lexicons: Mapping[str, Lexicon]

    def read(self, text: str, *, title: str = "") -> PersonName:
        """Given names and family name, in Western or East Asian order; `title` stands before it."""
        name = self._parts(text)
        return replace(name, gender=self._gender(name, title))

    def _gender(self, name: PersonName, title: str) -> str:
        if title in self.lexicons["titles-of-women"]:
            return "woman"
        if title in self.lexicons["titles-of-men"]:
            return "man"
        if name.given and name.given[0] in self.lexicons["given-names-of-women"]:
            return "woman"
        return "man" if name.given and name.given[0] in self.lexicons["given-names-of-men"] else ""

    def _parts(self, text: str) -> PersonName:
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

    def is_given(self, word: str) -> bool:
        """Whether a word is a known given name, and no ordinary word."""
        lexicons = self.lexicons
        known = word in lexicons["given-names-of-men"] or word in lexicons["given-names-of-women"]
        return known and word not in lexicons["ordinary-words"]

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


def people_of(text: str, names: Sequence[Name], parts: NameParts) -> list[Person]:
    """The people behind names in text order; a surname goes to the latest whom it fits."""
    people: list[Person] = []
    for name in names:
        title = text[max(0, name.start - 8) : name.start].split()[-1:]
        read = parts.read(name.text, title="".join(title))
        person = next(fitting(read, people), None)
        if person is None:
            person = Person(read)
            people.append(person)
        elif len(read.given) > len(person.parts.given):
            person.parts = read
        gender = person.parts.gender or read.gender
        person.parts = replace(person.parts, gender=gender)
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
        for person in people:
            if person.parts.given and nearly_equal(person.parts.family, read.family):
                yield person


def same_person(one: PersonName, other: PersonName) -> bool:
    """Whether two names can be one person's: same family name, no two different given names."""
    if one.gender and other.gender and one.gender != other.gender:
        return False
    if not one.given or not other.given:
        return one.family == other.family
    first, second = one.given[0], other.given[0]
    if one.family == other.family:
        return is_short_for(first, second) or nearly_equal(first, second)
    return first == second and nearly_equal(one.family, other.family)


def is_short_for(first: str, second: str) -> bool:
    """Whether two given names are equal, or one is the initial of the other ("J." for "John")."""
    one, other = first.rstrip("."), second.rstrip(".")
    return one == other or one == other[:1] or other == one[:1]


def nearly_equal(one: str, other: str) -> bool:
    """Whether two names of five letters or more differ by one letter: a slip of the pen."""
    if min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > 1:
        return one == other
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    rests = (one[same:], one[same + 1 :]), (other[same:], other[same + 1 :])
    return any(a == b for a in rests[0] for b in rests[1])
