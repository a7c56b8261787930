from __future__ import annotations

import pytest

from pipeline.article import GroundingError
from pipeline.findings import Boilerplate, Date, Entity, Mention, Span, spans_of
from tests.conftest import unparsed

TEXT = "Skip to content\nOttawa’s levy 😀 took effect on Tuesday."


def date(start: int, end: int, text: str) -> Date:
    return Date(id="d1", start=start, end=end, text=text, type="DATE", rule="dates/weekday")


def test_a_finding_with_its_words_at_its_offsets_is_added() -> None:
    start = TEXT.index("Tuesday")
    article = unparsed(TEXT).adding([date(start, start + 7, "Tuesday")])
    assert [d.text for d in article.of(Date)] == ["Tuesday"]
    assert article.of(Entity) == ()


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [(0, 7, "Tuesday"), (0, 0, ""), (0, 3, "Skipp"), (500, 507, "Tuesday")],
)
def test_a_finding_whose_words_are_elsewhere_is_refused(start: int, end: int, text: str) -> None:
    with pytest.raises(GroundingError, match="claims"):
        unparsed(TEXT).adding([date(start, end, text)])


def test_grounding_reaches_spans_at_any_depth() -> None:
    entity = Entity(
        id="e1",
        type="GPE",
        name="Canada",
        mentions=(Mention(start=16, end=22, text="Ottawa", form="metonym", rule="entities/x"),),
    )
    assert list(spans_of(entity)) == [(16, 22, "Ottawa")]
    wrong = entity.model_copy(
        update={"mentions": (entity.mentions[0].model_copy(update={"text": "Otawa"}),)}
    )
    with pytest.raises(GroundingError):
        unparsed(TEXT).adding([wrong])


def test_furniture_is_blanked_at_equal_length_so_that_offsets_stay() -> None:
    from dataclasses import replace

    furniture = Boilerplate(start=0, end=15, text="Skip to content", rule="reading/skip-links")
    article = replace(unparsed(TEXT), boilerplate=(furniture,))
    assert len(article.body) == len(TEXT)
    assert article.body.strip() == TEXT[16:]
    assert article.body.index("Ottawa") == TEXT.index("Ottawa")


def test_a_span_counts_code_points() -> None:
    article = unparsed(TEXT)
    assert article.span(16, 31) == Span(start=16, end=31, text="Ottawa’s levy 😀")
