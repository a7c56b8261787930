"""Columns as in CoNLL-2003, a file a layer: word, start, end and an IOB2 tag on each line.

Source: clips.uantwerpen.be/conll2003/ner. Readers take the first column and the last; where the
shared task has a part of speech and a chunk, offsets into the article stand. A tag belongs to one
thing only, so of nested spans the longest is told; how many are left out is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.annotating.sheets import DATE_LABELS, ENTITY_LABELS, KINDS, Mark, Sheet
from pipeline.annotating.tokens import sentence_ends, tokens_of
from pipeline.writing import write_text

OF_QUOTES = ("QUOTE", "SPEAKER", "CUE")
LAYERS: dict[str, tuple[str, ...]] = {
    "entities": ENTITY_LABELS,
    "dates": DATE_LABELS,
    "quotes": OF_QUOTES,
    "evidence": ("EVIDENCE", "FIGURE"),
    "arguments": tuple(
        label
        for label in KINDS
        if label not in (*ENTITY_LABELS, *DATE_LABELS, *OF_QUOTES, "EVIDENCE", "FIGURE")
    ),
}
"""File → the labels that are told in it."""


def write(sheets: Iterable[Sheet], folder: Path) -> tuple[int, Counter[str]]:
    """Write a file for each layer; returns how many articles, and per layer what has no place."""
    lines: dict[str, list[str]] = {layer: [] for layer in LAYERS}
    nested: Counter[str] = Counter()
    count = 0
    for sheet in sheets:
        count += 1
        for layer, labels in LAYERS.items():
            marks = [mark for mark in sheet.marks if mark.label in labels]
            flat = longest(marks)
            nested[layer] += len({(m.start, m.end, m.label) for m in marks}) - len(flat)
            lines[layer] += lines_of(sheet, flat)
    for layer, some in lines.items():
        write_text(folder / f"{layer}.conll", "\n".join(some) + "\n")
    return count, nested


def longest(marks: Iterable[Mark]) -> list[Mark]:
    """Marks of which none overlaps another, the longest first kept, in text order."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.start - m.end, m.start, m.label)):
        if all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda m: m.start)


def lines_of(sheet: Sheet, marks: Sequence[Mark]) -> Iterator[str]:
    """One article: a line a word, an empty line after each sentence."""
    yield f"-DOCSTART- {'_'.join(sheet.id.split())} -X- O"
    yield ""
    ends = iter(sentence_ends(sheet.text, marks))
    end, empty = next(ends), True
    tags = {mark.start: mark for mark in marks}
    inside: Mark | None = None
    for token in tokens_of(sheet.text, marks):
        while token.start >= end:
            if not empty:
                yield ""
            end, empty = next(ends), True
        if token.text.isspace():
            continue
        inside = tags.get(token.start) or (
            inside if inside is not None and token.start < inside.end else None
        )
        begins = inside is not None and inside.start == token.start
        tag = f"{'B' if begins else 'I'}-{inside.label}" if inside is not None else "O"
        yield f"{token.text} {token.start} {token.end} {tag}"
        empty = False
    yield ""
