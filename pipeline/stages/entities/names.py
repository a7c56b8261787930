"""Names of one article before they are grouped: what the model found, cut to the name itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.article import Article
from pipeline.findings import EntityType, Form

if TYPE_CHECKING:
    from spacy.tokens import Doc

MODEL_TYPES: dict[str, EntityType] = {
    "PERSON": "PERSON",
    "ORG": "ORG",
    "GPE": "GPE",
    "LOC": "LOC",
    "NORP": "NORP",
    "FAC": "FAC",
    "PRODUCT": "PRODUCT",
    "EVENT": "EVENT",
    "LAW": "LAW",
}
MODEL = "model/ner"

LEADING = re.compile(
    r"(?:(?:the|a|an)\s+(?=\S)|(?<=['’])s\s+|[\s\"“”'‘’()\[\]\-–—,;:*#/]+)+", re.IGNORECASE
)
TRAILING = re.compile(r"(?:(?<=\w)['’]s?|[\s\"“”'‘’(\[)\],;:\-–—*/]+)+$", re.IGNORECASE)
BREAK = re.compile(r"\s*\n\s*|\s+[-–—*/|]\s+|\s*[()]\s*|;\s*")
"""Where a name cannot go on: a line's end, a dash or slash between spaces, a bracket."""

ARTICLE_WITHIN = re.compile(r"(?:(?<=^)|(?<= ))[A-Z]\w+(?P<rest> the )(?!Great\b)")
"""A second noun phrase that the model takes into a name: "Rathbun the Scientology property"."""

SECTION = re.compile(r"(?:Section|Article|section|article|Title) \d+\w*(?P<of> of (?:the )?)")
"""A section of a law, which is named apart from the law."""

WRAPPED_LINES = range(45, 101)
"""Lengths of the lines of a text with lines of one width, over whose ends names run on."""

SMALL_WORDS = re.compile(r"(?:[a-z][\w-]+\s+)+(?=[A-Z])")
"""Common nouns that the model takes into a name: "rocker Stevie Nicks"."""


@dataclass(frozen=True, slots=True)
class Name:
    """A stretch of text that names something: half-open source offsets, not yet an entity."""

    start: int
    end: int
    text: str
    type: EntityType
    rule: str
    form: Form = "name"
    key: str | None = None
    """What the word lists say it is ("country/CHN", "goods/steel"), or None."""

    def overlaps(self, other: Name) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Name) -> bool:
        """Whether the other is a part of this one and shorter."""
        return (
            self.start <= other.start
            and other.end <= self.end
            and other.end - other.start < self.end - self.start
        )

    def cut(self, start: int, end: int) -> Name:
        """The name of a part of it, by source offsets."""
        return replace(
            self, start=start, end=end, text=self.text[start - self.start : end - self.start]
        )


def model_names(article: Article) -> Iterator[Name]:
    """The names that the model found, without article and possessive, cut where no name goes on."""
    for ent in article.doc.ents:
        if kind := MODEL_TYPES.get(ent.label_):
            second = ARTICLE_WITHIN.search(ent.text)
            end = ent.start_char + second.start("rest") if second else ent.end_char
            for piece in pieces_of(article.text, ent.start_char, end):
                start, end = trimmed(article.text, *piece)
                if kind == "PERSON" and (small := SMALL_WORDS.match(article.text, start, end)):
                    start = small.end()
                name = Name(start, end, article.text[start:end], kind, MODEL)
                if names_something(name, article.doc):
                    yield name


def pieces_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a stretch between its breaks."""
    position = start
    for gap in BREAK.finditer(text, start, end):
        if not is_wrap(text, gap):
            yield position, gap.start()
            position = gap.end()
    if (section := SECTION.match(text, position, end)) is not None:
        yield position, section.start("of")
        position = section.end()
    yield position, end


def is_wrap(text: str, gap: re.Match[str]) -> bool:
    """Whether a line ends in mid-sentence because the text has lines of one width."""
    if gap.group().count("\n") != 1:
        return False
    start = text.rfind("\n", 0, gap.start()) + 1
    after = text.find("\n", gap.end())
    next_length = (len(text) if after < 0 else after) - gap.end()
    return gap.start() - start in WRAPPED_LINES and next_length < WRAPPED_LINES.stop


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without leading article, possessive, and the punctuation around it."""
    if match := LEADING.match(text, start, end):
        start = match.end()
    words = text[start:end]
    if match := TRAILING.search(words):
        end = start + match.start()
    return start, max(start, end)


def names_something(name: Name, doc: Doc) -> bool:
    """Whether a trimmed stretch can be a name: a capital letter, and more than a pronoun."""
    if len(name.text) < 2 or not any(letter.isupper() for letter in name.text):
        return False
    if " " in name.text:
        return True
    span = doc.char_span(name.start, name.end)
    return span is None or not (span[0].is_stop and not name.text.isupper())


def without_overlaps(names: Iterable[Name]) -> list[Name]:
    """Earlier names of the iterable win; by start."""
    taken: set[int] = set()
    kept: list[Name] = []
    for name in names:
        place = range(name.start, name.end)
        if taken.isdisjoint(place):
            taken.update(place)
            kept.append(name)
    return sorted(kept, key=lambda name: name.start)
