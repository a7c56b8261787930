"""Compiled regexes, kept on disk: a factored list of a thousand words takes a tenth of a second.

A process of the command compiles some two hundred of them, which took longer than loading the
language model; reading them back takes a fiftieth. A file is named after what it was made from, so
it is never out of date; one that cannot be read or written costs time and nothing else.
"""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import regex

from pipeline.caches import cache_folder
from pipeline.writing import write_bytes

FLAGS = regex.VERBOSE | regex.IGNORECASE
"""How every pattern is read. Version 1 of the regex library would also fold "ß" to "ss" at each
letter, which no English word needs and which takes a third of the time."""

WORTH_S = 0.001
"""A regex that takes less to compile is not kept."""

Compiled = regex.Pattern[str]


@lru_cache(maxsize=2048)
def compiled(source: str) -> Compiled:
    """A regex as every pattern is read; raises `regex.error` for a faulty one."""
    made_from = f"{FLAGS:d} {regex.__version__} {sys.version_info[:2]}\n{source}"
    file = cache_folder("regexes") / f"{sha256(made_from.encode()).hexdigest()}.pickle"
    return kept(file, source) or made(file, source)


def kept(file: Path, source: str) -> Compiled | None:
    """The regex of a file, or None where it is not there, damaged or another."""
    try:
        pattern = Reader(io.BytesIO(file.read_bytes())).load()
    except (OSError, EOFError, pickle.UnpicklingError, TypeError, ValueError, RuntimeError):
        return None  # it is made anew, and the file with it
    is_it = isinstance(pattern, regex.Pattern) and pattern.pattern == source
    return cast("Compiled", pattern) if is_it else None


def made(file: Path, source: str) -> Compiled:
    """The regex, compiled, and kept if that took long."""
    started = perf_counter()
    pattern = regex.compile(source, FLAGS)
    if perf_counter() - started > WORTH_S:
        with suppress(OSError):  # a full disk, a folder that is not ours: it is compiled each time
            file.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(file, pickle.dumps(pattern))
    return pattern


class Reader(pickle.Unpickler):
    """Reads regexes and nothing else: a file that names another function is no regex of ours."""

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """The one function by which the library builds a pattern that was compiled before."""
        if (module.rpartition(".")[2], name) != ("_regex", "compile"):
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a regex")
        return cast("Callable[..., Any]", super().find_class(module, name))


__all__ = ["FLAGS", "Compiled", "compiled"]
