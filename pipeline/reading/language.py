"""Tells English from other languages by their commonest words, told apart in microseconds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

WORD = re.compile(r"[^\W\d_]+")

SAMPLE = 6000
"""Characters from which the language is told."""

FEWEST_WORDS = 20
"""Below this a text is too short to be told by its function words."""

LEXICON = "function-words-"
"""The lexicons of `reading.yaml` that hold the commonest words of a language."""


def foreign_language(text: str, lexicons: Mapping[str, Mapping[str, object]]) -> str | None:
    """The language of a text that is surely not English, or None.

    Another language has to show itself: a list of names or prices has no function words at all
    and is not refused for that.
    """
    words = Counter(word.lower() for word in WORD.findall(text[:SAMPLE]))
    total = words.total()
    if total < FEWEST_WORDS:
        return None
    if sum(n for word, n in words.items() if not _is_latin(word)) > 0.5 * total:
        return "another script"
    shares = {
        name.removeprefix(LEXICON): sum(words[word] for word in lexicon) / total
        for name, lexicon in lexicons.items()
        if name.startswith(LEXICON)
    }
    english = shares.pop("english", 0.0)
    language, share = max(shares.items(), key=lambda item: item[1], default=("", 0.0))
    return language if share > 0.12 and share > 2 * english else None


def _is_latin(word: str) -> bool:
    return word[0] < "\u0250"
