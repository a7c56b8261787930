"""Names of one article before they are grouped: what the model found, cut to the name itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.article import Article
from pipeline.findings import EntityType, Form

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

LEADING = re.compile(r"(?:(?:the|a|an)\s+(?=\S)|[\s\"“”'‘’()\[\]\-–—,;:*#]+)+", re.IGNORECASE)
TRAILING = re.compile(r"(?:(?<=\w)['’]s?|[\s\"“”'‘’(\[)\],;:\-–—*]+)+$", re.IGNORECASE)
LINE_BREAK = re.compile(r"\s*\n\s*")


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


def model_names(article: Article) -> Iterator[Name]:
    """The names that the model found, without article and possessive, cut at line breaks."""
    for ent in article.doc.ents:
        if kind := MODEL_TYPES.get(ent.label_):
            for line in lines_of(article.text, ent.start_char, ent.end_char):
                start, end = trimmed(article.text, *line)
                if end > start:
                    yield Name(start, end, article.text[start:end], kind, MODEL)


def lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a stretch that stand on lines of their own."""
    position = start
    for gap in LINE_BREAK.finditer(text, start, end):
        yield position, gap.start()
        position = gap.end()
    yield position, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without leading article, possessive, and the punctuation around it."""
    if match := LEADING.match(text, start, end):
        start = match.end()
    words = text[start:end]
    if match := TRAILING.search(words):
        end = start + match.start()
    return start, max(start, end)


def without_overlaps(names: Iterable[Name]) -> list[Name]:
    """Earlier names of the iterable win; by start."""
    kept: list[Name] = []
    for name in names:
        if not any(name.overlaps(other) for other in kept):
            kept.append(name)
    return sorted(kept, key=lambda name: name.start)
