"""Finds the character of a rule file from which a character of a value was read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from pipeline.rulefile import LOADER, Path_

HEADER = re.compile(r"[|>][^\n]*\n")
"""The first line of a block of text, before the text."""

BREAK = re.compile(r"[ \t]*\n\s*")
ESCAPES = {"x": 4, "u": 6, "U": 10}
"""Length of an escape of a double-quoted text, by its second letter; of all others it is 2."""


def place_in_file(path: Path, key: Path_, offset: int) -> tuple[int, int] | None:
    """Line and column, from 1, of a character of the text that stands at `key`.

    None where the file does not hold such a text (any more).
    """
    source, found = _scalar_at(path, key)
    if found is None:
        return None
    start, end = found.start_mark.index, found.end_mark.index
    offsets = list(offsets_of(source[start:end], found.value, found.style or ""))
    if offset >= len(offsets):
        return None
    at = start + offsets[offset]
    return source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)


def node_text(path: Path, key: Path_) -> str | None:
    """The text that stands at `key`, or None."""
    _, found = _scalar_at(path, key)
    return None if found is None else str(found.value)


def _scalar_at(path: Path, key: Path_) -> tuple[str, yaml.ScalarNode | None]:
    try:
        source = path.read_text(encoding="utf-8")
        node = yaml.compose(source, Loader=LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return "", None
    found = node_at(node, key)
    return source, found if isinstance(found, yaml.ScalarNode) else None


def node_at(node: yaml.Node | None, key: Path_) -> yaml.Node | None:
    """The node of a YAML tree at a path of keys and list positions."""
    for part in key:
        if isinstance(node, yaml.MappingNode):
            node = next((value for name, value in node.value if name.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and int(part) < len(node.value):
            node = node.value[int(part)]
        else:
            return None
    return node


def offsets_of(written: str, value: str, style: str) -> Iterator[int]:
    """Where each character of a text stands in its writing, and where the text ends.

    Ends early where the two cannot be brought together.
    """
    if style == "|":
        yield from _literal_offsets(written, value)
        return
    header = HEADER.match(written)
    at = header.end() if style == ">" and header else len(style)
    for i, letter in enumerate(value):
        if letter in " \n" and (line_break := BREAK.match(written, at)):
            yield at
            # Of two empty lines both are read from one stretch of white space.
            at = at if value[i + 1 : i + 2] == "\n" else line_break.end()
            continue
        if style in (">", "") and letter != written[at : at + 1]:
            at += len(written[at:]) - len(written[at:].lstrip())
        length = _length_of(written, at, style)
        if length == 1 and written[at : at + 1] != letter:
            return
        yield at
        at += length
    yield at


def _length_of(written: str, at: int, style: str) -> int:
    if style == "'" and written.startswith("''", at):
        return 2
    if style == '"' and written.startswith("\\", at):
        return ESCAPES.get(written[at + 1 : at + 2], 2)
    return 1


def _literal_offsets(written: str, value: str) -> Iterator[int]:
    header = HEADER.match(written)
    at = header.end() if header else 0
    first = re.search(r"\S", written[at:])
    indent = first.start() - (written.rfind("\n", 0, at + first.start()) + 1 - at) if first else 0
    for line in value.splitlines(keepends=True):
        blank = written[at : at + indent].strip(" ") != ""
        at += 0 if blank else indent
        yield from range(at, at + len(line))
        at += len(line)
    yield at
