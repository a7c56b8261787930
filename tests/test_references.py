"""References: pronouns and role nouns stand for whom a reader takes them to mean."""

from __future__ import annotations

import pytest

from pipeline.article import Article, Published, Source
from pipeline.findings import Entity, Quote, Reference, Speaker
from pipeline.parsing import load_parser
from pipeline.rulebook import load_rulebook
from pipeline.stage import run
from pipeline.stages.entities import Entities
from pipeline.stages.references import References


@pytest.fixture(scope="module")
def stages() -> tuple[Entities, References]:
    return Entities(load_rulebook("entities")), References(load_rulebook("references"))


def resolved(stages: tuple[Entities, References], article: Article) -> dict[str, str]:
    """Words of each reference → name of its entity."""
    read = run(stages, article)
    names = {entity.id: entity.name for entity in read.of(Entity)}
    return {r.text: names[r.entity] for r in read.of(Reference)}


def parsed(text: str) -> Article:
    source = Source(sha256="", characters=len(text))
    return load_parser()(Article(id="a", text=text, source=source))


def test_a_title_in_apposition_stands_for_the_person(
    stages: tuple[Entities, References],
) -> None:
    text = (
        "Maria Lopez, Director of the Salt Survey, and Chairman of the Iodine Centre, spoke. "
        "Peter Hahn, Senator Ann Brown and Jonas Berg, the trade minister, did not."
    )
    assert resolved(stages, parsed(text)) == {"Director": "Maria Lopez", "Chairman": "Maria Lopez"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Maria Lopez met Peter Hahn in Oslo. She promised more wheat and he thanked her.",
            {"She": "Maria Lopez", "he": "Peter Hahn", "her": "Maria Lopez"},
        ),
        ("Poland said it would tax imported eggs.", {"it": "Poland"}),
        (
            "Peter Hahn told Jonas Berg that the mill would close. On Monday he went home.",
            {"he": "Peter Hahn"},
        ),
        (
            "The European Union put a duty on bicycles. China may sue the bloc.",
            {"bloc": "European Union"},
        ),
        (
            "Peru's trade minister, Luz Vega, flew to Lima. On Friday the minister signed.",
            {"minister": "Luz Vega"},
        ),
        (
            "Norway's Ministry of Fisheries raised the fee. The ministry gave no reason.",
            {"ministry": "Ministry of Fisheries"},
        ),
        (
            "Peru's trade minister, Luz Vega, flew home. Peru's trade minister will sign.",
            {"trade minister": "Luz Vega"},
        ),
        (
            "Norway imposed a fee on salmon. The federal government gave no reason.",
            {"federal government": "Norway"},
        ),
        (
            "Maria Lopez grew wheat. Money came from the Maria Lopez Foundation.",
            {"Maria Lopez": "Maria Lopez"},
        ),
    ],
)
def test_the_nearest_that_fits_is_meant(
    stages: tuple[Entities, References], text: str, wanted: dict[str, str]
) -> None:
    assert resolved(stages, parsed(text)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "She said that nobody had asked.",
        "Peter Hahn runs the mill. She left it in May.",
        "Maria Lopez met the ministers. The president did not come.",
        "Maria Lopez grew wheat. Money came from Lopez & Sons.",
        "Norway imposed a fee and Peru retaliated. The government gave no reason.",
        "Norway imposed a fee on salmon. The provincial government gave no reason.",
        "Maria Lopez grew wheat. Money came from the Peter Hahn Foundation.",
    ],
)
def test_nobody_is_guessed(stages: tuple[Entities, References], text: str) -> None:
    assert resolved(stages, parsed(text)) == {}


def test_who_says_i_is_the_speaker(stages: tuple[Entities, References]) -> None:
    text = "“I like tariffs,” Maria Lopez said."
    article = parsed(text)
    content, speaker = article.span(1, 15), article.span(18, 29)
    quote = Quote(
        id="q1",
        kind="direct",
        text=content.text,
        spans=(content,),
        speaker=Speaker(span=speaker, basis="stated"),
        rule="quotes/test",
    )
    assert resolved(stages, article.adding([quote])) == {"I": "Maria Lopez"}


def on(day: str, text: str) -> Article:
    source = Source(sha256="", characters=len(text))
    published = Published(value=day, basis="given")
    return load_parser()(Article(id="a", text=text, source=source, published=published))


@pytest.mark.parametrize(
    ("day", "text", "wanted"),
    [
        (
            "2025-06-03",
            "Mark Carney flew to Oslo. In the end the Canadian prime minister signed no deal.",
            {"Canadian prime minister": "Mark Carney"},
        ),
        (
            "2025-06-03",
            "The prime minister of Canada wants lower duties, and voters like Carney for it.",
            {"prime minister": "Carney"},
        ),
        (
            "2017-10-02",
            "Donald J. Trump wants lower duties. Farmers told the U.S. president to hurry.",
            {"U.S. president": "Donald J. Trump"},
        ),
        (
            "2025-09-03",
            "Lee Jae-myung wants lower duties. The South Korean president spoke on Monday.",
            {"South Korean president": "Lee Jae-myung"},
        ),
        (
            "2025-09-03",
            "Trump wants lower duties. The president of the United States spoke on Monday.",
            {"president": "Trump"},
        ),
    ],
)
def test_an_office_stands_for_the_person_named_who_held_it_on_the_day(
    stages: tuple[Entities, References], day: str, text: str, wanted: dict[str, str]
) -> None:
    assert resolved(stages, on(day, text)) == wanted


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2015-01-12", "Mark Carney flew to Oslo. The Canadian prime minister signed no deal."),
        ("2025-06-03", "Ann Wu flew to Oslo. The Canadian prime minister signed no deal."),
        ("2025-06-03", "Jim Carney flew to Oslo. The Canadian prime minister signed no deal."),
        ("2025-06-03", "Mark Carney flew to Oslo. The former Canadian prime minister was there."),
        ("2025-06-03", "Mark Carney flew to Oslo. The Canadian finance minister was there."),
        ("2025-06-03", "Mark Carney flew to Oslo. The French president was there."),
        (
            "2025-06-03",
            "Mark Carney, an economist, flew to Oslo. The Canadian prime minister was there.",
        ),
    ],
)
def test_an_office_stands_for_nobody_where_day_name_or_role_do_not_fit(
    stages: tuple[Entities, References], day: str, text: str
) -> None:
    assert resolved(stages, on(day, text)) == {}


def test_an_office_stands_for_nobody_where_the_article_has_no_date(
    stages: tuple[Entities, References],
) -> None:
    text = "Mark Carney flew to Oslo. The Canadian prime minister signed no deal."
    assert resolved(stages, parsed(text)) == {}
