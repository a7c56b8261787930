from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import pytest

from pipeline.article import Article, GroundingError
from pipeline.findings import Date, Entity, Finding
from pipeline.rulebook import Match, Rulebook
from pipeline.stage import StageOrderError, check_order, run
from pipeline.stages import STAGES
from tests.conftest import unparsed


class Liar:
    name: ClassVar[str] = "dates"
    finds: ClassVar[tuple[type[Finding], ...]] = (Date,)
    needs: ClassVar[tuple[type[Finding], ...]] = (Entity,)

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules

    def __call__(self, article: Article) -> Iterable[Date]:
        return (Date(id="d1", start=0, end=3, text="May", type="DATE", rule="dates/x"),)

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        return match.slot_words(article)


def test_our_stages_stand_in_an_order_that_works() -> None:
    check_order(STAGES)


def test_an_order_in_which_something_is_needed_before_it_is_found_is_refused() -> None:
    with pytest.raises(StageOrderError, match="'dates' needs Entity"):
        check_order((Liar,))
    with pytest.raises(StageOrderError):
        check_order(STAGES[::-1])


def test_a_stage_that_invents_words_is_stopped() -> None:
    liar = Liar(Rulebook("dates", {}, {}, (), ""))
    assert run([liar], unparsed("May came.")).of(Date)[0].text == "May"
    with pytest.raises(GroundingError):
        run([liar], unparsed("June came."))
