"""Tells articles that cannot speak of border charges, by one look at their words."""

from __future__ import annotations

from pipeline.reading.furniture import compiled
from pipeline.rulebook import Rulebook


class Gate:
    """Lets an article pass if a rule of `reading.yaml` that finds `trade` matches in its text."""

    def __init__(self, rules: Rulebook) -> None:
        self.patterns = [compiled(rule) for rule in rules.by_kind.get("trade", ())]

    def passes(self, text: str) -> bool:
        """Whether the text has a word of trade."""
        return any(pattern.search(text) for pattern in self.patterns)
