"""The card of the rules and the model tells the figures that are held."""

from __future__ import annotations

from tests.card import CARD, with_figures


def test_the_card_shows_the_figures_that_the_tests_hold() -> None:
    card = CARD.read_text(encoding="utf-8")
    assert with_figures(card) == card, "written anew by: python -m tests.card"
