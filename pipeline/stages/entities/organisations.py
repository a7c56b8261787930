"""Groups the names of organisations and of other things: equal names, and acronyms of long ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex as re

from pipeline.article import Article
from pipeline.stages.entities.names import Name

LEGAL_FORMS = re.compile(
    r",? (?:Inc|Corp|Corporation|Co|Company|Ltd|Limited|LLC|PLC|plc|AG|SA|SE|NV|GmbH|SpA|Group|"
    r"Holdings?)\b\.?"
)


IN_BRACKETS = re.compile(r"\s\((?:the\s|or\s)?[“\"'‘]?(?P<short>\p{Lu}[\w&.-]{1,9})[”\"'’]?\)")
"""An abbreviation in brackets: "the Federation of Shoe Exporters (FoSE)"."""


def abbreviations_of(article: Article, names: Sequence[Name]) -> Iterator[tuple[Name, int, int]]:
    """The long names of bodies with the abbreviation in brackets after each: half-open offsets."""
    for name in names:
        if name.type in ("ORG", "LAW") and " " in name.text:
            match = IN_BRACKETS.match(article.text, name.end)
            if match and is_short_for(match["short"], name.text):
                yield name, match.start("short"), match.end("short")


def is_short_for(short: str, long: str) -> bool:
    """Whether the letters of an abbreviation stand in the long name in their order."""
    if sum(letter.isupper() for letter in short) < 2:
        return False
    letters = iter(long.lower())
    return all(letter in letters for letter in short.lower() if letter.isalnum())


def organisations_of(names: Sequence[Name]) -> Iterator[list[Name]]:
    """Groups of names of one thing, in text order."""
    groups: dict[str, list[Name]] = {}
    acronyms: dict[str, str] = {}
    for name in names:
        key = normal(name.text)
        key = acronyms.get(key, key)
        if len(key.split()) > 1:
            acronyms.setdefault(acronym(name.text), key)
        groups.setdefault(key, []).append(name)
    yield from groups.values()


def normal(text: str) -> str:
    """A name without its legal form, article and white space, for comparison."""
    plain = LEGAL_FORMS.sub("", " ".join(text.split()))
    return plain.removeprefix("the ").removeprefix("The ") or text


def acronym(text: str) -> str:
    """First letters of the capitalised words: "Nippon Telegraph and Telephone" gives NTT."""
    return "".join(word[0] for word in re.split(r"[\s-]+", normal(text)) if word[:1].isupper())
