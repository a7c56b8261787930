"""Where things are kept that can be made again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

UNUSED_DAYS = 60
"""What nobody has read for so long is taken away."""

MOST_BYTES = 1_000_000_000
"""Of all files of a cache together: the parses of some 80,000 articles of news."""

DAY_S = 86_400


def cache_folder(name: str = "parses") -> Path:
    """A folder `tariffwire/<name>` in the user's cache, where this platform has that."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "tariffwire" / name


def prune(folder: Path, *, most_bytes: int = MOST_BYTES) -> int:
    """Take away files unused for `UNUSED_DAYS`, then those unused longest; how many went.

    A file bears the time of its last use. Times are counted from a mark that is touched now.
    """
    if not folder.is_dir():
        return 0
    mark = folder / "pruned"
    mark.touch()
    oldest = mark.stat().st_mtime - UNUSED_DAYS * DAY_S
    files = [(path, path.stat()) for path in folder.rglob("*") if path.is_file() and path != mark]
    kept = gone = 0
    for path, state in sorted(files, key=lambda each: each[1].st_mtime, reverse=True):
        kept += state.st_size
        if kept > most_bytes or state.st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
