"""A verbose regex as the row of elements that must follow each other, as a person reads it."""

from __future__ import annotations

import re

import regex

QUANTIFIER = regex.compile(r"(?: [*+?] | \{ \d* (?: ,\d* )? \} ) [+?]?+", regex.VERBOSE)
SLOT = regex.compile(r"\{\{ [^{}]+ \}\}", regex.VERBOSE)
ESCAPE = regex.compile(
    r"\\ (?: [pPN]\{[^}]*\} | x[0-9a-f]{2} | u[0-9a-f]{4} | . )", regex.X | regex.I
)
WORD = re.compile(r"[^\W_]+")


def branches(pattern: str) -> list[list[str]]:
    """The alternatives of a pattern, each as its elements in order.

    An element is a group, a class, an escape, a `{{slot}}` or a word, with its quantifier.
    """
    found: list[list[str]] = [[]]
    position = 0
    while position < len(pattern):
        letter = pattern[position]
        if letter.isspace():
            position += 1
        elif letter == "#":
            position = _line_end(pattern, position)
        elif letter == "|":
            found.append([])
            position += 1
        else:
            end = _element_end(pattern, position)
            if quantifier := QUANTIFIER.match(pattern, _blank_end(pattern, end)):
                end = quantifier.end()
            found[-1].append(pattern[position:end])
            position = end
    return [branch for branch in found if branch]


OPTIONAL = regex.compile(r"[?*][+?]?+ | \{ 0? , \d* \} [+?]?+", regex.VERBOSE)


def quantifier_of(element: str) -> tuple[str, str]:
    """An element without its quantifier, and the quantifier ("" where it has none)."""
    end = _element_end(element, 0)
    return element[:end], element[end:].strip()


def is_optional(element: str) -> bool:
    """Whether an element may be left out."""
    return OPTIONAL.fullmatch(quantifier_of(element)[1]) is not None


GROUP = re.compile(r"\((?:\?(?:P?<\w+>|:|>))?(?!\?)")
"""How a group opens that neither looks around nor changes how letters are read."""


def flattened(row: list[str]) -> list[str]:
    """A row with the elements of its plain groups in their place, and of what it looks at last."""
    found: list[str] = []
    for number, element in enumerate(row):
        bare, quantifier = quantifier_of(element)
        opened = GROUP.match(bare)
        if number == len(row) - 1 and bare.startswith("(?="):
            inner = branches(bare[3:-1])
        elif opened is not None and not quantifier:
            inner = branches(bare[opened.end() : -1])
        else:
            inner = []
        found += flattened(inner[0]) if len(inner) == 1 else [element]
    return found


def is_condition(element: str) -> bool:
    """Whether an element says something of the words: no mere edge, space, sign or exclusion."""
    bare, _ = quantifier_of(element)
    if is_optional(element) or bare.startswith(("(?!", "(?<!")):
        return False
    return bare == "%" or re.search(r"\w{2}|\\[dw]|\{\{", bare) is not None


def is_flag(element: str) -> bool:
    """Whether an element only sets flags: `(?m)`."""
    return re.fullmatch(r"\(\?-?[a-z]+\)", element) is not None


def _element_end(pattern: str, start: int) -> int:
    if slot := SLOT.match(pattern, start):
        return slot.end()
    if pattern[start] == "(":
        return _group_end(pattern, start)
    if pattern[start] == "[":
        return _class_end(pattern, start)
    if escape := ESCAPE.match(pattern, start):
        return escape.end()
    word = WORD.match(pattern, start)
    if word is None:
        return start + 1
    # In "tariffs?" the quantifier is of the last letter alone.
    if len(word.group()) > 1 and QUANTIFIER.match(pattern, word.end()):
        return word.end() - 1
    return word.end()


def _group_end(pattern: str, start: int) -> int:
    depth, position = 0, start
    while position < len(pattern):
        if escape := ESCAPE.match(pattern, position):
            position = escape.end()
            continue
        letter = pattern[position]
        if letter == "[":
            position = _class_end(pattern, position)
            continue
        if letter == "#":
            position = _line_end(pattern, position)
            continue
        depth += (letter == "(") - (letter == ")")
        position += 1
        if depth == 0:
            return position
    return position


def _class_end(pattern: str, start: int) -> int:
    position = start + 1
    if pattern[position : position + 1] == "^":
        position += 1
    if pattern[position : position + 1] == "]":
        position += 1
    while position < len(pattern) and pattern[position] != "]":
        position += 2 if pattern[position] == "\\" else 1
    return position + 1


def _line_end(pattern: str, start: int) -> int:
    end = pattern.find("\n", start)
    return len(pattern) if end < 0 else end + 1


def _blank_end(pattern: str, start: int) -> int:
    while start < len(pattern) and pattern[start].isspace():
        start += 1
    return start
