from __future__ import annotations

import pytest

from pipeline.frames import FramePattern, Place
from tests.conftest import MakeArticle

IMPOSE = FramePattern(
    ("impose", "slap", "roll back"),
    "VERB",
    (
        Place("subject", "implementer", optional=True),
        Place("object", "levy", heads=frozenset({"tariff", "duty"})),
        Place("on", "target", optional=True),
    ),
)
IMPOSITION = FramePattern(
    ("imposition",),
    "NOUN",
    (Place("subject", "implementer"), Place("of", "levy"), Place("on", "target", optional=True)),
)


@pytest.mark.parametrize(
    ("sentence", "implementer", "levy", "target"),
    [
        ("Ottawa imposed a tariff on cars.", "Ottawa", "a tariff", "cars"),
        ("A tariff was imposed by Ottawa on cars.", "Ottawa", "A tariff", "cars"),
        ("Tariffs imposed by China on canola hurt farmers.", "China", "Tariffs", "canola"),
        ("The duties, which the EU imposed on bikes, expire.", "the EU", "The duties", "bikes"),
        ("Brussels has decided to impose duties on steel.", "Brussels", "duties", "steel"),
        ("Mexico has raised quotas and has imposed duties on shoes.", "Mexico", "duties", "shoes"),
        (
            "The government rolled back the tariff on tea.",
            "The government",
            "the tariff",
            "tea",
        ),
    ],
)
def test_one_frame_reads_active_passive_relative_and_coordinated_clauses(
    article: MakeArticle, sentence: str, implementer: str, levy: str, target: str
) -> None:
    parsed = article(sentence)
    (hit,) = IMPOSE.find(parsed.body, parsed.doc)
    words = {name: sentence[slot.start : slot.end] for name, slot in hit.slots.items()}
    assert words.get("implementer") == implementer
    assert words["levy"].split(" on ")[0] == levy  # the parser hangs "on" now here, now there
    assert words.get("target") == target


@pytest.mark.parametrize(
    "sentence",
    [
        "Ottawa imposed a curfew on cars.",
        "The government rolled the tariff bill up.",
        "Tariffs rose.",
    ],
)
def test_a_frame_is_silent_without_its_cue_or_its_head(article: MakeArticle, sentence: str) -> None:
    parsed = article(sentence)
    assert list(IMPOSE.find(parsed.body, parsed.doc)) == []


def test_a_nominalisation_has_its_owner_as_subject(article: MakeArticle) -> None:
    sentence = "China condemned Canada’s imposition of a tariff on steel."
    parsed = article(sentence)
    (hit,) = IMPOSITION.find(parsed.body, parsed.doc)
    words = {name: sentence[slot.start : slot.end] for name, slot in hit.slots.items()}
    assert words["implementer"].startswith("Canada")
    assert words["levy"].startswith("a tariff")
