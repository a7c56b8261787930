"""What earlier runs wrote into a folder, and from what: a second run does only what changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from pipeline.reading import RawArticle
from pipeline.reading.inputs import RECORDS_MARK
from pipeline.writing import record_path

NAME = RECORDS_MARK
TABLE = """
CREATE TABLE IF NOT EXISTS written (
    id TEXT PRIMARY KEY,
    made_from BLOB NOT NULL,   -- sha256 of the article, the rules, the model, the program, options
    size INTEGER NOT NULL,     -- of the record's file, as is its time: a file that was touched
    modified_ns INTEGER NOT NULL  -- since is written again
) WITHOUT ROWID
"""


FINGERPRINTS = """
CREATE TABLE IF NOT EXISTS fingerprints (
    id TEXT PRIMARY KEY,
    made_from BLOB NOT NULL,  -- as of the record
    published TEXT NOT NULL,  -- 9999 where that is not known: originals come first
    fingerprint BLOB          -- NULL where the text has too few words to tell
) WITHOUT ROWID
"""


class Manifest:
    """The records of a folder by what they were made from. Losing it only costs time."""

    def __init__(self, folder: Path, made_by: str) -> None:
        self.folder = folder
        self.made_by = made_by
        """A digest of everything a record depends on, beside its article."""
        try:
            self.database = _opened(folder / NAME)
        except sqlite3.DatabaseError:  # not a database, or half of one
            for rest in folder.glob(f"{NAME}*"):
                rest.unlink()
            self.database = _opened(folder / NAME)

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def holds(self, raw: RawArticle) -> bool:
        """Whether the record of this very article stands in the folder as it was written."""
        row = self.database.execute(
            "SELECT made_from, size, modified_ns FROM written WHERE id = ?", (raw.id,)
        ).fetchone()
        if row is None or row[0] != self.made_from(raw):
            return False
        return self._as_written(raw.id) == (row[1], row[2])

    def note(self, raws: Iterable[RawArticle]) -> None:
        """Remember articles whose records have just been written, in one transaction."""
        rows = [
            (raw.id, self.made_from(raw), *written)
            for raw in raws
            if (written := self._as_written(raw.id)) is not None
        ]
        with self.database:
            self.database.executemany("INSERT OR REPLACE INTO written VALUES (?, ?, ?, ?)", rows)

    def made_from(self, raw: RawArticle) -> bytes:
        """A digest of an article and of everything else that its record depends on."""
        parts = (self.made_by, raw.id, raw.path, raw.sha256, raw.media_type)
        return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).digest()

    def _as_written(self, article_id: str) -> tuple[int, int] | None:
        try:
            file = record_path(self.folder, article_id).stat()
        except OSError:
            return None
        return file.st_size, file.st_mtime_ns


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10)
    with closing(database.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")  # a lost last line costs an article's time
        cursor.execute(TABLE)
        cursor.execute(FINGERPRINTS)
    database.commit()
    return database
