"""Groups the names of organisations and of other things: equal names, and acronyms of long ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.stages.entities.names import Name

LEGAL_FORMS = re.compile(
    r",? (?:Inc|Corp|Corporation|Co|Company|Ltd|Limited|LLC|PLC|plc|AG|SA|SE|NV|GmbH|SpA|Group|"
    r"Holdings?)\b\.?"
)


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
