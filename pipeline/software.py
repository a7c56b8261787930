"""What the program is: its own files, and what is installed beside them."""

from __future__ import annotations

import platform
import sys
from hashlib import sha256
from pathlib import Path

PROGRAM = Path(__file__).parent


def software_digest() -> str:
    """sha256 over the program's own files, by name; rule files have digests of their own."""
    return folder_digest(PROGRAM, "*.py")


def folder_digest(folder: Path, pattern: str) -> str:
    """sha256 over the files of a folder and those below it whose names fit, with their names."""
    digest = sha256()
    for path in sorted(each for each in folder.rglob(pattern) if each.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()


def installed() -> list[str]:
    """Python and every package that it could import, with versions, by the names of their folders.

    Looks at names only: `importlib.metadata` would take longer than what this is needed for.
    """
    folders = [Path(each) for each in sys.path if Path(each).is_dir()]
    packages = {path.name for folder in folders for path in folder.glob("*-info")}
    return [platform.python_version(), platform.platform(), *sorted(packages)]
