"""Exports a folder of records as flat tables, with what they mean beside them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pipeline.record import Record
from pipeline.tables.dictionary import datapackage, dictionary
from pipeline.tables.formats import FORMATS
from pipeline.tables.frames import chunks
from pipeline.tables.layouts import LAYOUTS


def export(records: Iterable[Record], folder: Path, *, format: str) -> dict[str, int]:
    """Write all tables, `DICTIONARY.md` and `datapackage.json` to a folder.

    The files are made in a hidden folder beside and moved when all are finished: what an earlier
    export left stays whole until then.

    Returns:
        How many rows each table has.
    """
    layouts = tuple(LAYOUTS.values())
    rows: Counter[str] = Counter({layout.name: 0 for layout in layouts})
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as hidden:
        partial = Path(hidden)
        writing = FORMATS[format](partial, layouts)
        try:
            for some in chunks(records):
                for layout in layouts:
                    batch = layout.batch(some)
                    rows[layout.name] += batch.num_rows
                    writing.write(layout, batch)
        finally:
            writing.close()
        (partial / "DICTIONARY.md").write_text(dictionary(layouts), encoding="utf-8")
        (partial / "datapackage.json").write_text(datapackage(layouts, format), encoding="utf-8")
        for path in sorted(partial.iterdir()):
            path.replace(folder / path.name)
    return dict(rows)
