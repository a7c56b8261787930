"""The stage's lexicons as sets and tables that the rooms look words up in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.rulebook import Rulebook


@dataclass(frozen=True)
class Vocabulary:
    """The lexicons of `rules/tariffs.yaml`, in lower case."""

    rules: Rulebook

    def words(self, name: str) -> frozenset[str]:
        """The words of a lexicon."""
        return self._sets[name]

    def about(self, name: str) -> Mapping[str, Mapping[str, Any]]:
        """Word → what the lexicon says of it."""
        return {word.lower(): known or {} for word, known in self.rules.lexicons[name].items()}

    @cached_property
    def _sets(self) -> Mapping[str, frozenset[str]]:
        return {
            name: frozenset(word.lower() for word in words)
            for name, words in self.rules.lexicons.items()
        }

    @cached_property
    def action_verbs(self) -> Mapping[str, Mapping[str, Any]]:
        """Verb lemma → its action and how it takes its arguments."""
        return self.about("action-verb")

    @cached_property
    def action_nouns(self) -> Mapping[str, Mapping[str, Any]]:
        """Noun lemma → its action."""
        return self.about("action-noun")
