"""brat's standoff: `<id>.txt` and `<id>.ann` for each article, and the set-up of the collection.

Source: brat.nlplab.org/standoff.html and configuration.html. Offsets are code points. Words that
run over a line end are written as fragments, since a line of an `.ann` file holds one annotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.annotating.sheets import KINDS, Mark, Sheet, labels_of, links_between, options
from pipeline.writing import file_stem, write_bytes, write_text


def write(sheets: Iterable[Sheet], folder: Path) -> int:
    """Write both files of each article and `annotation.conf`; returns how many articles."""
    count = 0
    for sheet in sheets:
        stem = file_stem(sheet.id)
        write_bytes(folder / f"{stem}.txt", sheet.text.encode("utf-8"))
        write_text(folder / f"{stem}.ann", "".join(f"{line}\n" for line in lines_of(sheet)))
        count += 1
    write_text(folder / "annotation.conf", setup())
    return count


def lines_of(sheet: Sheet) -> Iterator[str]:
    """Text-bound annotations (T), attributes (A), notes (#) and relations (R)."""
    numbers = {mark.id: f"T{n}" for n, mark in enumerate(sheet.marks, 1)}
    attributes = notes = 0
    for mark in sheet.marks:
        pieces = list(fragments(mark))
        place = ";".join(f"{start} {end}" for start, end, _ in pieces)
        words = " ".join(words for *_, words in pieces)
        yield f"{numbers[mark.id]}\t{mark.label} {place}\t{words}"
        for name, value in mark.values.items():
            if options(mark.label, name):
                attributes += 1
                yield f"A{attributes}\t{name} {numbers[mark.id]} {value}"
            else:
                notes += 1
                said = " ".join(value.split())
                yield f"#{notes}\tAnnotatorNotes {numbers[mark.id]}\t{name} = {said}"
    for n, link in enumerate(sheet.links, 1):
        ends = f"Arg1:{numbers[link.head]} Arg2:{numbers[link.child]}"
        yield f"R{n}\t{link.label} {ends}"


def fragments(mark: Mark) -> Iterator[tuple[int, int, str]]:
    """The parts of a mark between line ends."""
    for part in re.finditer(r"[^\r\n]+", mark.text):
        yield mark.start + part.start(), mark.start + part.end(), part.group()


def setup() -> str:
    """`annotation.conf`: what the labels are, what links them, which values they may have."""
    lines = ["[entities]", *KINDS, "", "[relations]"]
    for name, link, labels in links_between():
        heads = "|".join(labels_of(name))
        lines.append(f"{link}\tArg1:{heads}, Arg2:{'|'.join(labels)}")
    lines.append("<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>")
    lines += ["", "[events]", "", "[attributes]"]
    found: dict[str, tuple[list[str], dict[str, None]]] = {}
    for label, kind in KINDS.items():
        for name in kind.shown:
            if words := options(label, name):
                labels_, values = found.setdefault(name, ([], {}))
                labels_.append(label)
                values.update(dict.fromkeys(words))
    for name, (where, words_) in found.items():
        lines.append(f"{name}\tArg:{'|'.join(where)}, Value:{'|'.join(words_)}")
    return "\n".join(lines) + "\n"
