"""Finds the places of an article where a date can stand, in one walk over its tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import regex

from pipeline.compiled import compiled
from pipeline.rulebook import Rulebook
from pipeline.rulefile import RuleFault

if TYPE_CHECKING:
    from spacy.tokens import Doc

BEFORE, AFTER = 44, 40
"""Characters of text around a cue in which the rules of its kind are tried."""

MOST_KNOWN_WORDS = 200_000
"""Words whose cues are remembered; about 20 MB, and a year of news has more."""


class Cues:
    """Knows which words are cues: kind of rule → the atom `cue-<kind>` of the rule file."""

    def __init__(self, rules: Rulebook) -> None:
        self._cues: dict[str, regex.Pattern[str]] = {}
        for kind, of_kind in rules.by_kind.items():
            atom = f"cue-{kind}"
            if atom not in rules.atoms:
                raise RuleFault(of_kind[0].where, f"finds {kind!r}, but there is no atom {atom!r}")
            self._cues[kind] = compiled(rules.regex(rules.atoms[atom]))
        self._known: dict[int, tuple[str, ...]] = {}

    def kinds_of(self, word: str) -> tuple[str, ...]:
        """The kinds of rule that a word calls for."""
        return tuple(kind for kind, cue in self._cues.items() if cue.search(word))

    def windows(self, doc: Doc, text: str) -> Mapping[str, list[tuple[int, int]]]:
        """Kind → half-open stretches of text, apart from each other, in which to try its rules.

        `text` is that of the doc. Each stretch ends before a space, since a regex sees nothing
        behind the end of its window.
        """
        if len(self._known) > MOST_KNOWN_WORDS:
            self._known.clear()
        found: dict[str, list[tuple[int, int]]] = {}
        for here, kinds in self._cue_places(doc):
            end = text.find(" ", here + AFTER)
            window = max(0, here - BEFORE), end if end >= 0 else len(text)
            for kind in kinds:
                windows = found.setdefault(kind, [])
                if windows and windows[-1][1] >= window[0]:
                    windows[-1] = windows[-1][0], max(windows[-1][1], window[1])
                else:
                    windows.append(window)
        return found

    def _cue_places(self, doc: Doc) -> Iterator[tuple[int, tuple[str, ...]]]:
        known = self._known
        for word, here in doc.to_array(["ORTH", "IDX"]).tolist():
            kinds = known.get(word)
            if kinds is None:
                kinds = known[word] = self.kinds_of(doc.vocab.strings[word])
            if kinds:
                yield here, kinds
