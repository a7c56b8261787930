"""The user's rule folder: read, written whole, never past its edge, each version before kept."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipeline.writing import write_text

BACKUPS = ".backups"
KEPT = 50
"""Versions of a file that are kept."""


class FolderError(ValueError):
    """A rule file is not to be read or written; the message says why and what to do."""


class ConflictError(FolderError):
    """The file on disk is not the one that was read: somebody else has written it."""


def digest_of(text: str | None) -> str:
    """What names a version of a file; empty where there is no file."""
    return "" if text is None else sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class RuleFolder:
    """The rule files of one folder, by stem; no other name is known to it."""

    path: Path
    stems: frozenset[str]

    def file(self, stem: str) -> Path:
        """The path of a rule file; raises `FolderError` where it would lie outside the folder."""
        if stem not in self.stems:
            raise FolderError(f"no rule file is called {stem!r}")
        return self._inside(self.path / f"{stem}.yaml")

    def read(self, stem: str) -> str | None:
        """The text of a file as it is on disk, None where there is none."""
        return _text(self.file(stem))

    def write(self, stem: str, text: str, *, replacing: str) -> str:
        """Write a file whole, what stood there kept as a version; its new digest.

        `replacing` is the digest of the version that the text was made from. Raises
        `ConflictError` where another version is on disk by now.
        """
        before = self.read(stem)
        if digest_of(before) != replacing:
            raise ConflictError(f"{stem}.yaml was changed on disk since it was read here")
        if before is not None and before != text:
            self._keep(stem, before)
        path = self.file(stem)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        return digest_of(text)

    def versions(self, stem: str) -> list[int]:
        """The numbers of the versions that are kept, the newest first."""
        names = [path.stem for path in self._kept(stem).glob("*.yaml")]
        return sorted((int(name) for name in names if name.isdigit()), reverse=True)

    def version(self, stem: str, number: int) -> str:
        """A version that is kept."""
        text = _text(self._inside(self._kept(stem) / f"{number}.yaml"))
        if text is None:
            raise FolderError(f"no version {number} of {stem}.yaml is kept")
        return text

    def _keep(self, stem: str, text: str) -> None:
        numbers = self.versions(stem)
        folder = self._kept(stem)
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / f"{numbers[0] + 1 if numbers else 1}.yaml", text)
        for number in numbers[KEPT - 1 :]:
            (folder / f"{number}.yaml").unlink()

    def _kept(self, stem: str) -> Path:
        self.file(stem)
        return self._inside(self.path / BACKUPS / stem)

    def _inside(self, path: Path) -> Path:
        if not path.resolve().is_relative_to(self.path.resolve()):
            raise FolderError(f"{path.name} is a link to outside of the rule folder; take it away")
        return path


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise FolderError(f"{path.name} cannot be read: {error}") from error
