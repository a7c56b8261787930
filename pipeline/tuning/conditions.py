"""Says in words what a rule asks for: an element of a regex, a token, a place of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import regex

from pipeline.rulebook import SLOT, Rulebook
from pipeline.tuning.elements import branches, is_optional, quantifier_of

FEW = 3
"""Words of a list that are named, the first of the file."""

LONGEST = 60
"""Characters of a piece of regex that is shown as it is written."""

SIMPLE: Mapping[str, str] = {
    r"\s": "a space",
    r"\b": "the edge of a word",
    r"\B": "the inside of a word",
    r"\d": "a digit",
    r"\w": "a letter or digit",
    r"\p{Lu}": "a capital letter",
    "%": "'%'",
    "^": "the start of the line or text",
    "$": "the end of the line or text",
    ".": "any character",
}
MANY: Mapping[str, str] = {
    r"\d": "a number",
    r"\w": "a word",
    r"\s": "a space",
}
"""What is said of one of these once or more."""

ASSERTIONS: Mapping[str, str] = {
    "(?<!": "not {} before it",
    "(?<=": "{} before it",
    "(?!": "not {} next",
    "(?=": "{} next",
}
GROUP = regex.compile(r"\((?: \?P?<(?P<name>\w+)> | \?-?[a-z]*: | \?> )?", regex.VERBOSE)


def element_in_words(element: str, book: Rulebook) -> str:
    """What an element of a regex asks for, without its quantifier."""
    bare, _ = quantifier_of(element)
    if slot := SLOT.fullmatch(bare):
        return slot_in_words(slot.group(1), book)
    if bare != element and bare in MANY:
        return MANY[bare]
    if bare in SIMPLE:
        return SIMPLE[bare]
    if said_again := regex.fullmatch(r"\(\?P=(\w+)\)", bare):
        return f"the same as its {said_again[1]}"
    if bare.startswith("["):
        return f"a character of {shortened(bare)}"
    for opening, said in ASSERTIONS.items():
        if bare.startswith(opening):
            return said.format(_alternatives(bare[len(opening) : -1], book))
    if bare.startswith("("):
        group = GROUP.match(bare)
        if group is not None:
            said = _alternatives(bare[group.end() : -1], book)
            return f"{group['name']}: {said}" if group["name"] else said
    if bare.isalnum():
        return f"*{bare}*"
    return shortened(bare)


def slot_in_words(name: str, book: Rulebook) -> str:
    """What `{{name}}` stands for: an atom with its note, or some words of a lexicon."""
    if name in book.atoms:
        note = book.notes.get(name, "")
        return f"{name} ({note})" if note else name
    return f"a word of {name} ({few(book.lexicons.get(name, ()))})"


def few(words: Iterable[str]) -> str:
    """The first words of a list."""
    listed = list(words)
    return ", ".join(listed[:FEW]) + (", …" if len(listed) > FEW else "")


def _alternatives(inside: str, book: Rulebook) -> str:
    said = [_row_in_words(row, book) for row in branches(inside)]
    return said[0] if len(said) == 1 else f"one of: {few(said)}"


def _row_in_words(row: list[str], book: Rulebook) -> str:
    parts = [quantifier_of(element)[0] for element in row if not is_optional(element)]
    parts = [part for part in parts if part not in (r"\s", r"\b")]
    if not parts or len(parts) > FEW or any(part.startswith("(") for part in parts):
        return shortened(" ".join(row))
    return " ".join(part if part.isalnum() else element_in_words(part, book) for part in parts)


def shortened(written: str) -> str:
    """A piece of a rule on one line, its end cut off where it is long."""
    text = " ".join(written.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


# Tokens -------------------------------------------------------------------------------------------

ATTRIBUTES: Mapping[str, str] = {
    "LEMMA": "lemma",
    "LOWER": "in small letters",
    "ORTH": "written",
    "TEXT": "written",
    "POS": "part of speech",
    "TAG": "tag",
    "DEP": "syntactic role",
    "ENT_TYPE": "entity type",
    "SHAPE": "shape",
}


def token_in_words(condition: Mapping[str, Any]) -> str:
    """What a token pattern, or a node of a tree, asks of one word."""
    said = [
        f"{ATTRIBUTES.get(name, name)} {value_in_words(value)}"
        for name, value in condition.items()
        if name not in ("OP", "as")
    ]
    return "a word with " + " and ".join(said) if said else "any word"


def value_in_words(value: Any) -> str:
    """A value of a token's attribute, or the choice of values."""
    if isinstance(value, Mapping):
        names = {"IN": "one of", "NOT_IN": "none of", "REGEX": "like"}
        parts = [
            f"{names.get(str(name), str(name))} {value_in_words(inner)}"
            for name, inner in value.items()
        ]
        return " and ".join(parts)
    if isinstance(value, list):
        return few(str(item) for item in value)
    return str(value)
