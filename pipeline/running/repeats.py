"""Tells which articles of a folder repeat another, as newspapers print agency copy.

What an article repeats depends on the articles beside it, and a record depends on its own article
alone. So the mark stands beside the records, in `copies.jsonl`, made from all of them when a run
ends: by publication date and id, whatever the order in which they were read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.reading import RawArticle
from pipeline.running.manifest import Manifest
from pipeline.writing import record_path, write_text

if TYPE_CHECKING:
    from datasketch import MinHash

COPIES = "copies.jsonl"


class Repeats:
    """The fingerprints of the articles of a folder, taken once each. Needs `tariffwire[ledger]`."""

    def __init__(self, manifest: Manifest) -> None:
        from pipeline.ledger import copies  # datasketch takes a second to import

        self.copies = copies
        self.manifest = manifest
        self.database = manifest.database

    def holds(self, raw: RawArticle) -> bool:
        """As the manifest; a record that is kept needs a fingerprint as a new one does."""
        held = self.manifest.holds(raw)
        if held:
            self.note(raw)
        return held

    def note(self, raw: RawArticle) -> None:
        """Take the fingerprint of an article whose record stands in the folder."""
        made_from = self.manifest.made_from(raw)
        row = self.database.execute(
            "SELECT made_from FROM fingerprints WHERE id = ?", (raw.id,)
        ).fetchone()
        if row is not None and row[0] == made_from:
            return
        taken = self.copies.fingerprint_of(raw.text)
        published = _published(record_path(self.manifest.folder, raw.id))
        self.database.execute(
            "INSERT OR REPLACE INTO fingerprints VALUES (?, ?, ?, ?)",
            (raw.id, made_from, published, None if taken is None else self.copies.stored(taken)),
        )

    def write(self) -> dict[str, str]:
        """Write `copies.jsonl`: a line for each article that repeats another, by id."""
        found = self.copies.copies_by_fingerprint(self._standing())
        lines = [
            json.dumps({"id": copy, "copy_of": original}, ensure_ascii=False) + "\n"
            for copy, original in sorted(found.items())
        ]
        write_text(self.manifest.folder / COPIES, "".join(lines))
        self.database.commit()
        return found

    def _standing(self) -> Iterator[tuple[str, MinHash | None]]:
        rows = self.database.execute(
            "SELECT id, fingerprint FROM fingerprints ORDER BY published, id"
        )
        for id, taken in rows:
            if taken is not None and record_path(self.manifest.folder, id).exists():
                yield id, self.copies.restored(taken)


def _published(record: Path) -> str:
    """The publication date that a record states, or what sorts behind all dates."""
    published = json.loads(record.read_bytes())["published"]
    return published["value"] if published else "9999"
