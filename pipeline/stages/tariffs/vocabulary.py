"""The stage's lexicons and cue patterns, as the rooms look them up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import regex

from pipeline.compiled import compiled
from pipeline.rulebook import Rulebook


class Vocabulary:
    """The lexicons of `rules/tariffs.yaml`, in lower case, and its cues, compiled at first use."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self._words = {
            name: frozenset(word.lower() for word in words)
            for name, words in rules.lexicons.items()
        }
        self._cues: dict[str, regex.Pattern[str]] = {}

    def words(self, name: str) -> frozenset[str]:
        """The words of a lexicon."""
        return self._words[name]

    def cue(self, name: str) -> regex.Pattern[str]:
        """The pattern of an atom, `cue-` before its name."""
        if name not in self._cues:
            source = self.rules.regex(self.rules.atoms[f"cue-{name}"])
            self._cues[name] = compiled(source)
        return self._cues[name]

    def about(self, name: str) -> Mapping[str, Mapping[str, Any]]:
        """Word → what the lexicon says of it."""
        return {word.lower(): known or {} for word, known in self.rules.lexicons[name].items()}

    @cached_property
    def action_verbs(self) -> Mapping[str, Mapping[str, Any]]:
        """Verb lemma → its action and how it takes its arguments."""
        return self.about("action-verb")

    @cached_property
    def action_nouns(self) -> Mapping[str, Mapping[str, Any]]:
        """Noun lemma → its action."""
        return self.about("action-noun")
