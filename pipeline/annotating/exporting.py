"""Writes a folder of records in the format of an annotation tool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.annotating import brat, conll, label_studio, prodigy
from pipeline.annotating.sheets import Sheet, sheet_of
from pipeline.record import Record
from pipeline.tables.places import Place
from pipeline.tables.texts import source_text

WRITERS = {"label-studio": label_studio.write, "prodigy": prodigy.write, "brat": brat.write}
TOOLS = (*WRITERS, "conll")


@dataclass
class Exported:
    """What was written."""

    articles: int = 0
    without_text: list[str] = field(default_factory=list)
    """Ids of the records whose source text was not found."""
    nested: Counter[str] = field(default_factory=Counter)
    """Layer of columns → spans that lie in others and are left out."""

    @property
    def account(self) -> list[str]:
        """What was left out, in sentences."""
        said = [
            f"{id}: left out, its source text was not found; say where with --texts"
            for id in self.without_text
        ]
        return said + [
            f"{layer}: {count} spans lie in others and have no place in columns"
            for layer, count in self.nested.items()
            if count
        ]


def export(
    records: Iterable[Record], kept: Place, folder: Path, to: str, elsewhere: Sequence[Path]
) -> Exported:
    """Write the records for one of `TOOLS`.

    Args:
        records: The records.
        kept: Where they lie; texts are looked for there.
        folder: Is made where there is none.
        to: The tool.
        elsewhere: More folders with texts, as in `texts.source_text`.
    """
    made = Exported()
    folder.mkdir(parents=True, exist_ok=True)
    sheets = sheets_of(records, kept, elsewhere, made)
    if to == "conll":
        made.articles, made.nested = conll.write(sheets, folder)
    else:
        made.articles = WRITERS[to](sheets, folder)
    return made


def sheets_of(
    records: Iterable[Record], kept: Place, elsewhere: Sequence[Path], made: Exported
) -> Iterator[Sheet]:
    """The sheet of each record whose text is found."""
    for record in records:
        text = source_text(record, kept, elsewhere)
        if text is None:
            made.without_text.append(record.id)
        else:
            yield sheet_of(record, text)
