"""Says what may have been meant by a word that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def suggestion(word: str, known: Iterable[str]) -> str:
    """What may have been meant by a word that is not known, or what could be."""
    names = sorted(known)
    if near := get_close_matches(word, names, n=1):
        return f"did you mean {near[0]!r}?"
    if len(names) > MOST_NAMES:
        return (
            f"the nearest are {', '.join(get_close_matches(word, names, n=MOST_NAMES, cutoff=0))}"
        )
    return f"there are {', '.join(names) or 'none'}"


MOST_NAMES = 5
"""Names that are listed where none comes near."""
