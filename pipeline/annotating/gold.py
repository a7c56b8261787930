"""Turns an export of an annotation tool into gold: corrected records, their texts beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.annotating import label_studio, prodigy
from pipeline.annotating.corrections import CorrectionError, corrected
from pipeline.annotating.faults import Done, ExportFault, Left, Said
from pipeline.writing import record_path, text_path, write_bytes, write_text

READERS: dict[str, Callable[[Path, Mapping[str, str]], Iterator[Said]]] = {
    "label-studio": label_studio.read,
    "prodigy": prodigy.read,
}
"""Tool → what reads its export."""


@dataclass(frozen=True)
class Imported:
    """What became of an export."""

    written: tuple[str, ...]
    """Ids of the articles."""
    left: tuple[Left, ...]
    """Tasks that nobody accepted."""
    untold: tuple[str, ...]
    """What could not be brought into a record, each with its place in the export."""


def import_gold(path: Path, folder: Path, tool: str, labels: Mapping[str, str]) -> Imported:
    """Write `<id>.json` and `<id>.txt` for each task of an export that a person finished.

    Args:
        path: The export.
        folder: Where the gold goes.
        tool: A key of `READERS`.
        labels: Label in the export → label of ours.

    Raises:
        ExportFault: The export cannot be read; nothing is written.
    """
    said = list(READERS[tool](path, labels))
    left = [each for each in said if isinstance(each, Left)]
    done = {each.sheet.id: each for each in said if isinstance(each, Done)}
    untold = [
        f"{each.where}: {each.sheet.id} was accepted more than once; the last time counts"
        for each in said
        if isinstance(each, Done) and done[each.sheet.id] is not each
    ]
    records = []
    for each in done.values():
        try:
            record, more = corrected(each.sheet)
        except CorrectionError as error:
            raise ExportFault(each.where, f"{error}; correct it in the tool") from error
        records.append((record, each.sheet.text))
        untold += [f"{each.where}: {note}" for note in (*each.notes, *more)]
    folder.mkdir(parents=True, exist_ok=True)
    for record, text in records:
        write_bytes(text_path(folder, record.id), text.encode("utf-8"))
        write_text(record_path(folder, record.id), record.model_dump_json())
    return Imported(tuple(record.id for record, _ in records), tuple(left), tuple(untold))


def tool_of(path: Path) -> str:
    """The tool that made an export, told by its content; raises `ExportFault`."""
    try:
        head = path.read_text(encoding="utf-8-sig").lstrip()[:1]
    except (OSError, UnicodeDecodeError) as error:
        raise ExportFault(str(path), f"cannot be read: {error}") from error
    if head not in ("[", "{"):
        message = "is neither a JSON array (Label Studio) nor JSON Lines (Prodigy)"
        raise ExportFault(str(path), message)
    return "label-studio" if head == "[" else "prodigy"
