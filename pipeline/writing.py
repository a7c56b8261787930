"""Writes files whole or not at all, and names them."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

UNSAFE = re.compile(r'[/\\:*?"<>|%\x00-\x1f\x7f]|^\.')
"""What some file system does not take, or what would lead out of the folder or hide the file."""

PARTIAL = ".partial."
"""How the name of a file begins that is not yet whole; a run that was killed can leave one."""


def file_stem(article_id: str) -> str:
    """The name of an article's files without its ending: its id, what is unsafe as %XX."""
    return UNSAFE.sub(lambda unsafe: f"%{ord(unsafe.group()):02X}", article_id)


def record_path(folder: Path, article_id: str) -> Path:
    """The file of an article's record."""
    return folder / f"{file_stem(article_id)}.json"


def text_path(folder: Path, article_id: str) -> Path:
    """The file of an article's source text, where that is no file of its own."""
    return folder / f"{file_stem(article_id)}.txt"


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text by way of a temporary file in the same folder, then rename it."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write by way of a temporary file in the same folder, then rename it."""
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=PARTIAL)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(partial).chmod(0o644)  # mkstemp makes files that only their owner reads
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
