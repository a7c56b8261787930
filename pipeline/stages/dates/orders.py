"""Tells whether an article writes the month or the day first in a numeric date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from pipeline.article import Article
from pipeline.compiled import compiled
from pipeline.rulebook import Match, Rulebook

Order = Literal["MDY", "DMY"]

HEAD = 1_000
"""Characters at the start of an article in which its dateline stands."""


class Orders:
    """Knows the order by what the source declares, by the article's dates, or by its dateline."""

    def __init__(self, rules: Rulebook) -> None:
        self._places = rules.lexicons["dateline-orders"]
        self._dateline = compiled(rules.regex(rules.atoms["dateline"]))

    def of(self, article: Article, matches: Sequence[Match]) -> Order | None:
        """The order, or None where nothing tells it or two dates contradict each other."""
        if article.date_order is not None:
            return article.date_order
        numeric = [m for m in matches if {"a", "b"} <= m.slots.keys()]
        if not numeric:
            return None
        shown = {order for match in numeric if (order := shown_by(match, article)) is not None}
        if shown:
            return shown.pop() if len(shown) == 1 else None
        dateline = self._dateline.search(article.body, 0, HEAD)
        if dateline is None:
            return None
        return cast("Order | None", self._places.get(" ".join(dateline["place"].split())))


def shown_by(match: Match, article: Article) -> Order | None:
    """The order that a numeric date shows by a part that is no month."""
    a, b = (int(match.words(article, slot) or 0) for slot in ("a", "b"))
    return "DMY" if a > 12 >= b else "MDY" if b > 12 >= a else None
